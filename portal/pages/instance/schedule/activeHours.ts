/** Days of the week as active hours name them, Monday first. */
export const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** One of `weekdays`. */
export type Weekday = (typeof weekdays)[number];

/** Hours as they are edited: one interval, on some days, by the clock of a zone. */
export interface Hours {
  readonly days: readonly Weekday[];
  /** `HH:MM`; empty while it is being typed. */
  readonly from: string;
  /** `HH:MM`, also of the next day; `00:00` is the end of the day. */
  readonly to: string;
  readonly zone: string;
}

/** Hours to begin with. */
export const usualHours = (zone: string): Hours => ({
  days: ["Mon", "Tue", "Wed", "Thu", "Fri"],
  from: "08:00",
  to: "20:00",
  zone,
});

/** Reads active hours as the API has them: each interval by itself. */
export function readHours(text: string): Hours[] {
  const [days = "", intervals = "", zone = ""] = text.split(" ");
  const chosen = days.split(",").flatMap(readDays);
  return intervals.split(",").map((interval) => {
    const [from = "", to = ""] = interval.split("-");
    return { days: weekdays.filter((day) => chosen.includes(day)), from, to: to === "24:00" ? "00:00" : to, zone };
  });
}

/** Writes them as the API takes them: `Mon-Fri 08:00-20:00 Europe/Paris`. */
export function writeHours({ days, from, to, zone }: Hours): string {
  return `${writeDays(days)} ${from}-${to === "00:00" ? "24:00" : to} ${zone.trim()}`;
}

/** `Mon`, or `Sat-Mon`, also around the week's end. */
function readDays(text: string): Weekday[] {
  const [first = 0, last = first] = text.split("-").map((name) => weekdays.indexOf(name as Weekday));
  const count = ((last - first + weekdays.length) % weekdays.length) + 1;
  return Array.from({ length: count }, (_, index) => weekdays[(first + index) % weekdays.length]!);
}

/** Days that follow each other as a range: `Mon-Wed,Fri`. */
function writeDays(days: readonly Weekday[]): string {
  const ranges: Weekday[][] = [];
  weekdays.forEach((day, index) => {
    if (days.includes(day)) {
      const last = ranges.at(-1);
      if (last && index > 0 && last.at(-1) === weekdays[index - 1]) {
        last.push(day);
      } else {
        ranges.push([day]);
      }
    }
  });
  return ranges.map((range) => (range.length > 1 ? `${range[0]}-${range.at(-1)}` : range[0])).join(",");
}
