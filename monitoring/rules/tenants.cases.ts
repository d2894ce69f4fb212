import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";
import type { Severity } from "./alert";

const scope = { ...here, ...acme } as const;
const odoo = { ...acme, job: "blackbox", service: "odoo", instance: "http://odoo" } as const;
const probe = series("probe_success", odoo);
const cron = { ...acme, job: "postgres", service: "postgres" } as const;
const overdueBy = series("odoo_cron_oldest_overdue_seconds", cron);
const lastBackup = series("odoo_fleet_backup_last_success_timestamp_seconds", acme);
const lastProof = series("odoo_fleet_restore_proof_timestamp_seconds", acme);
/** What only tenants with backups declare. */
const hourly = (length: number): Record<string, string> => ({
  [series("odoo_fleet_backup_max_age_seconds", acme)]: `3600x${length}`,
});

const down = { alert: "OdooDown", severity: "critical" } as const;
const isDown: Expected = { severity: "critical", labels: { ...here, ...odoo }, value: "0" };
const cronOverdue = { alert: "OdooCronOverdue", severity: "warning" } as const;
const isLate: Expected = { severity: "warning", labels: { ...here, ...cron }, value: "33m 20s" };
const backup = { alert: "BackupOverdue", severity: "critical" } as const;
const tooOld = (value: string): Expected => ({ severity: "critical", labels: scope, value });
const unproven = { alert: "RestoreUnproven", severity: "warning" } as const;
const isUnproven = (value: string): Expected => ({ severity: "warning", labels: scope, value });

const edge = { job: "blackbox", service: "gateway", instance: "10.0.0.2:8443" } as const;
const expiry = series("probe_ssl_earliest_cert_expiry", edge);
const certificate = (severity: Severity) => ({ alert: "CertificateExpiring", severity }) as const;
const ends = (severity: Severity, value: string): Expected => ({ severity, labels: { ...here, ...edge }, value });

/** Cases of the alerts on what a tenant's users see. */
export const tenantCases: readonly AlertCase[] = [
  fires(down, "no probe succeeds", "2m", [isDown], { [probe]: "0x20" }),
  quiet(down, "one probe fails", "2m", { [probe]: "1 0 1x20" }),
  resolves(down, "it answers again", "3m", [isDown], "8m", { [probe]: "0x4 1x20" }),

  fires(cronOverdue, "2,000 seconds late", "11m", [isLate], { [overdueBy]: "2000x20" }),
  quiet(cronOverdue, "20 minutes late", "30m", { [overdueBy]: "1200x40" }),
  resolves(cronOverdue, "it ran", "12m", [isLate], "16m", { [overdueBy]: "2000x14 0x20" }),

  // Time begins at 0 in these cases.
  fires(backup, "two hours old, one is allowed", "2h", [tooOld("2h 0m 0s")], { [lastBackup]: "0x200", ...hourly(200) }),
  fires(backup, "none was ever made", "11m", [tooOld("+Inf")], hourly(30)),
  quiet(backup, "half an hour old", "30m", { [lastBackup]: "0x50", ...hourly(50) }),
  quiet(backup, "a tenant that declares no backups", "3h", { [lastBackup]: "0x200" }),
  resolves(backup, "one is made", "75m", [tooOld("1h 15m 0s")], "85m", {
    [lastBackup]: "0x79 4800x50",
    ...hourly(200),
  }),

  fires(unproven, "last restored more than nine days ago", "61m", [isUnproven("9d 7h 14m 20s")], {
    [lastProof]: "-800000x100",
    ...hourly(100),
  }),
  fires(
    unproven,
    "never restored, with backups for longer than eight days",
    "12000m",
    [isUnproven("+Inf")],
    hourly(12500),
  ),
  quiet(unproven, "restored seven days ago", "100m", { [lastProof]: "-600000x120", ...hourly(120) }),
  quiet(unproven, "never restored yet, with backups since today", "600m", hourly(700)),
  resolves(unproven, "one is restored", "65m", [isUnproven("9d 7h 18m 20s")], "75m", {
    [lastProof]: "-800000x70 4200x20",
    ...hourly(100),
  }),

  fires(certificate("warning"), "ends within 12 days", "61m", [ends("warning", "11d 12h 45m 40s")], {
    [expiry]: "1000000x100",
  }),
  quiet(certificate("warning"), "ends within 30 days", "90m", { [expiry]: "2600000x100" }),
  resolves(certificate("warning"), "it is renewed", "61m", [ends("warning", "11d 12h 45m 40s")], "70m", {
    [expiry]: "1000000x65 8000000x30",
  }),
  fires(
    certificate("critical"),
    "ends within three days",
    "61m",
    [ends("warning", "2d 6h 32m 20s"), ends("critical", "2d 6h 32m 20s")],
    { [expiry]: "200000x100" },
  ),
  quiet(certificate("critical"), "is renewed at once", "90m", { [expiry]: "200000x20 8000000x100" }),
  resolves(
    certificate("critical"),
    "it is renewed",
    "61m",
    [ends("warning", "2d 6h 32m 20s"), ends("critical", "2d 6h 32m 20s")],
    "70m",
    { [expiry]: "200000x65 8000000x30" },
  ),
];
