import { declaredMetrics } from "../contract";
import { type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const overdue = { alert: "SnapshotsOverdue", severity: "warning" } as const;
const unproven = { alert: "SnapshotsUnproven", severity: "warning" } as const;
const node = { job: "node", service: "node-exporter" } as const;

const declared = { [series(declaredMetrics.snapshotsEvery)]: "3600x20000" };
const last = series("odoo_fleet_snapshots_last_success_timestamp_seconds", node);
const proven = series("odoo_fleet_snapshots_proof_timestamp_seconds", node);
const failed = series("odoo_fleet_snapshots_proof_failed", node);
const is = (value: string): Expected => ({ severity: "warning", labels: { ...here }, value });

/** Cases of the alerts on snapshots. */
export const snapshotCases: readonly AlertCase[] = [
  fires(overdue, "the last one is three hours old", "180m", [is("3h 0m 0s")], { ...declared, [last]: "0x300" }),
  fires(overdue, "there never was one", "20m", [is("1h 0m 0s")], declared),
  fires(overdue, "its time is that of a clock that was a day ahead", "20m", [is("23h 40m 0s")], {
    ...declared,
    [last]: "86400x100",
  }),
  quiet(overdue, "it waits for a service that is being made anew", "130m", { ...declared, [last]: "0x200" }),
  quiet(overdue, "a new host's first takes ten minutes", "12m", { ...declared, [last]: "_x10 600x100" }),
  quiet(overdue, "a host keeps nothing of its own", "180m", { [last]: "0x300" }),
  resolves(overdue, "it is made up for", "180m", [is("3h 0m 0s")], "190m", { ...declared, [last]: "0x181 10900x100" }),

  fires(unproven, "the last proof failed", "40m", [is("1h 0m 0s")], {
    ...declared,
    [proven]: "0x1000",
    [failed]: "0x10 1x1000",
  }),
  fires(unproven, "there never was a proof", "400m", [is("1h 0m 0s")], declared),
  fires(unproven, "the last one is nine days old", "216h", [is("1h 0m 0s")], {
    ...declared,
    [proven]: "0x20000",
    [failed]: "0x20000",
  }),
  quiet(unproven, "a new host waits for its first", "300m", declared),
  quiet(unproven, "it runs some hours late", "180h", { ...declared, [proven]: "0x20000", [failed]: "0x20000" }),
  resolves(unproven, "the next one is proven", "40m", [is("1h 0m 0s")], "70m", {
    ...declared,
    [proven]: "0x45 2700x1000",
    [failed]: "0x10 1x35 0x1000",
  }),
];
