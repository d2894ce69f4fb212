import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { renderInventory, renderPortsInventory } from "../../../../components/host/inventory";
import { resolveFleet } from "../../../../fleet";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH";

const { hosts, tenants } = resolveFleet(
  {
    hosts: {
      server: {
        connection: "ssh://ops@server.example.com:2222",
        hostKey: [key, "ssh-rsa AAAAB3Nz"],
        identityFile: "~/.ssh/fleet",
        bindAddress: "10.20.0.11",
        portBase: 21000,
        operators: {
          sam: { keys: [`${key} sam@laptop`] },
          jo: { keys: [`${key} jo`], sudo: ["/usr/bin/systemctl restart docker"] },
        },
        firewall: { sshFrom: ["10.20.0.0/16"], allow: [{ port: 9100, comment: "node exporter" }] },
      },
      here: { connection: "local" },
      windows: { connection: "ssh://admin@windows", os: "windows", hostKey: key },
    },
    tenants: {
      acme: { host: "server", slot: 3 },
      gone: { host: "server", slot: 4, state: "decommissioned" },
      asleep: { host: "server", slot: 5, state: "suspended" },
      globex: { host: "windows", slot: 1 },
    },
  },
  "prod",
);

type Inventory = Record<string, { hosts: Record<string, Record<string, unknown>> }>;
const inventoryOf = (host: string): Inventory => parse(renderInventory(hosts[host]!)) as Inventory;
const portsOf = (host: string): Inventory =>
  parse(
    renderPortsInventory(
      hosts[host]!,
      "prod",
      Object.values(tenants).filter((tenant) => tenant.host === host),
    ),
  ) as Inventory;

interface Option {
  readonly type?: string;
  readonly elements?: string;
  readonly required?: boolean;
  readonly choices?: readonly unknown[];
  readonly options?: Readonly<Record<string, Option>>;
}

/** The options of all roles, from what they state themselves. */
function declaredOptions(): Record<string, Option> {
  const roles = join("ansible", "roles");
  return Object.assign(
    {},
    ...readdirSync(roles).flatMap((role) => {
      const specs = parse(readFileSync(join(roles, role, "meta", "argument_specs.yml"), "utf8"), { merge: true }) as {
        argument_specs: Record<string, { options?: Record<string, Option> }>;
      };
      return Object.values(specs.argument_specs).map(({ options }) => options ?? {});
    }),
  ) as Record<string, Option>;
}

/** What Ansible would say of a value. */
function faultsOf(path: string, value: unknown, option: Option | undefined): string[] {
  if (option === undefined) {
    return [`${path} is no option of a role`];
  }
  const isOf: Record<string, boolean> = {
    str: typeof value === "string",
    int: Number.isInteger(value),
    list: Array.isArray(value),
    dict: typeof value === "object" && !Array.isArray(value),
  };
  const { type = "str", choices, elements, options } = option;
  const faults = isOf[type] ? [] : [`${path} is no ${type}`];
  if (choices && !choices.includes(value)) {
    faults.push(`${path} is none of ${choices.join(", ")}`);
  }
  if (Array.isArray(value)) {
    faults.push(...value.flatMap((one, index) => faultsOf(`${path}[${index}]`, one, { type: elements, options })));
  } else if (type === "dict" && options) {
    const given = value as Record<string, unknown>;
    const missing = Object.keys(options).filter((name) => options[name]!.required && given[name] === undefined);
    faults.push(...missing.map((name) => `${path}.${name} is missing`));
    faults.push(...Object.entries(given).flatMap(([name, one]) => faultsOf(`${path}.${name}`, one, options[name])));
  }
  return faults;
}

describe("the inventory of a server", () => {
  test("says how it is logged in to, with its own keys and no others, as Ansible splits it", () => {
    const { ansible_ssh_common_args: args, ...variables } = inventoryOf("server").linux!.hosts["server"]!;
    expect(variables).toMatchObject({ ansible_host: "server.example.com", ansible_port: 2222, ansible_user: "ops" });
    expect(args).toBe(
      [
        `-o 'KnownHostsCommand=/bin/sh -c "echo '"'"'* ${key}'"'"'; echo '"'"'* ssh-rsa AAAAB3Nz'"'"'"'`,
        "-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes",
        "-o IdentityFile=~/.ssh/fleet -o IdentitiesOnly=yes",
      ].join(" "),
    );
  });

  test("has what the host declares", () => {
    const variables = inventoryOf("server").linux!.hosts["server"]!;
    const own = Object.entries(variables).filter(([name]) => !name.startsWith("ansible_"));
    expect(Object.fromEntries(own)).toEqual({
      users_login: "ops",
      users_operators: [
        { name: "jo", keys: [`${key} jo`], sudo: ["/usr/bin/systemctl restart docker"] },
        { name: "sam", keys: [`${key} sam@laptop`], sudo: [] },
      ],
      docker_host_user: "ops",
      firewall_ssh_port: 2222,
      firewall_ssh_from: ["10.20.0.0/16"],
      firewall_allow: [{ port: 9100, protocol: "tcp", from: [], comment: "node exporter" }],
      tuning_reserved_ports: "21000-30999",
    });
  });

  test("names the ports of tenants that have a web server apart, so that a tenant doesn't bring a whole bootstrap", () => {
    const { firewall_published: published, firewall_environment: environment } =
      portsOf("server").linux!.hosts["server"]!;
    expect(published).toEqual([
      { address: "10.20.0.11", port: 21030, protocol: "tcp" },
      { address: "10.20.0.11", port: 21050, protocol: "tcp" },
    ]);
    expect(environment).toBe("prod");
    expect(renderInventory(hosts["server"]!)).not.toContain("21030");
  });
});

describe("a password for sudo", () => {
  const password = `it's "{{ 7 * 7 }}" # \\ and é`;

  test("is what Ansible reads as it is, never as a template, and nothing else changes", () => {
    for (const [plain, secret] of [
      [renderInventory(hosts["server"]!), renderInventory(hosts["server"]!, password)],
      [
        renderPortsInventory(hosts["server"]!, "prod", []),
        renderPortsInventory(hosts["server"]!, "prod", [], {}, password),
      ],
    ] as const) {
      const added = secret.split("\n").filter((line) => !plain.split("\n").includes(line));
      expect(added).toEqual([expect.stringMatching(/^ +ansible_become_password: !unsafe "/)]);
      const variables = (parse(secret, { logLevel: "silent" }) as Inventory).linux!.hosts["server"]!;
      expect(variables["ansible_become_password"]).toBe(password);
    }
  });
});

describe("the ports of an edge", () => {
  const fleet = resolveFleet(
    {
      hosts: {
        server: { connection: "ssh://ops@server", hostKey: key, bindAddress: "10.20.0.11", publicAddress: "0.0.0.0" },
        windows: { connection: "ssh://admin@windows", os: "windows", hostKey: key },
      },
      edge: { domain: "example.com" },
      tenants: {
        acme: { host: "server", slot: 3 },
        shown: { host: "server", slot: 4, publishPort: true },
        globex: { host: "windows", slot: 1 },
      },
    },
    "prod",
  );
  const opened = (host: string, group: string, variable: string): unknown => {
    const on = Object.values(fleet.tenants).filter((tenant) => tenant.host === host);
    const text = renderPortsInventory(fleet.hosts[host]!, "prod", on, { edge: fleet.edge });
    return (parse(text) as Inventory)[group]!.hosts[host]![variable];
  };
  const edge = (address: string): object[] => [
    { address, port: 80, protocol: "tcp" },
    { address, port: 443, protocol: "tcp" },
    { address, port: 443, protocol: "udp" },
  ];
  const tenant = (port: number): object => ({
    address: "10.200.250.65",
    port,
    protocol: "tcp",
    from: "10.200.250.64/26",
  });

  test("those of what a portal may sell are open to the edge before it is sold, and its own", () => {
    const {
      hosts,
      edge: declared,
      portal,
    } = resolveFleet(
      {
        hosts: { server: { connection: "ssh://ops@server", hostKey: key, publicAddress: "0.0.0.0" } },
        edge: { domain: "example.com" },
        portal: {
          slots: { server: { from: 500, to: 501 } },
          plans: { starter: { price: 0, currency: "EUR" } },
          mail: { smtp: "smtp.example.com:587", from: "p@example.com" },
        },
      },
      "prod",
    );
    const text = renderPortsInventory(hosts["server"]!, "prod", [], { edge: declared, portal });
    const { firewall_published: published } = (parse(text) as Inventory)["linux"]!.hosts["server"]!;
    expect(published).toEqual([...edge("0.0.0.0"), tenant(29991), tenant(25001), tenant(25011)]);
  });

  test("are open to everybody, those of its tenants to the edge alone, and a tenant's own where it is published", () => {
    expect(opened("server", "linux", "firewall_published")).toEqual([
      { address: "10.20.0.11", port: 20040, protocol: "tcp" },
      ...edge("0.0.0.0"),
      tenant(20031),
      tenant(20041),
    ]);
    expect(opened("windows", "windows", "windows_host_published")).toEqual(edge("127.0.0.1"));
  });

  test("are what the firewall's role takes", () => {
    const published = opened("server", "linux", "firewall_published");
    expect(faultsOf("firewall_published", published, declaredOptions()["firewall_published"])).toEqual([]);
  });
});

describe("the port of the gateway through which another host's Prometheus comes", () => {
  const opened = (firewall: object, monitoring: object): unknown => {
    const server = {
      connection: "ssh://ops@server",
      hostKey: key,
      bindAddress: "10.20.0.11",
      portBase: 21000,
      firewall,
    };
    const fleet = resolveFleet({ hosts: { here: {}, server }, monitoring, tenants: {} }, "prod");
    const host = fleet.hosts["server"]!;
    const inventory = parse(
      renderPortsInventory(host, "prod", [], { monitored: fleet.monitoring?.hosts["server"] }),
    ) as Inventory;
    return inventory.linux!.hosts["server"]!["firewall_published"];
  };
  const gateway = { address: "10.20.0.11", port: 31003, protocol: "tcp" };

  test("is opened where there is a gateway, and nowhere else", () => {
    expect(opened({}, { mode: "central", host: "here" })).toEqual([gateway]);
    expect(opened({}, { mode: "central", host: "server" })).toEqual([]);
    expect(opened({}, { mode: "perHost" })).toEqual([]);
  });

  test("is left to the host's own rules where they name it", () => {
    const rule = (port: number): object => ({ port, from: ["10.20.0.12/32"], comment: "monitoring" });
    expect(opened({ allow: [rule(31003)] }, { host: "here" })).toEqual([]);
    expect(opened({ allow: [rule(9100)] }, { host: "here" })).toEqual([gateway]);
  });
});

test("this machine is a workstation: it is told nothing but that it is this one", () => {
  expect(inventoryOf("here")).toEqual({ workstation: { hosts: { here: { ansible_connection: "local" } } } });
});

test("a Windows machine is in a group of its own", () => {
  expect(inventoryOf("windows").windows!.hosts["windows"]).toMatchObject({
    ansible_host: "windows",
    ansible_port: 22,
    ansible_shell_type: "powershell",
  });
});

test.each([
  ["server", 9],
  ["windows", 6],
  ["here", 0],
])("the roles' argument_specs take every variable of %s", (host, count) => {
  const options = declaredOptions();
  const rendered = [inventoryOf(host), ...(count > 0 ? [portsOf(host)] : [])].flatMap((inventory) =>
    Object.values(inventory).flatMap((group) => Object.entries(group.hosts[host]!)),
  );
  const own = rendered.filter(([name]) => !name.startsWith("ansible_"));
  expect(own).toHaveLength(count);
  expect(own.flatMap(([name, value]) => faultsOf(name, value, options[name]))).toEqual([]);
});

test("the check of variables finds what a role wouldn't take", () => {
  const options = declaredOptions();
  expect(faultsOf("firewall_allow", [{ port: "9100" }], options["firewall_allow"])).toEqual([
    "firewall_allow[0].comment is missing",
    "firewall_allow[0].port is no int",
  ]);
});
