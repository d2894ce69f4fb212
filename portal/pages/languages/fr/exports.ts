import type { exports as english } from "../en/exports.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of an instance's exports, in French. */
export const exports: FrenchTexts<typeof english> = {
  exports: {
    title: "Export",
    says: "Un zip avec toutes ses données, base et fichiers d'un même moment, que tout Odoo peut restaurer. Il est fait à côté de ce qui sert. Il contient tout ce que contient votre instance, et les mots de passe de ses utilisateurs sous forme de hachages : gardez-le en lieu sûr.",
    make: "Faire un export",
    busy: "Une opération est en cours. Attendez qu'elle soit terminée.",
    states: {
      none: "Aucun export n'a encore été fait.",
      asked: "Demandé le {{at}} ; il est en cours.",
      ready: "L'export demandé le {{at}} est prêt.",
      failed:
        "L'export demandé le {{at}} n'a pas pu être fait ; rien n'a été changé. Réessayez, ou demandez à son fournisseur.",
      ended: "L'export du {{at}} n'est plus là. Faites-en un autre.",
    },
    download: "Le télécharger ({{size}} Mio)",
    until: "Il peut être téléchargé jusqu'au {{at}}, ou jusqu'à ce que le suivant soit prêt.",
    checksum: "SHA-256 :",
    last: "Derniers exports d'instances supprimées",
    lastSays:
      "Faits avant leur suppression. Ils contiennent tout ce que contenait l'instance : gardez-les en lieu sûr.",
    lastUntil: "Il peut être téléchargé jusqu'au {{at}}.",
  },
};
