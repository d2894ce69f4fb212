import { resolveFleet } from "../../fleet";
import type { ServerHost } from "../../fleet/monitoringTypes";
import { isWatched, type WatchedFleet } from "../../fleet/watched";

const mail = {
  smtp: "smtp.example.com:587",
  from: "odoo-fleet@example.com",
  to: ["ops@example.com", "boss@example.com"],
  username: "odoo-fleet",
  password: "never-rendered",
};

const oneHost = { hosts: { a: {} }, tenants: { acme: { slot: 1 }, globex: { slot: 2, plan: "basic" } } };

const manyHosts = {
  hosts: {
    a: { memory: 8192, cpus: 8 },
    b: { docker: "ssh://ops@b", address: "10.0.0.2", bindAddress: "10.0.0.2", subnetBase: "10.201.0.0/16" },
    c: {
      docker: "ssh://ops@c",
      address: "fd00::3",
      bindAddress: "fd00::3",
      publicAddress: "203.0.113.3",
      subnetBase: "10.202.0.0/16",
    },
  },
  tenants: {
    acme: { host: "a", slot: 1 },
    globex: { host: "b", slot: 999, plan: "pro" },
    old: { host: "b", slot: 2, state: "decommissioned" },
  },
};

/** Fleets that differ in everything that rendering depends on, by what they show. */
export const monitoredFleets = {
  "one host": watched({ ...oneHost, monitoring: {} }),
  "one host with mail and heartbeat": watched({
    ...oneHost,
    monitoring: {
      mail,
      heartbeatUrl: "https://heartbeat.example.com/never-rendered",
      runbooks: "https://git.example.com/r",
    },
  }),
  "many hosts, central": watched({ ...manyHosts, monitoring: { mail, host: "a" } }),
  "many hosts, one each": watched({
    ...manyHosts,
    monitoring: { mail, mode: "perHost", heartbeatUrl: "https://heartbeat.example.com/{host}" },
  }),
  "French, at a test's pace": watched({ ...oneHost, monitoring: { mail, language: "fr", pace: 0.02 } }),
  "many hosts, each with an edge": watched({
    ...manyHosts,
    edge: { domain: "odoo.example.com" },
    monitoring: { host: "a" },
  }),
  "no tenant": watched({ hosts: { a: {} }, monitoring: {} }),
} as const;

/** A fleet of the environment `dev` that is watched. */
export function watched(raw: Record<string, unknown>): WatchedFleet {
  const fleet = resolveFleet(raw, "dev");
  if (!isWatched(fleet)) {
    throw new Error("the fleet isn't watched");
  }
  return fleet;
}

/** The hosts of a fleet that have Prometheus. */
export function serversOf({ monitoring }: WatchedFleet): ServerHost[] {
  return Object.values(monitoring.hosts).filter((host) => host.role === "server");
}

/** A host that has Prometheus. */
export function serverOn(fleet: WatchedFleet, name: string): ServerHost {
  const server = serversOf(fleet).find(({ host }) => host === name);
  if (server === undefined) {
    throw new Error(`${name} has no Prometheus`);
  }
  return server;
}
