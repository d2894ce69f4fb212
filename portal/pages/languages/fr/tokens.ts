import type { tokens as english } from "../en/tokens.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of the page of tokens, in French. */
export const tokens: FrenchTexts<typeof english> = {
  newSecret: {
    once: "Copiez-le maintenant, et gardez-le comme un mot de passe : il n'est montré que cette fois.",
    hide: "Je l'ai copié",
  },
  tokens: {
    title: "Jetons",
    says: "Par un jeton, un programme agit pour vous, par l'API. Il peut faire ce que vous lui permettez, et rien de plus.",
    valid: "Jetons valables",
    none: "Vous n'en avez pas.",
    revoke: "Révoquer",
    madeBy: "Créé par {{email}}",
    revokeSays: "Les programmes qui l'utilisent sont désormais refusés. On ne peut pas revenir en arrière.",
    new: "Créer un jeton",
    name: "Nom",
    nameHint: "À quoi il sert : vous le reconnaîtrez ainsi.",
    may: "Il peut",
    make: "Le créer",
    made: "Le jeton {{name}} est créé",
    lost: "Il a été créé par un premier essai dont la réponse s'est perdue, et ne peut plus être montré. Révoquez-le, et créez-en un autre.",
    scopes: {
      "tenants-read": "voir vos instances",
      "tenants-write": "arrêter, démarrer, planifier et terminer vos instances",
      "tenants-export": "exporter vos instances, et télécharger ces exportations",
      "tenants-password": "créer des liens qui définissent les mots de passe des administrateurs de vos instances",
      "tenants-restore": "restaurer vos instances à un moment, et y renoncer",
      "tenants-copy": "faire des copies d'essai de vos instances, et les enlever",
      "tenants-delete": "supprimer vos instances, et y renoncer",
      "orders-read": "voir vos commandes",
      "orders-write": "commander, annuler des commandes, et changer de formule",
      "invoices-read": "lire les factures, et à qui elles sont adressées",
      "invoices-write": "définir à qui les factures sont adressées",
      "jobs-read": "voir ce qui est fait à vos instances",
      "jobs-write": "annuler ce qui est fait",
      "team-read": "voir l'équipe, et qui est invité",
      "team-write": "modifier l'équipe",
      "audit-read": "lire qui a fait quoi",
      "tokens-read": "voir vos jetons",
      "tokens-write": "créer et révoquer des jetons",
      "webhooks-read": "voir vos webhooks, et ce qui leur a été dit",
      "webhooks-write": "créer, modifier et supprimer des webhooks",
    },
  },
};
