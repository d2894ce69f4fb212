import type { copies as english } from "../en/copies.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of an instance's staging copy, in French. */
export const copies: FrenchTexts<typeof english> = {
  copies: {
    title: "Copie d'essai",
    says: "Une copie de cette instance avec ses données, pour faire des essais. Elle n'envoie aucun e-mail et n'atteint personne, ses actions planifiées sont arrêtées, et tous les mots de passe sont enlevés. Elle contient les données personnelles de votre instance, n'est pas conservée comme elle, ne coûte rien, et est enlevée après 14 jours, à moins que vous ne le reportiez.",
    none: "Il n'y en a pas.",
    make: "Faire une copie",
    states: {
      making: "Elle est en cours de création.",
      running: "Elle est en service.",
      suspended: "Elle est arrêtée, comme l'instance l'a été. Elle démarre avec elle.",
      renewing: "Elle est en cours de renouvellement, et sert ce qu'elle a jusque-là.",
      empty: "Elle n'a pas de données.",
      removing: "Elle est en cours de retrait.",
    },
    failed: "Elle n'a pas pu être remplie. {{why}}",
    copiedAt: "Elle a ce que l'instance avait le {{at}}.",
    until: "Elle est enlevée le {{at}}.",
    open: "Ouvrir la copie",
    password: "Définir le mot de passe de son administrateur",
    passwordSays: "Au début, seul l'utilisateur admin peut se connecter ; les autres n'ont pas de mot de passe.",
    renew: "La renouveler",
    renewSays:
      "{{address}} reçoit ce que l'instance a maintenant. Tout ce qui a été fait dans la copie est supprimé pour de bon.",
    extend: "La garder 14 jours à partir de maintenant",
    remove: "Enlever la copie",
    removeSays: "{{address}} est enlevée aussitôt, avec tout ce qu'elle contient. L'instance n'est pas touchée.",
  },
};
