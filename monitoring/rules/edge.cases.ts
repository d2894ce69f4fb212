import type { Severity } from "./alert";
import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const probed = { ...acme, job: "blackbox", service: "edge", instance: "https://acme.example.com" } as const;
const by = (certificates: "acme" | "internal"): Record<string, string> => ({ ...probed, certificates });
/** The times of these cases begin at 0, and so do the seconds that are left. */
const expiry = (certificates: "acme" | "internal"): string =>
  series("probe_ssl_earliest_cert_expiry", by(certificates));
const expiring = (severity: Severity) => ({ alert: "CertificateExpiring", severity }) as const;
const ends = (severity: Severity, certificates: "acme" | "internal", value: string): Expected => ({
  severity,
  labels: { ...here, ...by(certificates) },
  value,
});
const day = 86_400;

const probe = series("probe_success", by("acme"));
const down = { alert: "EdgeNameDown", severity: "critical" } as const;
const isDown = ends("critical", "acme", "0");

const named = (hostname: string): string => series("odoo_fleet_edge_name_declared", { ...acme, hostname });
const probeOf = (name: string): string => series("probe_success", { ...by("acme"), instance: `https://${name}` });
const second: Expected = { ...isDown, labels: { ...isDown.labels, instance: "https://acme.test" } };
const prober = series("up", { job: "blackbox-exporter", service: "blackbox-exporter" });
const unwatched = { alert: "EdgeNamesUnwatched", severity: "warning" } as const;
const isUnwatched: Expected = { severity: "warning", labels: here, value: "1" };
const both = { [named("acme.example.com")]: "1x60", [named("acme.test")]: "1x60", [prober]: "1x60" };

const waker = { job: "blackbox", service: "waker", instance: "http://10.200.250.66:8082/" };
const wakerProbe = series("probe_http_status_code", waker);
const notWoken = { alert: "WakeFailed", severity: "critical" } as const;
const isNotWoken: Expected = { severity: "critical", labels: { ...here, ...waker }, value: "503" };

const names = { job: "blackbox", service: "names", instance: "http://10.200.250.66:8082/names" };
const namesProbe = series("probe_success", names);
const disputed = { alert: "NameDisputed", severity: "warning" } as const;
const isDisputed: Expected = { severity: "warning", labels: { ...here, ...names }, value: "0" };

/** Cases of the alerts on what the edge serves. */
export const edgeCases: readonly AlertCase[] = [
  fires(expiring("warning"), "a public authority doesn't renew", "20m", [ends("warning", "acme", "8d 23h 40m 0s")], {
    [expiry("acme")]: `${9 * day}x40`,
  }),
  fires(expiring("warning"), "the edge's own doesn't", "20m", [ends("warning", "internal", "1h 0m 0s")], {
    [expiry("internal")]: "4800x40",
  }),
  quiet(expiring("warning"), "twelve days are left of a public one", "30m", { [expiry("acme")]: `${12 * day}x40` }),
  quiet(expiring("warning"), "renewal of the edge's own is due", "30m", { [expiry("internal")]: "14400x40" }),
  quiet(expiring("warning"), "renewed within ten minutes", "20m", { [expiry("acme")]: `${9 * day}x5 ${90 * day}x40` }),
  resolves(expiring("warning"), "the authority is back", "20m", [ends("warning", "acme", "8d 23h 40m 0s")], "30m", {
    [expiry("acme")]: `${9 * day}x25 ${90 * day}x40`,
  }),
  fires(
    expiring("critical"),
    "two days are left",
    "20m",
    [ends("warning", "acme", "1d 23h 40m 0s"), ends("critical", "acme", "1d 23h 40m 0s")],
    { [expiry("acme")]: `${2 * day}x40` },
  ),
  quiet(expiring("critical"), "two days for five minutes", "20m", {
    [expiry("acme")]: `${90 * day}x5 ${2 * day}x5 ${90 * day}x40`,
  }),
  resolves(
    expiring("critical"),
    "the authority is back",
    "20m",
    [ends("warning", "acme", "1d 23h 40m 0s"), ends("critical", "acme", "1d 23h 40m 0s")],
    "30m",
    { [expiry("acme")]: `${2 * day}x25 ${90 * day}x40` },
  ),

  fires(down, "no certificate is there", "6m", [isDown], { [probe]: "0x20" }),
  quiet(down, "the first order takes three minutes", "10m", { [probe]: "0x3 1x20" }),
  resolves(down, "the record leads here at last", "8m", [isDown], "14m", { [probe]: "0x10 1x20" }),

  fires(down, "the second of two names isn't served", "6m", [second], {
    [probeOf("acme.test")]: "0x20",
    [probeOf("acme.example.com")]: "1x20",
  }),
  quiet(down, "the tenant was suspended, and its names left soon after", "10m", {
    [probeOf("acme.test")]: "1x3 0x2 stale",
  }),

  fires(unwatched, "nothing is probed of a tenant", "12m", [isUnwatched], both),
  fires(unwatched, "one name of two", "12m", [isUnwatched], { ...both, [probeOf("acme.test")]: "1x60" }),
  quiet(unwatched, "both are, though one is down", "30m", {
    ...both,
    [probeOf("acme.test")]: "1x60",
    [probeOf("acme.example.com")]: "0x60",
  }),
  quiet(unwatched, "a second name has just come", "30m", {
    ...{ [prober]: "1x60", [named("acme.example.com")]: "1x60", [probeOf("acme.example.com")]: "1x60" },
    [named("acme.test")]: "_x10 1x50",
    [probeOf("acme.test")]: "_x12 1x48",
  }),
  quiet(unwatched, "the prober is gone, which is told by itself", "30m", { ...both, [prober]: "0x60" }),
  quiet(unwatched, "the portal's name is probed, and there is no tenant", "30m", {
    ...{ [prober]: "1x60", [series("probe_success", { ...by("acme"), tenant: "portal" })]: "1x60" },
  }),
  resolves(unwatched, "the page of names answers again", "15m", [isUnwatched], "25m", {
    ...{ [prober]: "1x60", [named("acme.test")]: "1x60" },
    [probeOf("acme.test")]: "_x20 1x40",
  }),

  fires(disputed, "a customer of the portal claims a declared domain", "10m", [isDisputed], { [namesProbe]: "0x20" }),
  quiet(disputed, "a name goes from one tenant to another", "10m", { [namesProbe]: "0x2 1x20" }),
  resolves(disputed, "one of both lets it go", "10m", [isDisputed], "20m", { [namesProbe]: "0x14 1x20" }),

  fires(notWoken, "a wake failed", "1m", [isNotWoken], { [wakerProbe]: "503x20" }),
  quiet(notWoken, "the edge is being replaced", "10m", { [wakerProbe]: "200x1 0x2 200x20" }),
  resolves(notWoken, "it was woken at last", "1m", [isNotWoken], "14m", { [wakerProbe]: "503x10 200x20" }),
];
