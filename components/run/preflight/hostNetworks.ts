import type { Host } from "../../../fleet/types";
import { runOnHost } from "./hostCommand";

/** An IPv4 network that the machine itself has an address in, or a route to. */
export interface RouteFact {
  /** In CIDR notation. */
  readonly subnet: string;
  /** The interface that it is reached by; undefined for a route without one, such as `blackhole`. */
  readonly interface?: string;
}

interface Route {
  readonly type?: string;
  readonly dst?: string;
  readonly dev?: string;
}

interface Interface {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly family?: string; readonly local?: string; readonly prefixlen?: number }[];
}

/** Asks the machine, by iproute2; undefined where it can't be asked. */
export async function readRoutes(host: Host): Promise<RouteFact[] | undefined> {
  const [routes, addresses] = await Promise.all([
    runOnHost(host, "ip", ["-j", "-4", "route", "show", "table", "all"]),
    runOnHost(host, "ip", ["-j", "-4", "addr", "show"]),
  ]);
  return routes === undefined || addresses === undefined ? undefined : parseRoutes(routes, addresses);
}

/**
 * Reads `ip -j route show table all` and `ip -j addr show`. Left out are the default route, the loopback's own network, and what
 * the kernel adds for each address (tables `local`, broadcasts).
 */
export function parseRoutes(routes: string, addresses: string): RouteFact[] {
  const routed = list<Route>(routes).flatMap(({ type = "unicast", dst, dev }): RouteFact[] =>
    dst === undefined || dst === "default" || ["local", "broadcast", "multicast"].includes(type)
      ? []
      : [{ subnet: dst.includes("/") ? dst : `${dst}/32`, ...(dev === undefined ? {} : { interface: dev }) }],
  );
  const attached = list<Interface>(addresses).flatMap(({ ifname, addr_info: all = [] }) =>
    all.flatMap(({ family, local, prefixlen }): RouteFact[] =>
      family === "inet" && local !== undefined
        ? [{ subnet: `${local}/${prefixlen ?? 32}`, ...(ifname === undefined ? {} : { interface: ifname }) }]
        : [],
    ),
  );
  const seen = new Map([...attached, ...routed].map((fact) => [`${fact.interface} ${fact.subnet}`, fact]));
  return [...seen.values()].filter((fact) => fact.interface !== "lo");
}

/** An old iproute2 prints nothing where there is nothing. */
function list<T>(json: string): T[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? (value as T[]) : [];
  } catch {
    return [];
  }
}
