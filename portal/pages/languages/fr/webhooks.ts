import type { Texts } from "../en.ts";
import type { webhooks as english } from "../en/webhooks.ts";

/** Text of the page of webhooks, in French. */
export const webhooks: Texts<typeof english> = {
  webhooks: {
    title: "Webhooks",
    says: "Un webhook dit à un de vos programmes ce qui arrive à vos instances, par une requête signée à son adresse.",
    there: "Vos webhooks",
    none: "Vous n'en avez pas.",
    new: "Créer un webhook",
    url: "Adresse",
    urlHint: "De votre programme : en HTTPS, et accessible depuis Internet.",
    urlRefused: "Cette adresse ne convient pas : elle doit commencer par https:// et être accessible depuis Internet.",
    of: "Il est informé de ceci",
    make: "Le créer",
    made: "Le webhook est créé. Ce secret signe ses requêtes",
    lost: "Il a été créé par un premier essai dont la réponse s'est perdue, et ne peut plus être montré. Créez-en un autre.",
    rotated: "Un nouveau secret pour {{host}}",
    former: "L'ancien secret signe aussi, jusqu'au {{at}}.",
    failing: "Rien n'arrive depuis le {{at}}.",
    disabled: {
      gone: "Il n'est plus informé de rien depuis le {{at}} : votre programme a répondu qu'il n'existe plus.",
      failing: "Il n'est plus informé de rien depuis le {{at}} : rien n'était arrivé pendant des jours.",
    },
    enable: "L'informer de nouveau",
    test: "Envoyer un test",
    rotate: "Créer un autre secret",
    told: "Ce qui lui a été dit",
    toldNothing: "Rien pour l'instant.",
    states: { pending: "en route", done: "arrivé", failed: "pas arrivé" },
    tries_one: "{{count}} essai.",
    tries_other: "{{count}} essais.",
    answered: "Réponse {{status}} après {{milliseconds}} ms.",
    nextTry: "Prochain essai : {{at}}.",
    again: "Le redire",
    remove: "Supprimer",
    removeSays:
      "Votre programme n'est plus informé de rien, et ce qui était en route est abandonné. On ne peut pas revenir en arrière.",
    events: {
      "order-confirmed": "commandes confirmées",
      "tenant-ready": "instances prêtes",
      "tenant-suspended": "instances arrêtées",
      "tenant-resumed": "instances démarrées",
      "tenant-resized": "instances qui changent de formule",
      "tenant-restored": "instances restaurées",
      "tenant-restoreUndone": "restaurations annulées",
      "tenant-deleted": "instances supprimées",
      "job-failed": "ce qui n'a pas pu être fait",
      "webhook-test": "un test",
    },
  },
};
