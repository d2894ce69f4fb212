import { useLocale } from "../../parts/useLanguage.ts";
import { type Weekday, weekdays } from "./activeHours.ts";

/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

/** Names of the days of the week, and dates, in the language. */
export function useDays(): {
  readonly dayNames: Readonly<Record<Weekday, string>>;
  readonly dateOf: (date: string) => string;
} {
  const locale = useLocale();
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const names = weekdays.map((day, index) => [day, weekday.format(monday + index * 86_400_000)]);
  return {
    dayNames: Object.fromEntries(names) as Record<Weekday, string>,
    dateOf: (text) => date.format(new Date(`${text}T00:00:00Z`)),
  };
}
