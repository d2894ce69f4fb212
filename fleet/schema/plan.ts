import { z } from "zod";
import { longestRequestSeconds, planDefaults } from "../plans";
import { backupSchema } from "./backup";
import { setting, whole } from "./setting";

/** A plan's keys. */
export const planSchema = z.strictObject({
  memory: setting(whole(256, 1024 * 1024), {
    description:
      "Memory of the tenant's Odoo, PostgreSQL and Nginx together. Its backups take 192 MiB of the host beside it.",
    expected: "a whole number of MiB from 256 on",
    example: 2048,
    unit: "MiB",
    defaultText: "the built-in plan's; required for a new plan",
  }).optional(),
  cpus: setting(z.number().min(0.25).max(512), {
    description: "CPUs that the three containers may use together: a ceiling, not a reservation.",
    expected: "a number of CPUs from 0.25 on",
    example: 2,
    unit: "CPUs",
    defaultText: "the built-in plan's; required for a new plan",
  }).optional(),
  workers: setting(z.union([whole(0, 128), z.literal("auto")]), {
    description:
      "HTTP workers of Odoo; 0 is the threaded server. `auto`: one for six `users`, or without those as many as memory and CPUs allow.",
    expected: "a whole number from 0 to 128, or auto",
    example: "auto",
    unit: "processes",
    default: planDefaults.workers,
  }).optional(),
  users: setting(whole(1, 768), {
    description: "Users at work at the same time. Decides the number of workers if `workers` is `auto`.",
    expected: "a whole number from 1 to 768",
    example: 12,
    unit: "users",
    defaultText: "workers as memory and CPUs allow",
  }).optional(),
  maxCronThreads: setting(whole(0, 8), {
    description: "Scheduled actions that run at the same time; with workers each is a process. 0 runs none.",
    expected: "a whole number from 0 to 8",
    example: 1,
    unit: "threads",
    default: planDefaults.maxCronThreads,
  }).optional(),
  wakeForActions: setting(whole(15, 10_080), {
    description:
      "Minutes after which a scheduled action that is due wakes its tenant, while that sleeps and a visit may wake it (`wakeOnRequest`). It sleeps again once none is due.",
    expected: "a whole number of minutes from 15 to 10080",
    example: 60,
    unit: "minutes",
    defaultText: "its scheduled actions wait for a visit",
  }).optional(),
  requestSeconds: setting(whole(60, longestRequestSeconds), {
    description:
      "Longest that a request may take, such as a report or an import, on the way from the browser to Odoo and there; half of it in time of the processor.",
    expected: `a whole number of seconds from 60 to ${longestRequestSeconds}`,
    example: 1500,
    unit: "s",
    default: planDefaults.requestSeconds,
  }).optional(),
  uploadMiB: setting(whole(1, 4096), {
    description:
      "Largest request body: Nginx, Odoo and its web client all keep to it. Bodies wait on the disk; Odoo has memory to read one.",
    expected: "a whole number of MiB from 1 to 4096",
    example: 128,
    unit: "MiB",
    default: planDefaults.uploadMiB,
  }).optional(),
  backup: backupSchema
    .meta({ description: "How its tenants are backed up.", "x-expected": "settings of backups" })
    .optional(),
});

export type PlanConfig = z.output<typeof planSchema>;
