import type { team as english } from "../en/team.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of the pages of teams and invitations, in French. */
export const team: FrenchTexts<typeof english> = {
  team: {
    title: "Équipe",
    says: "Qui peut agir pour ce compte, et dans quel rôle. Chacun se connecte avec sa propre adresse e-mail.",
    acting: "Agir pour",
    members: "Membres",
    you: "vous",
    since: "depuis le {{at}}",
    roles: { owner: "Propriétaire", member: "Membre", billing: "Facturation" },
    rolesSay: {
      owner: "Peut tout faire : commander, changer de formule, supprimer, les factures, l'équipe.",
      member:
        "S'occupe des instances : les arrête, démarre, planifie, restaure, exporte, définit leurs mots de passe. Ne commande pas, ne change pas de formule, ne supprime pas, et ne voit pas les factures.",
      billing:
        "S'occupe des factures : les lit, définit à qui elles sont adressées. Voit les instances et leur consommation, sans rien y changer.",
    },
    role: "Rôle de {{email}}",
    changeRole: "Changer le rôle",
    ownRoleSays:
      "Vous renoncez à être propriétaire : vous ne pouvez plus commander, changer de formule, supprimer ni modifier l'équipe, et ne pouvez pas y revenir vous-même. Seul un autre propriétaire le peut. Les jetons que vous avez créés ne peuvent pas plus que votre nouveau rôle.",
    remove: "Retirer",
    removeSays: "{{email}} ne peut plus rien faire ici. Les jetons que cette personne a créés sont révoqués.",
    leave: "Quitter l'équipe",
    leaveSays: "Vous ne pourrez plus rien faire pour {{team}}. Les jetons que vous avez créés pour elle sont révoqués.",
    onlyOwner: "Seul propriétaire. Pour le retirer ou partir, nommez d'abord quelqu'un d'autre propriétaire.",
    invitations: "Invitations",
    invitedNone: "Personne n'est invité.",
    invitedUntil: "Le lien fonctionne jusqu'au {{at}}.",
    invitedOver: "Le lien n'est plus valable. Renvoyez-le, ou retirez-le.",
    resend: "Renvoyer",
    isResent: "Un autre e-mail est en route. Le lien du précédent n'est plus valable.",
    withdraw: "Retirer l'invitation",
    invite: "Inviter quelqu'un",
    inviteSays:
      "Un e-mail avec un lien est envoyé. Il fonctionne une fois, pendant 7 jours, pour cette adresse seulement.",
    email: "Adresse e-mail",
    inviteRole: "Rôle",
    send: "Envoyer l'invitation",
    isInvited: "Un e-mail est en route vers {{email}}.",
    refused: {
      member: "Cette adresse est déjà celle d'un membre.",
      invited: "Cette adresse est déjà invitée : renvoyez l'invitation.",
      full: "Une équipe a au plus 50 membres et invitations.",
      invalid: "Ce n'est pas une adresse e-mail.",
    },
  },
  join: {
    title: "Invitation dans une équipe",
    text: "{{inviter}} vous invite dans l'équipe de {{team}}.",
    as: "Votre rôle : {{role}}",
    until: "L'invitation est pour {{email}}, et prend fin le {{at}}.",
    accept: "Rejoindre l'équipe",
    missing: "Le lien n'est pas complet. Copiez-le en entier depuis l'e-mail.",
    spent:
      "Cette invitation a déjà servi, a été retirée ou vient trop tard. Demandez-en une autre à qui vous a invité.",
    signIn: "Connectez-vous comme {{email}} pour la rejoindre.",
    noPassword:
      "Pas encore de mot de passe ici, ou oublié ? Choisissez-en un sur une autre page, puis revenez sur celle-ci.",
    other: "Vous êtes connecté comme {{email}}. Déconnectez-vous pour rejoindre avec l'adresse invitée.",
  },
};
