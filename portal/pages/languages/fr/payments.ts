import type { payments as english } from "../en/payments.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of what is paid, in French. */
export const payments: FrenchTexts<typeof english> = {
  payments: {
    opening: "La page du service de paiement s'ouvre…",
    late: "Le service de paiement ne répond pas en ce moment. Rien n'est perdu : on lui demande de nouveau, et vous pouvez revenir plus tard.",
    refused: "Le service de paiement n'accepte pas cela. Demandez à votre fournisseur comment payer.",
    over: "Cette page n'existe plus. Demandez-en une autre.",
    pay: "Payer {{number}} par carte",
    paid: "Payée le {{day}}.",
    refunding: "Ce que vous avez payé vous est rendu.",
    refunded: "Ce que vous avez payé vous a été rendu.",
    returned: "Si vous avez payé ou enregistré une carte, cela s'affiche ici en moins d'une minute.",
    cards: "Cartes",
    cardsSay:
      "Les factures sont prélevées sur votre carte dès leur émission. Le service de paiement garde son numéro ; il n'est pas connu ici.",
    noCard: "Aucune carte n'est enregistrée. Les factures attendent que vous les payiez.",
    card: "{{name}}, se terminant par {{last4}}",
    until: "Valable jusqu'en {{month}}",
    charged: "Les factures sont prélevées sur celle-ci.",
    storeOther: "Enregistrer une autre carte",
    remove: "La supprimer",
    removeOf: "La supprimer : {{card}}",
    removeSays:
      "Plus rien n'est prélevé sur elle, et le service de paiement l'oublie. Sans carte, vous payez chaque facture sur sa page, et votre prochaine commande en attend une.",
    needed:
      "La commande attend une carte, jusqu'au {{until}}. Rien n'est prélevé maintenant : chaque facture l'est, après son mois.",
    store: "Enregistrer une carte",
    aCard: "Une carte est enregistrée après la confirmation. Rien n'est prélevé avant la première facture.",
  },
};
