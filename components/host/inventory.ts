import { Document, Scalar } from "yaml";
import type { Edge } from "../../fleet/edgeTypes";
import type { MonitoringHost } from "../../fleet/monitoringTypes";
import { portsPerSlot, tenantPorts } from "../../fleet/ports";
import type { Portal } from "../../fleet/portalTypes";
import { slotCount } from "../../fleet/slots";
import { sshOptions } from "../../fleet/ssh";
import { createdOf } from "../../fleet/tenantsOn";
import type { Host, SshLogin, Tenant } from "../../fleet/types";

/** Variables of a host, as the roles' `meta/argument_specs.yml` name them, and Ansible's own. */
export type HostVariables = Readonly<Record<string, unknown>>;

/**
 * The inventory by which `ansible/site.yml` makes a machine a host.
 *
 * @param sudoPassword what `sudo` asks for there; with it the text is a secret, and without it nothing in it is.
 */
export function renderInventory(host: Host, sudoPassword?: string): string {
  if (host.connection?.kind !== "ssh") {
    return inventory(host, {});
  }
  const { login } = host.connection;
  return inventory(host, host.os === "windows" ? windowsVariables(host) : serverVariables(host, login), sudoPassword);
}

/**
 * The inventory by which `ansible/ports.yml` opens the ports that tenants with containers publish, and the gateway through which
 * another host's Prometheus comes.
 *
 * @param environment keeps the ports of several environments on one host apart.
 * @param shared what watches the host, and what serves its tenants by HTTPS; undefined: nothing does. Of a portal, what it sells: those
 *   tenants come without this stack.
 * @param sudoPassword see `renderInventory`.
 */
export function renderPortsInventory(
  host: Host,
  environment: string,
  tenants: readonly Tenant[],
  { monitored, edge, portal }: { monitored?: MonitoringHost; edge?: Edge; portal?: Portal } = {},
  sudoPassword?: string,
): string {
  const created = createdOf(tenants);
  const own = created.filter(({ publishesPort }) => publishesPort).map(({ ports }) => ports.http);
  const published = [
    ...[...own, ...gatewayPorts(host, monitored)].map((port) => ({ address: host.bindAddress, port, protocol: "tcp" })),
    ...edgePublished(host, [...created.map(({ ports }) => ports.edge), ...portalPorts(host, portal)], edge),
  ];
  return inventory(
    host,
    host.os === "windows"
      ? {
          // Its engine runs in a machine of its own, in which the edge's network is too.
          windows_host_published: published.filter((port) => !("from" in port)),
        }
      : { firewall_environment: environment, firewall_published: published },
    sudoPassword,
  );
}

/** Open to everyone, unless the host's own rules name the port: the watching host's address isn't known here. */
function gatewayPorts({ firewall }: Host, monitored: MonitoringHost | undefined): number[] {
  const port = monitored?.services.includes("gateway") ? monitored.ports.gateway : undefined;
  return port === undefined || firewall.allow.some((rule) => rule.port === port) ? [] : [port];
}

/** The edge's ports, for everybody, and those of its tenants, for the edge's network alone. */
function edgePublished(
  { name, publicAddress: address }: Host,
  served: readonly number[],
  edge: Edge | undefined,
): { address: string; port: number; protocol: string; from?: string }[] {
  const own = edge?.hosts[name];
  return edge === undefined || own === undefined
    ? []
    : [
        { address, port: edge.ports.http, protocol: "tcp" },
        { address, port: edge.ports.https, protocol: "tcp" },
        { address, port: edge.ports.https, protocol: "udp" },
        ...served.map((port) => ({
          address: own.addresses.engine,
          port,
          protocol: "tcp",
          from: own.subnet,
        })),
      ];
}

/** What the edge reaches of the portal: its web process, and each tenant that it can sell. */
function portalPorts({ name, portBase }: Host, portal: Portal | undefined): number[] {
  const range = portal?.sells.slots[name];
  const sold = range ? Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index) : [];
  return [
    ...(portal?.host === name ? [portal.ports.edge] : []),
    ...sold.map((slot) => tenantPorts(portBase, slot).edge),
  ];
}

/** Ports that a host's slots have together. */
const reservedPorts = slotCount * portsPerSlot;

function serverVariables({ operators, firewall, portBase }: Host, { user, port }: SshLogin): HostVariables {
  return {
    users_login: user,
    users_operators: operators.map(({ name, keys, sudo }) => ({ name, keys: [...keys], sudo: [...sudo] })),
    docker_host_user: user,
    firewall_ssh_port: port,
    firewall_ssh_from: [...firewall.sshFrom],
    firewall_allow: firewall.allow.map((rule) => ({ ...rule, from: [...rule.from] })),
    tuning_reserved_ports: `${portBase}-${portBase + reservedPorts - 1}`,
  };
}

function windowsVariables({ operators, firewall, portBase }: Host): HostVariables {
  return {
    windows_host_operators: operators.map(({ name, keys }) => ({ name, keys: [...keys] })),
    windows_host_ssh_from: [...firewall.sshFrom],
    windows_host_allow: firewall.allow.map((rule) => ({ ...rule, from: [...rule.from] })),
    windows_host_reserved_first: portBase,
    windows_host_reserved_count: reservedPorts,
  };
}

/** A host's group says which roles it gets: this machine is a workstation, on which only an engine is made sure of. */
function inventory(host: Host, variables: HostVariables, sudoPassword?: string): string {
  const { connection } = host;
  const group = connection?.kind === "ssh" ? host.os : "workstation";
  const way = connection?.kind === "ssh" ? sshVariables(host, connection.login) : { ansible_connection: "local" };
  const groups = { [group]: { hosts: { [host.name]: { ...way, ...variables } } } };
  const document = new Document(groups, { aliasDuplicateObjects: false });
  if (sudoPassword !== undefined) {
    const password = new Scalar(sudoPassword);
    password.type = Scalar.QUOTE_DOUBLE;
    // Ansible would take what is between braces for a template.
    password.tag = "!unsafe";
    document.setIn([group, "hosts", host.name, "ansible_become_password"], password);
  }
  return document.toString({ lineWidth: 0 });
}

function sshVariables(host: Host, { user, host: address, port }: SshLogin): HostVariables {
  return {
    ansible_host: address,
    ansible_port: port,
    ansible_user: user,
    // Ansible takes this apart as a shell would.
    ansible_ssh_common_args: sshOptions(host)
      .map((option) => (/^[A-Za-z0-9=./_~-]+$/.test(option) ? option : `'${option.replaceAll("'", `'"'"'`)}'`))
      .join(" "),
    ...(host.os === "windows" ? { ansible_shell_type: "powershell" } : {}),
  };
}
