import { instance } from "./fr/instance.ts";
import { invoices } from "./fr/invoices.ts";
import { operator } from "./fr/operator.ts";
import { team } from "./fr/team.ts";
import { payments } from "./fr/payments.ts";
import { services } from "./fr/services.ts";
import { passkeys } from "./fr/passkeys.ts";
import { tokens } from "./fr/tokens.ts";
import { copies } from "./fr/copies.ts";
import { domains } from "./fr/domains.ts";
import { exports } from "./fr/exports.ts";
import { passwords } from "./fr/passwords.ts";
import { stateReasons } from "./fr/stateReasons.ts";
import { usage } from "./fr/usage.ts";
import { webhooks } from "./fr/webhooks.ts";
import type { en } from "./en.ts";
import { withFrenchSpaces, withUnits } from "./spaces.ts";
import type { FrenchTexts } from "./texts.ts";

/** All text of the pages, in French. */
export const fr: FrenchTexts<typeof en> = withFrenchSpaces(
  withUnits({
    ...instance,
    ...invoices,
    ...payments,
    ...services,
    ...passkeys,
    ...tokens,
    ...copies,
    ...domains,
    ...exports,
    ...passwords,
    ...stateReasons,
    ...usage,
    ...webhooks,
    ...team,
    ...operator,
    frame: {
      home: "Odoo en quelques secondes",
      light: "Clair",
      dark: "Sombre",
      instances: "Mes instances",
      signIn: "Se connecter",
      signOut: "Déconnexion",
      comma: ", ",
      colon: " : ",
    },
    notFound: {
      title: "Cette page n'existe pas",
      text: "L'adresse est peut-être mal écrite, ou la page n'existe plus.",
      home: "Aller à l'accueil",
    },
    waiting: { now: "Chargement…", long: "C'est plus long que d'habitude. La réponse est toujours attendue…" },
    failure: {
      title: "Cela n'a pas fonctionné",
      retry: "Réessayer",
      broken:
        "Cette page ne peut pas être affichée, à cause d'une erreur du portail. Rien n'a été changé. Rechargez-la ; si cela ne sert à rien, demandez au fournisseur.",
      reload: "Recharger la page",
    },
    problems: {
      unreachable:
        "Le portail ne répond pas. Vérifiez votre connexion ; si elle fonctionne, le portail est arrêté un instant.",
      badRequest: "Le portail n'a pas compris. Rechargez la page.",
      keyMissing: "Le portail n'a pas compris. Rechargez la page.",
      credentials: "L'adresse e-mail ou le mot de passe est faux.",
      serviceAway: "Le service de connexion ne répond pas. Réessayez plus tard, ou connectez-vous autrement.",
      passkey: "La clé d'accès n'est pas connue ici, ou n'a pas été utilisée à temps. Réessayez.",
      code: "Ce lien a déjà servi, ou vient trop tard. Demandez-en un autre.",
      unauthorized: "Connectez-vous pour voir ceci.",
      forbidden: "Vous n'en avez pas le droit.",
      noTeam: "Vous n'agissez pour personne : commandez une instance, ou ouvrez le lien d'une invitation.",
      wrongCode: "Le code est faux, ou a déjà servi. Attendez le suivant.",
      secondFactor: "Montrez d'abord votre second facteur.",
      foreignOrigin: "Cette page n'est pas celle du portail. Ouvrez le portail par sa propre adresse.",
      notFound: "Cela n'existe pas, ou n'est pas à vous.",
      method: "Ce n'est pas possible.",
      inFlight: "La première tentative est encore en cours. Attendez un instant, puis réessayez.",
      state: "Cela a changé entre-temps, et n'est plus possible.",
      tooLarge: "C'est trop long.",
      mediaType: "Le portail n'a pas compris. Rechargez la page.",
      refused: "Ce n'est pas possible ainsi. Voyez ce qui est marqué.",
      keyReused: "Le portail n'a pas compris. Rechargez la page.",
      tooMany: "Trop de tentatives. Attendez un moment, puis réessayez.",
      internal: "Une erreur est survenue au portail. Rien n'a été changé. Réessayez plus tard.",
      away: "Le portail n'accède pas à ses données pour le moment. Réessayez dans quelques secondes.",
    },
    order: {
      title: "Commandez votre Odoo",
      notYours: "Seul un propriétaire de l'équipe peut commander.",
      plan: "Formule",
      aMonth: "{{price}} par mois",
      asleep: "{{price}} par mois hors de ses heures",
      trialDays_one: "{{count}} jour gratuit",
      trialDays_many: "{{count}} jours gratuits",
      trialDays_other: "{{count}} jours gratuits",
      trial_one: "L'essayer d'abord : gratuit pendant {{count}} jour",
      trial_many: "L'essayer d'abord : gratuit pendant {{count}} jours",
      trial_other: "L'essayer d'abord : gratuit pendant {{count}} jours",
      sets: "Modules",
      setsHint: "Installés dès le début. Aucun, un ou plusieurs ; dans Odoo vous pourrez en ajouter d'autres.",
      holds_one: "Module d'Odoo : {{modules}}",
      holds_many: "Modules d'Odoo : {{modules}}",
      holds_other: "Modules d'Odoo : {{modules}}",
      address: "Adresse",
      addressHint: "Minuscules, chiffres et traits d'union : elle devient le nom d'hôte de votre Odoo.",
      company: "Société",
      release: "Version d'Odoo",
      email: "Adresse e-mail",
      emailHint: "Un e-mail avec un lien confirme la commande.",
      users_one: "Pour {{count}} utilisateur au travail",
      users_many: "Pour {{count}} utilisateurs au travail en même temps",
      users_other: "Pour {{count}} utilisateurs au travail en même temps",
      size: "{{memory}} Gio de mémoire, jusqu'à {{cpus}} processeurs",
      upload: "Envois jusqu'à {{size}} Mio",
      backups:
        "Sauvegardes toutes les {{hours}} h, gardées {{keep}} ; restauration à tout moment, {{moment}} en arrière au plus",
      proofs: "Restauration prouvée tous les {{days}}",
      usual_one:
        "D'ordinaire prêt environ {{seconds}} s après la confirmation : comme la {{count}} commande jusqu'ici.",
      usual_many:
        "D'ordinaire prêt environ {{seconds}} s après la confirmation : la médiane des {{count}} dernières commandes.",
      usual_other:
        "D'ordinaire prêt environ {{seconds}} s après la confirmation : la médiane des {{count}} dernières commandes.",
      usualUnknown: "On ne sait pas encore combien de temps cela prend : aucune commande n'est terminée à ce jour.",
      usualWith_one:
        "Avec ces modules, d'ordinaire prêt environ {{seconds}} s après la confirmation : comme la {{count}} commande de ce genre jusqu'ici.",
      usualWith_many:
        "Avec ces modules, d'ordinaire prêt environ {{seconds}} s après la confirmation : la médiane des {{count}} dernières commandes de ce genre.",
      usualWith_other:
        "Avec ces modules, d'ordinaire prêt environ {{seconds}} s après la confirmation : la médiane des {{count}} dernières commandes de ce genre.",
      usualUnknownWith:
        "On ne sait pas encore combien de temps cela prend avec ces modules. La première commande de ce genre peut prendre quelques minutes.",
      terms: "J'accepte les conditions",
      readTerms: "Lire les conditions",
      submit: "Commander",
      isFree: "Elle est libre.",
      isChecked: "On regarde si elle est libre…",
      isTooOften: "Trop de recherches. L'adresse est vérifiée à la commande, et recherchée de nouveau dans un instant.",
      isUnchecked: "Le portail ne répond pas : on ne sait pas si elle est libre. Elle est recherchée de nouveau.",
    },
    refused: {
      invalid: "Ceci ne peut pas servir.",
      reserved: "Elle est réservée. Choisissez-en une autre.",
      taken: "Elle est déjà prise. Choisissez-en une autre.",
      held: "Elle était prise jusqu'à récemment. Choisissez-en une autre.",
      unknown: "Ceci n'est plus vendu. Rechargez la page.",
      notOffered: "Cette formule n'a pas d'essai.",
      had: "Cette adresse e-mail a déjà eu son essai.",
      notAccepted: "Rien n'est commandé sans que les conditions soient acceptées.",
      needed: "Ceci est nécessaire.",
      address: "1 à 40 minuscules, chiffres et traits d'union ; une lettre d'abord, et pas de trait d'union à la fin.",
      email: "Ce n'est pas une adresse e-mail.",
      password: "15 caractères ou plus, 128 au plus.",
    },
    placed: {
      title: "Il reste une étape",
      text: "Un e-mail part vers {{email}}. Suivez son lien avant le {{until}} pour confirmer la commande.",
      waiting_one:
        "Toutes les places sont prises. {{count}} commande est avant la vôtre ; vous aurez une place dès qu'une se libère.",
      waiting_many:
        "Toutes les places sont prises. {{count}} commandes sont avant la vôtre ; vous aurez une place dès qu'une se libère.",
      waiting_other:
        "Toutes les places sont prises. {{count}} commandes sont avant la vôtre ; vous aurez une place dès qu'une se libère.",
      nothing: "Pas d'e-mail ? Regardez parmi les indésirables, ou commandez à nouveau avec une autre adresse.",
      resend: "Renvoyer l'e-mail",
      isResent:
        "Si la commande attend encore sa confirmation, un autre e-mail part. Le lien du premier fonctionne aussi.",
      progress: "Voir la commande",
      again: "Commander à nouveau",
    },
    confirm: {
      title: "Confirmez votre commande",
      text: "Ainsi, votre commande est confirmée et votre Odoo est créé.",
      submit: "Confirmer",
      missing: "Le lien n'est pas complet. Copiez-le entièrement depuis l'e-mail.",
      failed:
        "Ce lien a déjà servi, ou vient trop tard. Si vous avez déjà confirmé, connectez-vous pour voir vos instances.",
      hadTrial:
        "Cette adresse e-mail a déjà eu son essai : cette commande ne peut pas être confirmée. Commandez sans essai.",
    },
    progress: {
      title: "Votre Odoo",
      titleOf: "Votre Odoo : {{address}}",
      unconfirmed: "La commande n'est pas encore confirmée : suivez le lien de l'e-mail.",
      waitingBehind_zero: "Toutes les places sont prises. Vous êtes le suivant.",
      waitingBehind_one: "Toutes les places sont prises. {{count}} commande est avant la vôtre.",
      waitingBehind_many: "Toutes les places sont prises. {{count}} commandes sont avant la vôtre.",
      waitingBehind_other: "Toutes les places sont prises. {{count}} commandes sont avant la vôtre.",
      waitingForCard: "Elle est confirmée, et attend une carte.",
      starting: "Cela va commencer.",
      position_zero: "C'est le prochain à être créé.",
      position_one: "{{count}} est créé avant lui.",
      position_many: "{{count}} sont créés avant lui.",
      position_other: "{{count}} sont créés avant lui.",
      running: "Il est en cours de création.",
      done: "Il est prêt.",
      failed: "Il n'a pas pu être créé. Votre place est gardée, et le fournisseur peut réessayer.",
      cancelled: "La commande a été annulée.",
      expired:
        "La commande n'a pas été confirmée, ou sa carte n'a pas été enregistrée, à temps. Son adresse est de nouveau libre.",
      cancelling: "L'annulation est en cours.",
      cancel: "Annuler la commande",
      cancelSure:
        "Annuler {{address}} ? Ce qui en a été fait est enlevé, sa place va au suivant, et son adresse est libre pour tous. On ne peut pas y revenir.",
      cancelYes: "Oui, annuler",
      cancelNo: "Non, continuer",
      lost: "La connexion est perdue. On la cherche à nouveau ; ce qui est affiché peut être ancien.",
      open: "Ouvrir votre Odoo",
      seconds: "{{seconds}} s",
      steps: "Étapes",
    },
    phases: {
      preparing: "Préparation",
      backup: "Dernière sauvegarde",
      restoring: "Restauration et vérification, à côté de ce qui sert",
      packing: "Mise en archive",
      images: "Chargement des programmes",
      database: "Création de la base de données",
      odoo: "Démarrage d'Odoo",
      entry: "Ouverture de l'entrée",
      ready: "Prêt",
      suspended: "Arrêté",
      removed: "Retiré",
      deleted: "Supprimé",
      erased: "Effacé",
    },
    instances: {
      title: "Mes instances",
      none: "Vous n'en avez pas encore.",
      order: "En commander une",
      plan: "Formule",
      release: "Odoo",
      open: "Ouvrir",
      progress: "Voir son avancement",
      more: "En afficher plus",
      tokens: "Jetons pour des programmes",
      webhooks: "Webhooks",
      invoices: "Factures",
      woken: "Arrêtée, et démarrée par une visite",
      removed: "{{address}} est enlevée. Tant qu'elle figure dans la liste, c'est en cours.",
      stopsAt: "S'arrête le {{at}}",
      startsAt: "Démarre le {{at}}",
      deletedAt: "Supprimée le {{at}}",
      stored: "Base {{database}} Mio, fichiers {{files}} Mio",
      memory: "mémoire {{size}} Mio",
      memoryOf: "mémoire {{size}} sur {{most}} Mio",
      states: {
        ordered: "Commandée",
        making: "En création",
        failed: "N'a pas pu être créée",
        running: "En marche",
        suspending: "En cours d'arrêt",
        suspended: "Arrêtée",
        resuming: "En cours de démarrage",
        resizing: "En changement de formule",
        restoring: "En restauration",
        deleting: "En cours de suppression",
      },
    },
    login: {
      title: "Se connecter",
      email: "Adresse e-mail",
      password: "Mot de passe",
      submit: "Se connecter",
      forgotten: "Pas encore de mot de passe, ou oublié ?",
    },
    password: {
      mailTitle: "Définir un mot de passe",
      mailText: "Vous recevez un e-mail avec un lien pour définir un mot de passe, si vous avez un compte ici.",
      mailSubmit: "Envoyer l'e-mail",
      mailSent: "Si quelqu'un a un compte avec {{email}}, un e-mail y part. Son lien fonctionne pendant une heure.",
      title: "Choisissez votre mot de passe",
      hint: "15 caractères ou plus. Quelques mots en font un bon.",
      submit: "Définir le mot de passe",
      done: "Le mot de passe est défini. Connectez-vous avec ce mot de passe.",
    },
  }),
);
