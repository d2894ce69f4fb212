import type { invoices as english } from "../en/invoices.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of the page of invoices, in French. */
export const invoices: FrenchTexts<typeof english> = {
  invoices: {
    title: "Factures",
    says: "Chaque mois est facturé après sa fin, à l'heure UTC : du prix de chaque formule, la part du mois pendant laquelle une instance l'avait. Les essais sont gratuits.",
    there: "Vos factures",
    none: "Il n'y en a pas encore.",
    kinds: { invoice: "Facture {{number}}", creditNote: "Avoir {{number}}" },
    of: "{{month}}, émise le {{day}}.",
    due: "À payer avant le {{day}}.",
    suspends:
      "En retard. Si elle n'est pas payée le {{day}}, les instances sont suspendues jusqu'à ce qu'elle le soit.",
    suspended:
      "En retard. Comme elle n'est pas payée, les instances sont suspendues depuis le {{day}}, jusqu'à ce qu'elle le soit.",
    deferred: "Un délai de paiement est accordé, jusqu'au {{day}}.",
    credits: "Il annule la facture {{number}}.",
    creditedBy: "Elle est annulée par l'avoir {{number}}.",
    download: "Télécharger {{number}} (PDF)",
    billing: "À qui la facture est adressée",
    billingSays:
      "Les prochaines factures le portent ; celles qui existent restent telles quelles. Tant que vous ne le dites pas, elles sont adressées à la société de votre dernière commande.",
    name: "Société ou nom",
    address: "Adresse",
    addressHint: "Cinq lignes au plus, sans le pays.",
    country: "Pays",
    countryHint: "Ses deux lettres : FR, MA, DE…",
    vatId: "Numéro de TVA",
    vatIdHint: "Laissez vide s'il n'y en a pas.",
    set: "Facturer ainsi",
    isSet: "Les factures sont désormais adressées ainsi.",
  },
};
