import { type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const worker = {
  ...{ job: "blackbox", service: "portal-worker", tenant: "portal" },
  ...{ instance: "https://portal.example.com", certificates: "acme" },
};
const status = series("probe_http_status_code", worker);
const away = { alert: "PortalWorkerAway", severity: "critical" } as const;
const isAway: Expected = { severity: "critical", labels: { ...here, ...worker }, value: "503" };

/** Cases of the alerts on the portal. */
export const portalCases: readonly AlertCase[] = [
  fires(away, "its worker is gone", "8m", [isAway], { [status]: "200x1 503x20" }),
  quiet(away, "its worker is restarted by another release", "20m", { [status]: "200x5 503x3 200x20" }),
  quiet(away, "the portal itself isn't reached", "20m", { [status]: "0x30" }),
  resolves(away, "the worker is back", "10m", [isAway], "16m", { [status]: "503x12 200x20" }),
];
