import { useTranslation } from "react-i18next";

/** The zone of who looks. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** How moments are written: in the language, by the clock of who looks. */
export function useMoments(): (moment: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
  return (moment) => format.format(new Date(moment));
}
