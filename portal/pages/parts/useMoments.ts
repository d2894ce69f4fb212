import { useLocale } from "./useLanguage.ts";

/** The zone of who looks. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** How moments are written: in the language, by the clock of who looks. */
export function useMoments(): (moment: string) => string {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return (moment) => format.format(new Date(moment));
}
