import type { Texts } from "./en.ts";

/** All text of the pages, in French. */
export const fr: Texts = {
  frame: { home: "Odoo, prêt en quelques secondes", light: "Clair", dark: "Sombre" },
  notFound: {
    title: "Cette page n'existe pas",
    text: "L'adresse est peut-être mal écrite, ou la page n'existe plus.",
    home: "Aller à la première page",
  },
  waiting: { now: "Chargement…", long: "C'est plus long que d'habitude. La réponse est toujours attendue…" },
  failure: { title: "Cela n'a pas marché", retry: "Réessayer" },
  problems: {
    unreachable:
      "Le portail ne répond pas. Vérifiez votre connexion ; si elle fonctionne, le portail est arrêté un instant.",
    badRequest: "Le portail n'a pas compris. Rechargez la page.",
    keyMissing: "Le portail n'a pas compris. Rechargez la page.",
    credentials: "L'adresse e-mail ou le mot de passe est faux.",
    code: "Ce lien a déjà servi, ou vient trop tard. Demandez-en un autre.",
    unauthorized: "Connectez-vous pour voir ceci.",
    forbidden: "Vous n'en avez pas le droit.",
    foreignOrigin: "Cette page n'est pas celle du portail. Ouvrez le portail par sa propre adresse.",
    notFound: "Cela n'existe pas, ou n'est pas à vous.",
    method: "Ce n'est pas possible.",
    inFlight: "La première tentative est encore en cours. Attendez un instant, puis réessayez.",
    state: "Cela a changé entre-temps, et n'est plus possible.",
    tooLarge: "C'est trop long.",
    mediaType: "Le portail n'a pas compris. Rechargez la page.",
    refused: "Cela ne peut pas être commandé ainsi. Voyez les champs marqués.",
    keyReused: "Le portail n'a pas compris. Rechargez la page.",
    tooMany: "Trop de tentatives. Attendez une minute, puis réessayez.",
    internal: "Une erreur est survenue au portail. Rien n'a été changé. Réessayez plus tard.",
  },
  order: {
    title: "Commandez votre Odoo",
    aMonth: "{{price}} par mois",
    trialDays_one: "{{count}} jour gratuit",
    trialDays_other: "{{count}} jours gratuits",
  },
};
