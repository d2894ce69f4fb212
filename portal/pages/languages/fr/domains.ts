import type { domains as english } from "../en/domains.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of an instance's domains, in French. */
export const domains: FrenchTexts<typeof english> = {
  domains: {
    title: "Vos propres domaines",
    says: "Cette instance peut être atteinte par des noms à vous, comme erp.example.com. Le premier devient son adresse dans les e-mails et les liens ; Odoo redémarre pour cela.",
    none: "Il n'y en a pas.",
    field: "Domaine",
    add: "Ajouter le domaine",
    invalid: "Écrivez un nom comme erp.example.com, sans https:// et sans chemin.",
    reserved: "Ce nom est au fournisseur. Prenez-en un d'un domaine à vous.",
    full: "Elle a {{most}} domaines, autant qu'elle peut. Enlevez-en un pour en ajouter un autre.",
    served: "Il est servi.",
    coming: "Il est prouvé, et sera servi dans un instant.",
    notServed: "Il n'est pas encore servi.",
    states: {
      unchecked: "Ses enregistrements n'ont pas encore été cherchés. Ils le sont, toutes les dix minutes.",
      unproven: "L'enregistrement TXT n'est pas là, ou dit autre chose.",
      elsewhere: "Il est à vous, et mène ailleurs : {{addresses}}.",
      unanswered: "Son serveur DNS ne répond pas. Réessayez dans un moment.",
      taken: "Il est prouvé, et une autre instance l'a. Enlevez-le là d'abord.",
      proven: "Il est prouvé.",
    },
    checkedAt: "Cherchés le {{at}}.",
    publish: "Publiez ces enregistrements là où le domaine est géré :",
    records: "Enregistrements de {{domain}}",
    type: "Type",
    name: "Nom",
    value: "Valeur",
    apex: "Un domaine qui ne peut pas avoir d'enregistrement CNAME, comme example.com lui-même, reçoit des enregistrements A et AAAA avec les adresses de ce nom.",
    check: "Chercher maintenant",
    remove: "Enlever",
    removeSays: "{{domain}} ne mène plus à cette instance, aussitôt. Vous pouvez l'ajouter de nouveau.",
    removeFirstSays:
      "C'est le premier : l'adresse de cette instance dans les e-mails et les liens devient {{next}}, et Odoo redémarre pour cela.",
  },
};
