import type { Severity } from "./alert";
import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const odoo = { ...acme, job: "blackbox", service: "odoo", instance: "http://odoo" } as const;
const probe = series("probe_success", odoo);
const cron = { ...acme, job: "postgres", service: "postgres" } as const;
const overdueBy = series("odoo_cron_oldest_overdue_seconds", cron);

const down = { alert: "OdooDown", severity: "critical" } as const;
const isDown: Expected = { severity: "critical", labels: { ...here, ...odoo }, value: "0" };
/** Of one in a stack of its own. */
const own = { ...acme, job: "node", service: "odoo", name: "dev-acme-odoo" } as const;
const healthy = series("odoo_fleet_container_healthy", own);
const isUnhealthy: Expected = { severity: "critical", labels: { ...here, ...own }, value: "0" };
const cronOverdue = { alert: "OdooCronOverdue", severity: "warning" } as const;
const isLate: Expected = { severity: "warning", labels: { ...here, ...cron }, value: "33m 20s" };

const ending = (severity: Severity) => ({ alert: "TenantEnding", severity }) as const;
const ends = (severity: Severity, value: string): Expected => ({ severity, labels: { ...here, ...acme }, value });
/** The times of these cases begin at 0. */
const end = series("odoo_fleet_tenant_ends_timestamp_seconds", acme);

/** Cases of the alerts on what a tenant's users see. */
export const tenantCases: readonly AlertCase[] = [
  fires(down, "no probe succeeds", "2m", [isDown], { [probe]: "0x20" }),
  quiet(down, "one probe fails", "2m", { [probe]: "1 0 1x20" }),
  resolves(down, "it answers again", "3m", [isDown], "8m", { [probe]: "0x4 1x20" }),

  fires(down, "one in a stack of its own is unhealthy", "2m", [isUnhealthy], { [healthy]: "0x20" }),
  quiet(down, "one in a stack of its own restarts", "2m", { [healthy]: "1 0 1x20" }),
  quiet(down, "one in a stack of its own is suspended", "5m", {
    [healthy]: "0x20",
    [series("odoo_fleet_tenant_info", { ...acme, state: "suspended" })]: "1x20",
  }),
  quiet(down, "its host has stopped it by its schedule", "5m", {
    [healthy]: "0x20",
    [series("odoo_fleet_tenant_kept_by_host", { ...acme, job: "node", state: "suspended" })]: "1x20",
  }),
  fires(down, "its host has started it by its schedule, and it is unhealthy", "2m", [isUnhealthy], {
    [healthy]: "0x20",
    [series("odoo_fleet_tenant_kept_by_host", { ...acme, job: "node", state: "running" })]: "1x20",
  }),
  resolves(down, "one in a stack of its own answers again", "3m", [isUnhealthy], "8m", { [healthy]: "0x4 1x20" }),

  fires(ending("warning"), "six days are left", "2m", [ends("warning", "5d 23h 58m 0s")], { [end]: "518400x20" }),
  quiet(ending("warning"), "eight days are left", "20m", { [end]: "691200x40" }),
  quiet(ending("warning"), "it was suspended before", "20m", {
    [end]: "3600x40",
    [series("odoo_fleet_tenant_info", { ...acme, state: "suspended" })]: "1x40",
  }),
  resolves(ending("warning"), "its time was put off", "2m", [ends("warning", "5d 23h 58m 0s")], "8m", {
    [end]: "518400x4 5184000x20",
  }),
  fires(ending("critical"), "an hour is left", "2m", [ends("warning", "58m 0s"), ends("critical", "58m 0s")], {
    [end]: "3600x20",
  }),
  quiet(ending("critical"), "its time is over", "10m", { [end]: "300x40" }),
  resolves(
    ending("critical"),
    "its time was put off",
    "2m",
    [ends("warning", "58m 0s"), ends("critical", "58m 0s")],
    "8m",
    { [end]: "3600x4 5184000x20" },
  ),

  fires(cronOverdue, "2,000 seconds late", "11m", [isLate], { [overdueBy]: "2000x20" }),
  quiet(cronOverdue, "20 minutes late", "30m", { [overdueBy]: "1200x40" }),
  resolves(cronOverdue, "it ran", "12m", [isLate], "16m", { [overdueBy]: "2000x14 0x20" }),
];
