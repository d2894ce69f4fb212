import { declaredMetrics } from "../contract";
import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const postgres = { ...acme, job: "postgres", service: "postgres" } as const;
const of = (metric: string, more: Record<string, string> = {}): string => series(metric, { ...postgres, ...more });
const exporter = (value: string): Record<string, string> => ({
  [series("up", { job: "postgres-exporter", service: "postgres-exporter" })]: value,
});
const scope = { ...here, ...acme } as const;
const warning = (value: string): Expected => ({ severity: "warning", labels: scope, value });

const down = { alert: "PostgresDown", severity: "critical" } as const;
const isDown: Expected = { severity: "critical", labels: { ...here, ...postgres }, value: "0" };
const own = { ...acme, job: "node", service: "postgres", name: "dev-acme-postgres" } as const;
const healthy = series("odoo_fleet_container_healthy", own);
const ownIsDown: Expected = { severity: "critical", labels: { ...here, ...own }, value: "0" };
const connections = { alert: "PostgresConnectionsHigh", severity: "warning" } as const;
const long = { alert: "PostgresTransactionLong", severity: "warning" } as const;
const deadlocks = { alert: "PostgresDeadlocks", severity: "warning" } as const;

const used = (count: string): Record<string, string> => ({
  [of("pg_stat_activity_count", { datname: "acme", state: "active" })]: count,
  [of("pg_stat_activity_count", { datname: "postgres", state: "idle" })]: "1x100",
  [of("pg_settings_max_connections")]: "53x100",
  [of("pg_settings_superuser_reserved_connections")]: "3x100",
});
const oldest = (backend: string): string =>
  of("pg_stat_activity_max_tx_duration", { datname: "acme", state: "active", backend_type: backend });
const mayTake = (seconds: number): Record<string, string> => ({
  [series(declaredMetrics.requestSeconds, { ...acme, plan: "starter" })]: `${seconds}x60`,
});
const deadlocked = of("pg_stat_database_deadlocks", { datname: "acme" });

/** Cases of the alerts on databases. */
export const databaseCases: readonly AlertCase[] = [
  fires(down, "the exporter can't connect", "2m", [isDown], { [of("pg_up")]: "0x20", ...exporter("1x20") }),
  fires(down, "the database hangs, and the exporter's answer times out", "2m", [isDown], {
    [of("pg_up")]: "stale",
    [of("up")]: "0x20",
    ...exporter("1x20"),
  }),
  quiet(down, "the exporter itself is down", "10m", { [of("up")]: "0x20", ...exporter("0x20") }),
  quiet(down, "a restart", "3m", { [of("pg_up")]: "1 0 1x20", ...exporter("1x20") }),
  resolves(down, "it comes back", "3m", [isDown], "9m", { [of("pg_up")]: "0x4 1x20", ...exporter("1x20") }),

  fires(down, "of a tenant in a stack of its own the healthcheck fails", "2m", [ownIsDown], { [healthy]: "0x20" }),

  fires(connections, "45 of 50 are in use", "11m", [warning("90%")], used("44x20")),
  quiet(connections, "39 of 50 are in use", "30m", used("38x40")),
  resolves(connections, "they are given back", "12m", [warning("90%")], "20m", used("44x15 3x20")),

  fires(long, "open for 1,000 seconds", "6m", [warning("16m 40s")], {
    [oldest("client backend")]: "1000x20",
    ...mayTake(600),
  }),
  quiet(long, "open for 800 seconds", "20m", { [oldest("client backend")]: "800x30", ...mayTake(600) }),
  quiet(long, "a report of a plan whose requests may take half an hour", "20m", {
    [oldest("client backend")]: "1500x30",
    ...mayTake(1800),
  }),
  quiet(long, "autovacuum takes its time", "20m", { [oldest("autovacuum worker")]: "9000x30", ...mayTake(600) }),
  resolves(long, "it ends", "6m", [warning("16m 40s")], "10m", {
    [oldest("client backend")]: "1000x7 0x20",
    ...mayTake(600),
  }),

  fires(deadlocks, "six a minute", "10m", [warning("6")], { [deadlocked]: "0+6x20" }),
  quiet(deadlocks, "four a minute", "20m", { [deadlocked]: "0+4x30" }),
  resolves(deadlocks, "they end", "10m", [warning("6")], "16m", { [deadlocked]: "0+6x10 60x20" }),
];
