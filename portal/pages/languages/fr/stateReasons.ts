import type { stateReasons as english } from "../en/stateReasons.ts";
import type { FrenchTexts } from "../texts.ts";

/** Why something can't be done to an instance as things are, in French. */
export const stateReasons: FrenchTexts<typeof english> = {
  stateReasons: {
    neverReady: "Elle n'a jamais été prête.",
    notRunning: "Elle est arrêtée. Démarrez-la d'abord.",
    deleting: "Elle doit être supprimée. Renoncez-y d'abord.",
    busy: "Une opération est en cours. Attendez qu'elle soit terminée.",
    restoring: "Une restauration a commencé, et se poursuit toute seule. Attendez qu'elle soit terminée.",
    trial: "Elle est à l'essai. Seule une instance payée peut être copiée.",
    noBackup: "Sa première sauvegarde n'est pas encore là, et une copie en est faite. Réessayez dans quelques minutes.",
    noPlace: "Là où se trouve l'instance, il n'y a pas de place pour une copie. Demandez à son fournisseur.",
    hasCopy: "Elle a déjà une copie d'essai.",
    noCopy: "Elle n'a pas de copie d'essai.",
    copyGoes: "Sa copie d'essai est en cours de retrait.",
    hasDomain: "Elle a déjà ce domaine.",
    manyDomains: "Elle a autant de domaines qu'elle peut. Enlevez-en un d'abord.",
    manyOrders: "Vous avez trop de commandes en attente. Confirmez-en ou annulez-en une d'abord.",
    hasPlan: "Elle a cette formule, ou y passe déjà.",
    noRoom: "Là où elle se trouve, il n'y a pas de place pour cette formule. Demandez à son fournisseur.",
    noCard:
      "Cette formule coûte plus cher et aucune carte n'est enregistrée. Enregistrez-en une d'abord sur la page des factures.",
    nothingToUndo: "Il n'y a plus rien à annuler.",
    isOver: "C'est fini, ou cela se termine.",
    operator: "Son fournisseur l'a suspendue. Demandez-lui.",
    unpaid: "Une facture n'est pas payée. Elle fonctionne de nouveau moins d'une minute après le paiement.",
    expired: "Son temps est écoulé. Fixez d'abord une fin plus tardive, ou aucune.",
    trialEnded: "Son essai est terminé. Demandez plus de temps à son fournisseur.",
  },
};
