import type { usage as english } from "../en/usage.ts";
import type { FrenchTexts } from "../texts.ts";

/** Text of what an instance uses, in French. */
export const usage: FrenchTexts<typeof english> = {
  usage: {
    title: "Utilisation",
    month: "Mois",
    monthHint: "Les mois commencent et finissent à l'heure UTC.",
    none: "Elle n'existait pas ce mois-là.",
    plan: "Avec la formule {{plan}} pendant {{hours}} h, dont {{awake}} h en marche.",
    saved: "Grâce à ses heures, elle a dormi {{hours}} h.",
    planMemory: "Elle donne {{memory}} Mio de mémoire.",
    savedMemory: "Cela fait {{memory}} Gio h de mémoire.",
    savedMoney: "Cela a épargné {{price}}.",
    database: "Base de données : {{size}} Mio, {{highest}} Mio au plus haut.",
    files: "Fichiers : {{size}} Mio, {{highest}} Mio au plus haut.",
    memory: "Mémoire : {{size}} Mio, {{highest}} Mio au plus haut des relevés de chaque heure.",
    readAt: "Tailles relevées le {{at}}, sans les sauvegardes.",
    unread: "On ne sait pas encore combien elle a enregistré.",
  },
};
