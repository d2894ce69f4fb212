import type { passwords as english } from "../en/passwords.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of setting an instance's password, in French. */
export const passwords: FrenchTexts<typeof english> = {
  passwords: {
    logInTitle: "Se connecter",
    logInSays:
      "Vous êtes connecté à votre Odoo comme son premier utilisateur, son administrateur, par un lien qui ne fonctionne qu'une fois. Odoo demande votre second facteur si vous en avez un là-bas.",
    logIn: "Se connecter à votre Odoo",
    logInNotRunning: "Pour vous connecter, démarrez-la d'abord.",
    title: "Mot de passe de votre Odoo",
    says: "Le premier utilisateur de votre Odoo, son administrateur, ne reçoit son mot de passe que de vous : vous le choisissez sur une page de votre Odoo, par un lien qui ne fonctionne qu'une fois. Qui travaille sous ce compte est déconnecté.",
    set: "Définir mon mot de passe",
    making: "Un instant : vous y serez conduit.",
    failed:
      "Cela n'a pas fonctionné, et rien n'a été changé. Réessayez ; si cela n'y fait rien, arrêtez votre instance et redémarrez-la, ou demandez à son fournisseur.",
    lost: "Un lien a été créé, et s'est perdu en chemin. Créez-en un autre.",
    notRunning: "Pour le définir, démarrez-la d'abord.",
  },
};
