import { useTranslation } from "react-i18next";
import type { Language } from "../i18n.ts";

/** The language of the pages, by which texts of the provider's are chosen. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}
