import type { services as english } from "../en/services.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of signing in by other services, in French. */
export const services: FrenchTexts<typeof english> = {
  services: {
    signIn: "Se connecter avec {{title}}",
    there: "Comptes par lesquels vous vous connectez",
    used: "Utilisé {{at}}",
    remove: "Retirer ce compte",
    removeSays:
      "Personne ne se connecte plus par ce compte, jusqu'à ce qu'il serve de nouveau à se connecter avec une adresse e-mail vérifiée.",
    faults: {
      away: "Le service de connexion ne répond pas. Réessayez plus tard, ou connectez-vous autrement.",
      failed: "Personne n'a été connecté : le service a refusé, ou cela a duré trop longtemps. Réessayez.",
      unverified:
        "Ce service ne garantit pas votre adresse e-mail. Faites-la vérifier là-bas, ou connectez-vous autrement.",
      other:
        "Un autre compte de ce service se connecte déjà avec cette adresse e-mail. Connectez-vous avec celui-là, ou autrement.",
    },
  },
};
