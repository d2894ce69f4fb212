import { type ConfigProblem, hidden, showValue } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import type { Read } from "./lenient";
import {
  exporterServices,
  type MailSettings,
  type Monitoring,
  type MonitoringHost,
  type MonitoringMode,
  type MonitoringPlace,
  type MonitoringSettings,
  type ServerHost,
  type SharedService,
} from "./monitoringTypes";
import { sharedNames } from "./names";
import { type ConfigPath, formatPath, removeCommand, setCommand, setSecretCommand } from "./paths";
import { sharedPorts } from "./ports";
import { unknownName } from "./problems";
import type { MailConfig, MonitoringConfig, RetentionConfig } from "./schema";
import { sharedAddresses, sharedSubnet } from "./subnets";
import type { Host } from "./types";

/** What monitoring is resolved from. */
export interface MonitoringContext {
  readonly environment: string;
  readonly read: Read<MonitoringConfig>;
  readonly hosts: ReadonlyMap<string, ResolvedHost>;
  /** Whether the stack's file encrypts a part of `monitoring`; undefined: not known. */
  readonly isEncrypted?: boolean;
}

/** What Prometheus keeps unless it is told otherwise: 15 days of 20 tenants take 0.8 GB (1 to 2 bytes a sample). */
const defaultRetention = { time: "15d", size: "5GB" } as const;

/** Days that the slowest alert on an error budget looks back, and one to spare. */
const leastRetentionDays = 4;

const root: ConfigPath = ["monitoring"];

/** Resolves how the fleet is watched; reports what keeps it from being so. The result is complete when nothing was reported. */
export function resolveMonitoring(context: MonitoringContext, problems: ConfigProblem[]): Monitoring {
  const { environment, read, hosts } = context;
  const { value, faulty } = read;
  const mode = value.mode ?? "central";
  const all = [...hosts.values()].map(({ host }) => host);
  checkHost(value.host, mode, [...hosts.keys()], problems);
  checkRetention(value.retention, problems);
  if (!faulty.has("mail") && value.mail !== undefined) {
    checkLogin([...root, "mail"], value.mail, context.isEncrypted, problems);
  }
  if (mode === "perHost" && all.length > 1 && value.heartbeatUrl?.includes(hostPlaceholder) === false) {
    problems.push({
      path: formatPath([...root, "heartbeatUrl"]),
      value: hidden,
      expected: `a URL with ${hostPlaceholder} in it: each host has its own Alertmanager, and one that works would hide one that is down`,
      wayOut: `put ${hostPlaceholder} into the URL where the service expects a name, and add one check per host there`,
    });
  }
  const settings: MonitoringSettings = {
    retention: { ...defaultRetention, ...value.retention },
    ...(value.mail === undefined ? {} : { mail: mailSettings(value.mail) }),
    language: value.language ?? "en",
    hasHeartbeat: value.heartbeatUrl !== undefined,
    pace: value.pace ?? 1,
    ...(value.runbooks === undefined ? {} : { runbooks: value.runbooks }),
  };
  const each = <T>(monitored: (host: Host) => T): Record<string, T> =>
    Object.fromEntries(all.map((host) => [host.name, monitored(host)]));
  if (mode === "perHost") {
    return { mode, ...settings, hosts: each((host) => serverHost(environment, host, [host])) };
  }
  const central = value.host ?? all[0]?.name;
  return {
    mode,
    ...settings,
    hosts: each((host): MonitoringHost =>
      host.name === central ? serverHost(environment, host, all) : gatewayHost(environment, host),
    ),
  };
}

/** Stands for the host's name in `heartbeatUrl`. */
export const hostPlaceholder = "{host}";

function serverHost(environment: string, host: Host, watched: readonly Host[]): ServerHost {
  return {
    role: "server",
    watches: watched.map(({ name }) => name),
    ...place(environment, host, [...serverServices(host), ...exporterServices]),
  };
}

function gatewayHost(environment: string, host: Host): MonitoringHost {
  return { role: "gateway", ...place(environment, host, [...exporterServices, "gateway"]) };
}

function place(environment: string, host: Host, services: readonly SharedService[]): MonitoringPlace {
  return {
    host: host.name,
    services,
    ports: sharedPorts(host.portBase),
    subnet: sharedSubnet(host.subnetBase),
    addresses: sharedAddresses(host.subnetBase),
    names: sharedNames(environment),
  };
}

/** Grafana is left out where its image isn't available: nothing depends on it. */
function serverServices({ images }: Host): SharedService[] {
  const grafana: SharedService[] = images.monitoring.grafana === null ? [] : ["grafana"];
  return ["prometheus", "alertmanager", ...grafana];
}

function mailSettings({ smtp, from, to, username, requireTls }: MailConfig): MailSettings {
  return { smtp, from, to, ...(username === undefined ? {} : { username }), requireTls: requireTls ?? true };
}

function checkHost(
  name: string | undefined,
  mode: MonitoringMode,
  hosts: readonly string[],
  problems: ConfigProblem[],
): void {
  const path = [...root, "host"];
  if (name === undefined) {
    if (mode === "central" && hosts.length > 1) {
      problems.push({
        path: formatPath(path),
        value: showValue(name, path),
        expected: `the host that Prometheus runs on, one of ${hosts.join(", ")}: with a default, adding a host could move Prometheus away from its data`,
        wayOut: setCommand(path, hosts[0]!),
      });
    }
  } else if (!hosts.includes(name)) {
    problems.push(unknownName(path, name, hosts));
  } else if (mode === "perHost") {
    problems.push({
      path: formatPath(path),
      value: showValue(name, path),
      expected: "nothing: with mode perHost each host has its own Prometheus",
      wayOut: `${removeCommand(path)}, or ${setCommand([...root, "mode"], "central")}`,
    });
  }
}

function checkRetention(retention: RetentionConfig | undefined, problems: ConfigProblem[]): void {
  const time = retention?.time;
  const days = { h: 1 / 24, d: 1, w: 7, y: 365 };
  if (time !== undefined && parseInt(time) * days[time.at(-1) as keyof typeof days] < leastRetentionDays) {
    const path = [...root, "retention", "time"];
    problems.push({
      path: formatPath(path),
      value: showValue(time, path),
      expected: `at least ${leastRetentionDays}d: the slowest alert on an error budget looks back 3 days`,
      wayOut: setCommand(path, defaultRetention.time),
    });
  }
}

/**
 * Reports a mail server's login that is half of one, or that would be read on the way.
 *
 * @param path where it is declared.
 * @param isEncrypted whether the stack's file encrypts a part of its key; undefined: not known.
 */
export function checkLogin(
  path: ConfigPath,
  mail: Omit<MailConfig, "to">,
  isEncrypted: boolean | undefined,
  problems: ConfigProblem[],
): void {
  if (mail.password !== undefined && isEncrypted === false) {
    problems.push({
      path: formatPath([...path, "password"]),
      value: hidden,
      expected: "a secret: it is in plain text in the stack's file",
      wayOut: `${setSecretCommand([...path, "password"])}, and change the password at the mail server: it was in a plain-text file`,
    });
  }
  if ((mail.password === undefined) !== (mail.username === undefined)) {
    const missing = mail.password === undefined ? "password" : "username";
    problems.push({
      path: formatPath([...path, missing]),
      value: showValue(undefined),
      expected: "username and password, or neither of them",
      wayOut: missing === "password" ? setSecretCommand([...path, missing]) : setCommand([...path, missing], mail.from),
    });
  }
  // Alertmanager's SMTP client refuses this too, but only when the first alert is to be sent.
  if (mail.password !== undefined && mail.requireTls === false && !isThisMachine(mail.smtp)) {
    problems.push({
      path: formatPath([...path, "requireTls"]),
      value: "false",
      expected: "true: a login needs TLS, or the password could be read on the network",
      wayOut: setCommand([...path, "requireTls"], true),
    });
  }
}

/** As Go's `net/smtp` decides whether a password may be sent without TLS. */
function isThisMachine(smtp: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(smtp.replace(/:\d+$/, ""));
}
