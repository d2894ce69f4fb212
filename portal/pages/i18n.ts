import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { api } from "./api.ts";
import { en } from "./languages/en.ts";
import { fr } from "./languages/fr.ts";

/** Languages that the pages are complete in, each by its own name. */
export const languages = { en: "English", fr: "Français" } as const;

/** One of `languages`. */
export type Language = keyof typeof languages;

/** Where a browser keeps the language that was chosen. */
const kept = "portal-language";

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(kept), ...navigator.languages];
  const known = wanted
    .map((tag) => tag?.split("-")[0])
    .find((tag) => tag !== undefined && Object.hasOwn(languages, tag));
  return (known as Language | undefined) ?? "en";
}

/** Sets the pages' language, and keeps it for the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(kept, language);
  await i18next.changeLanguage(language);
}

i18next.on("languageChanged", (language) => {
  document.documentElement.lang = language;
});

// What mails are written in.
api.use({
  onRequest: ({ request }) => request.headers.set("Accept-Language", i18next.language),
});

await i18next.use(initReactI18next).init({
  resources: { en: { translation: en }, fr: { translation: fr } },
  lng: firstLanguage(),
  fallbackLng: "en",
  // React escapes.
  interpolation: { escapeValue: false },
});

export { i18next };
