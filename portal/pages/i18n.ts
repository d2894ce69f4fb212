import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { api } from "./api.ts";
import { withSpaces } from "./languages/spaces.ts";

/** What a language is to the pages. */
interface PageLanguage {
  /** Its own name for itself. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  /** By which `Intl` writes numbers, dates and prices. */
  readonly locale: string;
  /** Loads its texts, which come in a file of their own: a visitor loads one language. */
  readonly load: () => Promise<object>;
}

/** Languages that the pages are complete in. */
export const languages = {
  en: {
    name: "English",
    direction: "ltr",
    locale: "en",
    load: async () => (await import("./languages/en.ts")).en,
  },
  fr: {
    name: "Français",
    direction: "ltr",
    locale: "fr",
    load: async () => (await import("./languages/fr.ts")).fr,
  },
  ar: {
    name: "العربية",
    direction: "rtl",
    // Plain "ar" leaves the digits to the browser; here they stand beside addresses, versions and invoice numbers, whose digits are Latin. Not
    // "ar-MA", which has them, too: its names of months are Morocco's own.
    locale: "ar-u-nu-latn",
    load: async () => (await import("./languages/ar.ts")).ar,
  },
} as const satisfies Readonly<Record<string, PageLanguage>>;

/** One of `languages`. */
export type Language = keyof typeof languages;

/** Names of `languages`. */
export const languageNames = Object.keys(languages) as Language[];

const textsOf = async (language: Language): Promise<object> => withSpaces(language, await languages[language].load());

/** Where a browser keeps the language that was chosen. */
const kept = "portal-language";

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(kept), ...navigator.languages];
  const known = wanted
    .map((tag) => tag?.split("-")[0])
    .find((tag) => tag !== undefined && Object.hasOwn(languages, tag));
  return (known as Language | undefined) ?? "en";
}

/**
 * Sets the pages' language, and keeps it for the next visit.
 *
 * @throws Error when its texts can't be loaded: the portal is away, or is another one by now, of which a reload finds the files.
 */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(kept, language);
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await textsOf(language));
  }
  await i18next.changeLanguage(language);
}

const directionOf = (language: string): PageLanguage["direction"] => languages[language as Language].direction;

/**
 * What is put into a text from right to left is set apart from it, by Unicode's characters for that: punctuation and digits of an address, a number
 * or a name stay in their own order.
 */
const setApart = (value: string): string => (directionOf(i18next.language) === "rtl" ? `\u2068${value}\u2069` : value);

i18next.on("languageChanged", (language) => {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
});

// What mails are written in: of a language that mails aren't in, the browser's next one is.
api.use({
  onRequest: ({ request }) =>
    request.headers.set(
      "Accept-Language",
      [i18next.language, ...navigator.languages]
        .slice(0, 10)
        .map((tag, place) => `${tag};q=${(1 - place / 10).toFixed(1)}`)
        .join(", "),
    ),
});

const first = firstLanguage();

// Before React renders, so that the first picture is in the right language and direction.
await i18next.use(initReactI18next).init({
  resources: { [first]: { translation: await textsOf(first) } },
  lng: first,
  // Each language has all texts.
  fallbackLng: false,
  // React escapes.
  interpolation: { escape: setApart },
});

export { i18next };
