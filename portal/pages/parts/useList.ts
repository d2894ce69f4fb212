import { useTranslation } from "react-i18next";

/** Writes words one after the other, with the language's comma between them. */
export function useList(): (words: readonly string[]) => string {
  const { t } = useTranslation();
  return (words) => words.join(t("frame.comma"));
}
