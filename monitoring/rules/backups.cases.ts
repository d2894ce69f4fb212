import { declaredMetrics } from "../contract";
import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const postgres = { ...acme, job: "postgres", service: "postgres" } as const;
const overdue = { alert: "BackupOverdue", severity: "warning" } as const;
const lagging = { alert: "WalLagging", severity: "critical" } as const;

/** When something was last backed up, by the clock of the cases, and every how many seconds it is to be. */
const backedUp = (kind: string, values: string): Record<string, string> => ({
  [series("odoo_fleet_backup_last_success_timestamp_seconds", { ...postgres, kind })]: values,
});
/** Of a tenant in a stack of its own, and of the portal, whose helper tells it by the host's exporter. */
const helper = { job: "node" } as const;
const unproven = { alert: "RestoreUnproven", severity: "warning" } as const;
const drilled = (
  values: string,
  failed = "0x1000",
  by: { readonly job: string } = postgres,
): Record<string, string> => ({
  [series(declaredMetrics.drillEvery, acme)]: "86400x4000",
  [series("odoo_fleet_drill_last_success_timestamp_seconds", { ...acme, ...by, copy: "local" })]: values,
  [series("odoo_fleet_drill_failed", { ...acme, ...by, copy: "local" })]: failed,
});
/** With copies off the host, proven from them at times; the host's own are proven all the time. */
const drilledOffsite = (values: string): Record<string, string> => ({
  ...drilled("0+60x400"),
  [series(declaredMetrics.drillEvery, acme)]: "3600x400",
  [series("odoo_fleet_drill_last_success_timestamp_seconds", { ...acme, ...postgres, copy: "offsite" })]: values,
  [series("odoo_fleet_drill_failed", { ...acme, ...postgres, copy: "offsite" })]: "0x400",
});
const isUnprovenOffsite: Expected = { severity: "warning", labels: { ...here, ...acme }, value: "1h 0m 0s" };
const copiedAllTheTime = { [series(declaredMetrics.offsiteWithin, acme)]: "60x400" };
const isUnproven: Expected = { severity: "warning", labels: { ...here, ...acme }, value: "1d 0h 0m 0s" };
const declared = (kind: string): Record<string, string> => ({
  [series(declaredMetrics.backupEvery, { ...acme, kind })]: "3600x300",
});
const is = (kind: string, value: string): Expected => ({
  severity: "warning",
  labels: { ...here, ...acme, kind },
  value,
});
const waiting = series("odoo_fleet_wal_waiting_seconds", postgres);
const waits = (value: string): Expected => ({ severity: "critical", labels: { ...here, ...acme }, value });

const failing = { alert: "ShipperFailing", severity: "warning" } as const;
const full = { alert: "RepositoryFull", severity: "warning" } as const;
const node = { job: "node", service: "node-exporter" } as const;
const copied = series("odoo_fleet_offsite_last_success_timestamp_seconds", { ...acme, ...node });
const within = { [series(declaredMetrics.offsiteWithin, acme)]: "60x300" };
const behind = (value: string): Expected => ({ severity: "warning", labels: { ...here, ...acme }, value });
const free = (place: string): string => series("odoo_fleet_repository_free_ratio", { ...node, place });
const left = (place: string, value: string): Expected => ({ severity: "warning", labels: { ...here, place }, value });

/** Cases of the alerts on backups. */
export const backupCases: readonly AlertCase[] = [
  fires(overdue, "the database's is two hours old, the files' are fresh", "120m", [is("database", "2h 0m 0s")], {
    ...declared("database"),
    ...declared("files"),
    ...backedUp("database", "0x200"),
    ...backedUp("files", "0+60x200"),
  }),
  fires(overdue, "there never was one", "20m", [is("files", "1h 0m 0s")], {
    ...declared("database"),
    ...declared("files"),
    ...backedUp("database", "0x100"),
  }),
  fires(overdue, "its time is that of a clock that was a day ahead", "20m", [is("database", "23h 40m 0s")], {
    ...declared("database"),
    ...backedUp("database", "86400x100"),
  }),
  quiet(overdue, "it runs a little late", "89m", { ...declared("database"), ...backedUp("database", "0x200") }),
  quiet(overdue, "a new tenant's first takes ten minutes", "12m", {
    ...declared("database"),
    ...backedUp("database", "_x10 600x100"),
  }),
  resolves(overdue, "it is made up for", "120m", [is("database", "2h 0m 0s")], "125m", {
    ...declared("database"),
    ...backedUp("database", "0x121 7300x100"),
  }),

  fires(unproven, "the last drill failed", "40m", [isUnproven], drilled("0x1000", "0x10 1x1000")),
  fires(unproven, "there never was a drill", "400m", [isUnproven], {
    [series(declaredMetrics.drillEvery, acme)]: "86400x1000",
  }),
  fires(unproven, "a day after what is declared", "50h", [isUnproven], drilled("0x4000", "0x4000")),
  fires(unproven, "its time is that of a clock that was a week ahead", "400m", [isUnproven], drilled("604800x1000")),
  fires(
    unproven,
    "the last drill failed, as a helper tells",
    "40m",
    [isUnproven],
    drilled("0x1000", "0x10 1x1000", helper),
  ),
  fires(unproven, "none was from the copies for five periods", "320m", [isUnprovenOffsite], {
    ...copiedAllTheTime,
    ...drilledOffsite("1x400"),
  }),
  quiet(unproven, "the one from the copies is some minutes late", "310m", {
    ...copiedAllTheTime,
    ...drilledOffsite("1x400"),
  }),
  quiet(unproven, "the first one from the copies hasn't had its turn", "320m", {
    ...copiedAllTheTime,
    ...drilledOffsite("0x400"),
  }),
  quiet(unproven, "there are no copies any more", "320m", drilledOffsite("1x400")),
  resolves(unproven, "the copies are proven", "320m", [isUnprovenOffsite], "325m", {
    ...copiedAllTheTime,
    ...drilledOffsite("1x321 19200x100"),
  }),
  quiet(unproven, "a new tenant waits for its first", "300m", drilled("0x1000")),
  quiet(unproven, "it runs some hours late", "30h", drilled("0x4000", "0x4000")),
  resolves(unproven, "the next one is proven", "40m", [isUnproven], "60m", drilled("0x50 3000x1000", "1x50 0x1000")),

  fires(lagging, "the repository can't be written to", "6m", [waits("6m 0s")], { [waiting]: "0+60x30" }),
  quiet(lagging, "a burst waits for two minutes", "10m", { [waiting]: "0 60 120x20" }),
  resolves(lagging, "it catches up", "6m", [waits("6m 0s")], "8m", { [waiting]: "0+60x6 0x20" }),

  fires(failing, "the target is down", "30m", [behind("20m 0s")], { ...within, [copied]: "0+60x10 600x100" }),
  fires(failing, "nothing says that it was ever copied", "11m", [behind("1m 0s")], within),
  quiet(failing, "the target hangs for some minutes", "14m", { ...within, [copied]: "0+60x4 240x4 540+60x100" }),
  resolves(failing, "the target is back", "30m", [behind("20m 0s")], "32m", {
    ...within,
    [copied]: "0+60x10 600x20 1860+60x100",
  }),

  fires(full, "the target's disk fills", "20m", [left("target", "8%")], {
    [free("target")]: "0.08x100",
    [free("host")]: "0.5x100",
  }),
  quiet(full, "a backup takes room for some minutes", "14m", { [free("host")]: "0.09x14 0.3x100" }),
  resolves(full, "room was made", "20m", [left("host", "8%")], "25m", { [free("host")]: "0.08x22 0.4x100" }),
];
