import type { passkeys as english } from "../en/passkeys.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of the page of passkeys, in French. */
export const passkeys: FrenchTexts<typeof english> = {
  passkeys: {
    title: "Clés d'accès",
    says: "Une clé d'accès (passkey) vous connecte sans mot de passe : par l'empreinte, le visage ou le code de votre appareil, ou par une clé de sécurité. Elle ne quitte jamais l'appareil, ou ce qui garde vos clés.",
    there: "Vos clés d'accès",
    none: "Vous n'en avez pas.",
    used: "Utilisée la dernière fois le {{at}}.",
    unused: "Pas encore utilisée.",
    remove: "Retirer",
    removeSays: "Plus personne ne se connecte par elle. Votre appareil la garde jusqu'à ce que vous l'y retiriez.",
    new: "Ajouter une clé d'accès",
    name: "Nom",
    nameHint: "Sur quel appareil elle est : vous la reconnaîtrez ainsi.",
    add: "L'ajouter",
    unknown: "Ce navigateur ne connaît pas les clés d'accès.",
    signIn: "Se connecter avec une clé d'accès",
  },
};
