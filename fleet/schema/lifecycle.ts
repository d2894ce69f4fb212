import { z } from "zod";
import { activeHoursPattern } from "../lifecycle/activeHours";
import { readDay, readInstant } from "../lifecycle/moments";
import { setting, text } from "./setting";

/** A day; see `readDay`. */
export const daySchema = z
  .string()
  .refine((day) => readDay(day) !== undefined)
  .transform((day) => readDay(day)!);

const instant = z
  .string()
  .refine((moment) => readInstant(moment) !== undefined)
  .transform((moment) => readInstant(moment)!);
const instantExpected = "an instant with its offset from UTC, such as 2026-12-31T18:00:00+01:00 or 2026-12-31T17:00Z";

/** An entry of active hours; see `readActiveHours`. */
export const hoursSchema = setting(text(activeHoursPattern), {
  description: "Days, times and a zone.",
  expected:
    "days, intervals of times, and a time zone, such as Mon-Fri 08:00-20:00 Europe/Paris or Fri,Sat 18:00-02:00 America/New_York",
  example: "Mon-Fri 08:00-20:00 Europe/Paris",
});

/** Keys of a tenant's `lifecycle`. */
export const lifecycleSchema = z.strictObject({
  expiresAt: setting(instant, {
    description: "From then on the tenant is suspended, whatever else is set here.",
    expected: instantExpected,
    example: "2026-12-31T18:00:00+01:00",
    defaultText: "never",
  }).optional(),
  trial: setting(instant, {
    description: "End of the tenant's trial: from then on it is suspended as by `expiresAt`. Who stays loses the key.",
    expected: instantExpected,
    example: "2026-12-31T18:00:00+01:00",
    defaultText: "no trial",
  }).optional(),
  activeHours: z
    .array(hoursSchema)
    .min(1)
    .meta({
      description:
        "Hours in which the tenant runs; outside all of them it is suspended. `Mon-Fri 08:00-12:00,13:00-18:00 Europe/Paris`: days, intervals and a zone of the IANA database. An interval whose end is the earlier time ends on the next day; `00:00-24:00` is a whole day.",
      "x-expected": "a list of at least one such entry",
      "x-default-text": "at any time",
    })
    .optional(),
  holidays: z
    .array(
      setting(daySchema, {
        description: "A day.",
        expected: "a day such as 2026-12-25",
        example: "2026-12-25",
      }),
    )
    .meta({
      description: "Days on which no active hours start, by the clock of their own zone.",
      "x-expected": "a list of days such as 2026-12-25",
      "x-default-text": "none",
    })
    .optional(),
  awakeUntil: setting(instant, {
    description: "Up to then the tenant runs outside its active hours too, but not after its `expiresAt` or `trial`.",
    expected: instantExpected,
    example: "2026-12-31T18:00:00+01:00",
    defaultText: "only in its active hours",
  }).optional(),
});
