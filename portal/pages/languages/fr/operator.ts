import type { Texts } from "../en.ts";
import type { operator as english } from "../en/operator.ts";

/** Text of operators' pages, in French. */
export const operator: Texts<typeof english> = {
  secondFactor: {
    title: "Second facteur",
    code: "Code de votre application",
    codeHint: "Six chiffres ; ou l'un des codes que vous avez gardés pour le cas où l'appareil est perdu.",
    submit: "Continuer",
    needed:
      "Les opérateurs ont besoin d'un second facteur : une application qui montre un nouveau code chaque demi-minute. Votre mot de passe le commence.",
    begin: "Commencer",
    app: "Ajoutez-le à votre application",
    appSays: "Tapez cette clé dans une application de codes à usage unique (TOTP), si possible sur un autre appareil.",
    open: "Ouvrir l'application de cet appareil",
    backup: "Codes pour le cas où l'appareil est perdu",
    backupSays:
      "Chacun marche une fois à la place de l'application. Gardez-les là où l'appareil n'est pas : ils ne sont montrés que cette fois.",
    first: "Montrez qu'il marche",
  },
  operator: {
    title: "Exploitation",
    tenants: "Clients hébergés",
    search: "Chercher (adresse, société, e-mail, id)",
    made: "Lesquels",
    kinds: { all: "Tous", running: "En marche", suspended: "Arrêtés", unmade: "Jamais prêts" },
    noTenants: "Aucun n'est ainsi.",
    noPlace: "pas encore de place",
    suspend: "Suspendre",
    suspendSays:
      "{{address}} s'arrête, et son client ne peut pas la démarrer, jusqu'à ce qu'un opérateur la remette en marche. Toutes les données restent.",
    resume: "Remettre en marche",
    capacity: "Places",
    slots: "{{taken}} sur {{slots}} prises",
    waiting_one: "{{count}} commande attend une place.",
    waiting_other: "{{count}} commandes attendent une place.",
    failedJobs: "Travaux échoués",
    noFailedJobs: "Aucun n'a échoué sans que rien n'ait suivi.",
    byPolicy: "Une règle du jeu de règles l'a refusé ; le journal de l'exécutant la nomme au travail {{id}}.",
    byFault: "Le journal de l'exécutant dit pourquoi, au travail {{id}}.",
    retry: "Réessayer",
    retryOf: "Réessayer : {{tenant}}",
  },
};
