import { BlockList } from "node:net";
import { type ConfigProblem, showValue } from "../../../fleet/errors";
import type { Edge } from "../../../fleet/edgeTypes";
import type { MonitoringHost } from "../../../fleet/monitoringTypes";
import { bindingsCollide } from "../../../fleet/security";
import type { Portal } from "../../../fleet/portalTypes";
import type { Host, Tenant } from "../../../fleet/types";
import type { ContainerFact, HostFacts, ListenerFact } from "./hostFacts";

/** What a stack puts on a host. */
export interface DeclaredHost {
  readonly environment: string;
  readonly host: Host;
  /** The tenants that this stack puts on the host. */
  readonly tenants: readonly Tenant[];
  /** True when the stack holds the whole environment, so that a tenant it doesn't declare was left out. */
  readonly ownsEnvironment: boolean;
  /** The id that this stack's objects carry; undefined: it has none yet. */
  readonly stackId?: string;
  /** What watches the host; undefined: nothing does, or another stack. */
  readonly monitored?: MonitoringHost;
  /** Whether this stack copies the host's backups to a target. */
  readonly ships?: boolean;
  /** Whether this stack has the network by which those of tenants in stacks of their own are copied. */
  readonly hasCopies?: boolean;
  /** Whether this stack is one of these, and copies its tenants' backups by that network, which another stack has. */
  readonly shipsAlone?: boolean;
  /** What serves its tenants by HTTPS; undefined: nothing does, or another stack. */
  readonly edge?: Edge;
  /** The portal, where it is on the host; undefined: it isn't, or is another stack's. */
  readonly portal?: Portal;
}

/** A subnet that is to be the fleet's. */
interface WantedSubnet {
  readonly environment: string;
  readonly host: Host;
  readonly subnet: string;
  /** Networks of the environment that may have it. */
  readonly ownNames: readonly string[];
  readonly whose: string;
  /** Whether it follows from a slot, which can be another. Default: no. */
  readonly hasSlot?: boolean;
}

/** Who has a port, in words; undefined: nobody, or the container that is ours. */
export function portOwner(
  facts: HostFacts,
  bindAddress: string,
  port: number,
  isOurs: (container: ContainerFact) => boolean,
): string | undefined {
  const collides = (address: string): boolean =>
    bindingsCollide({ address, port, protocol: "tcp" }, { address: bindAddress, port, protocol: "tcp" });
  const publishing = facts.containers.filter(({ published }) =>
    published.some((one) => one.port === port && collides(one.address)),
  );
  if (publishing.some(isOurs)) {
    return undefined;
  }
  return publishing[0]
    ? describeContainer(publishing[0])
    : describeListener(facts.listeners?.find((one) => one.port === port && collides(one.address)));
}

function describeContainer({ name, labels }: ContainerFact): string {
  return `container ${name}${whoseIs(labels)}`;
}

/** Whose a Docker object is, by its labels; empty: nobody's of a fleet. */
function whoseIs(labels: ContainerFact["labels"]): string {
  const environment = labels["odoo-fleet.environment"];
  const tenant = labels["odoo-fleet.tenant"];
  const whose = tenant === undefined ? "" : ` of tenant ${tenant}`;
  return environment ? `${whose} in environment ${environment}` : "";
}

function describeListener(listener: ListenerFact | undefined): string | undefined {
  return listener && (listener.process ?? `a process that listens on ${listener.address}:${listener.port}`);
}

/** What has a subnet that is to be the fleet's. */
export function subnetObstacle(wanted: WantedSubnet, facts: HostFacts): ConfigProblem | undefined {
  const { environment, host, subnet, ownNames, whose, hasSlot = false } = wanted;
  const other = facts.networks.find(
    ({ name, labels, subnets }) =>
      !(labels["odoo-fleet.environment"] === environment && ownNames.includes(name)) &&
      subnets.some((taken) => subnetsOverlap(taken, subnet)),
  );
  const fleets = other ? whoseIs(other.labels) : "";
  const owner = other
    ? `network ${other.name}${fleets} has ${other.subnets.join(", ")}`
    : machineNetwork(wanted, facts);
  // One of a fleet may serve somebody.
  const slot = hasSlot ? `, and give ${whose} another slot` : "";
  const first = fleets === "" ? "remove that network" : `leave that network${slot}`;
  return owner === undefined
    ? undefined
    : {
        path: `odoo-fleet:hosts.${host.name}.subnetBase`,
        value: showValue(host.subnetBase),
        expected: `subnet ${subnet} of ${whose} to be free; ${owner}`,
        wayOut: `${first}, or give the host another range: pulumi config set --path 'odoo-fleet:hosts.${host.name}.subnetBase' 10.X.0.0/16`,
      };
}

/**
 * A network of the machine itself that has a subnet: a VPN's, a bridge of virtual machines, another container runtime's. The engine
 * wouldn't mind, and what is there would become unreachable. A network that the environment has already changes nothing any more.
 */
function machineNetwork({ environment, subnet, ownNames }: WantedSubnet, facts: HostFacts): string | undefined {
  const isThere = facts.networks.some(
    ({ name, labels, subnets }) =>
      labels["odoo-fleet.environment"] === environment && ownNames.includes(name) && subnets.includes(subnet),
  );
  const bridges = new Set(facts.networks.map(({ bridge }) => bridge));
  const other = (isThere ? [] : (facts.routes ?? [])).find(
    (route) => !(route.interface !== undefined && bridges.has(route.interface)) && subnetsOverlap(route.subnet, subnet),
  );
  return (
    other &&
    `${other.interface === undefined ? "a route" : `interface ${other.interface}`} of the machine has ${other.subnet}`
  );
}

/** Whether two IPv4 networks such as `10.200.0.0/16` share an address; an IPv6 network shares none. */
function subnetsOverlap(one: string, other: string): boolean {
  const contains = (outer: string, inner: string): boolean => {
    const [network = "", bits] = outer.split("/");
    const list = new BlockList();
    list.addSubnet(network, Number(bits), "ipv4");
    return list.check(inner.split("/")[0]!, "ipv4");
  };
  return ![one, other].some((network) => network.includes(":")) && (contains(one, other) || contains(other, one));
}
