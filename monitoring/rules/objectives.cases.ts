import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";
import type { Severity } from "./alert";

const log = { ...acme, job: "nginxlog", service: "nginx" } as const;
const count = (status: string): string => series("nginx_http_response_count_total", { ...log, status });
const probe = series("probe_success", { ...acme, job: "blackbox", service: "odoo", instance: "http://odoo" });

/** A hundred requests a minute, of which so many fail, and then none any more. */
const failing = (perMinute: number, minutes: number, goodAfter = 0): Record<string, string> => ({
  [count("2xx")]: `0+${100 - perMinute}x${minutes} ${(100 - perMinute) * minutes}+100x${goodAfter}`,
  [count("5xx")]: `0+${perMinute}x${minutes} ${perMinute * minutes}x${goodAfter}`,
});

const about = (severity: Severity) => ({ alert: "ErrorBudgetBurning", severity }) as const;
const burning = (severity: Severity, window: string, value: string): Expected => ({
  severity,
  labels: { ...here, ...acme, window },
  value,
});
const fast = burning("critical", "1h", "10%");
const medium = burning("critical", "6h", "4%");
const slow = burning("warning", "3d", "1%");

/** Cases of the alerts on error budgets. */
export const objectiveCases: readonly AlertCase[] = [
  fires(about("critical"), "every tenth request fails", "40m", [fast], failing(10, 60)),
  fires(about("critical"), "four of a hundred fail, for hours", "200m", [medium], failing(4, 220)),
  quiet(about("critical"), "one of a hundred fails, for an hour", "60m", failing(1, 80)),
  quiet(about("critical"), "a new tenant's first minutes", "10m", failing(50, 20)),
  quiet(about("critical"), "an outage, which OdooDown has told of", "40m", { [probe]: "1x30 0x30" }),
  quiet(about("critical"), "right after an outage", "62m", { [probe]: "1x40 0x18 1x30" }),
  resolves(about("critical"), "the failures end", "40m", [fast], "55m", failing(10, 42, 30)),
  resolves(about("critical"), "the failures of hours end", "200m", [medium], "260m", failing(4, 210, 80)),
  fires(about("warning"), "one of a hundred fails, for two days", "2400m", [slow], failing(1, 2500)),
  quiet(about("warning"), "one of a thousand fails", "2400m", failing(0.1, 2500)),
  resolves(about("warning"), "the failures end", "2400m", [slow], "2800m", failing(1, 2400, 500)),
];
