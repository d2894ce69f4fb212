import { useTranslation } from "react-i18next";
import { type Language, languages } from "../i18n.ts";

/** The language of the pages, by which texts of the provider's are chosen. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}

/** What `Intl` writes numbers, dates and prices by. */
export function useLocale(): string {
  return languages[useLanguage()].locale;
}
