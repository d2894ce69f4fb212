import { useTranslation } from "react-i18next";
import { type Weekday, weekdays } from "./activeHours.ts";

/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

/** Names of the days of the week, and dates, in the language. */
export function useDays(): {
  readonly dayNames: Readonly<Record<Weekday, string>>;
  readonly dateOf: (date: string) => string;
} {
  const { i18n } = useTranslation();
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" });
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" });
  const names = weekdays.map((day, index) => [day, weekday.format(monday + index * 86_400_000)]);
  return {
    dayNames: Object.fromEntries(names) as Record<Weekday, string>,
    dateOf: (text) => date.format(new Date(`${text}T00:00:00Z`)),
  };
}
