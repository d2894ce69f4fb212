export type Config = Record<string, Record<string, unknown>>;

/** A right configuration, to put faults into. */
export const valid = (): Config => ({
  hosts: { local: {} },
  tenants: { acme: { slot: 1, plan: "starter" }, globex: { slot: 2, plan: "basic" }, steady: { slot: 20 } },
  plans: {},
  images: {},
  // More hosts come with some faults.
  defaults: { host: "local" },
});

/** A configuration with something put into it by path. */
export function withValue(path: string[], value: unknown, config = valid()): Config {
  const last = path.at(-1)!;
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((node, key) => (node[key] ??= {}) as Record<string, unknown>, config);
  parent[last] = value;
  return config;
}

/** Something wrong, and what has to be said of it. */
export interface Fault {
  readonly name: string;
  readonly at: string[];
  readonly value: unknown;
  /** Path of the problem where it isn't `at`. */
  readonly path: string;
  readonly expected: RegExp;
  readonly wayOut: RegExp;
}

/** Each is wrong by itself and in its own corner, so that any number of them can be put together. */
export const faults: readonly Fault[] = [
  {
    name: "two tenants on a slot",
    at: ["tenants", "initech"],
    value: { slot: 1 },
    path: "odoo-fleet:tenants.initech.slot",
    expected: /"acme" and "initech" are both on slot 1/,
    wayOut: /pulumi config set --path 'odoo-fleet:tenants\.initech\.slot' \d+$/,
  },
  {
    name: "a slot out of range",
    at: ["tenants", "globex", "slot"],
    value: 1000,
    path: "odoo-fleet:tenants.globex.slot",
    expected: /whole number from 0 to 999/,
    wayOut: /pin a free slot: pulumi config set --path 'odoo-fleet:tenants\.globex\.slot' \d+$/,
  },
  {
    name: "an invalid tenant name",
    at: ["tenants", "Acme Corp."],
    value: { slot: 10 },
    path: 'odoo-fleet:tenants["Acme Corp."]',
    expected: /1 to 32 characters/,
    wayOut: /for example to acme-corp,/,
  },
  {
    name: "an over-long tenant name",
    at: ["tenants", "a".repeat(33)],
    value: { slot: 11 },
    path: `odoo-fleet:tenants.${"a".repeat(33)}`,
    expected: /this one has 33/,
    wayOut: /rename it/,
  },
  {
    name: "a tenant name that PostgreSQL knows as something else",
    at: ["tenants", "postgres"],
    value: { slot: 12 },
    path: "odoo-fleet:tenants.postgres",
    expected: /template1/,
    wayOut: /tenant-postgres/,
  },
  {
    name: "an unknown plan",
    at: ["tenants", "acme", "plan"],
    value: "startr",
    path: "odoo-fleet:tenants.acme.plan",
    expected: /one of starter, basic, pro, enterprise.*Did you mean "starter"/,
    wayOut: /^pulumi config set --path 'odoo-fleet:tenants\.acme\.plan' starter$/,
  },
  {
    name: "an unknown host",
    at: ["tenants", "globex", "host"],
    value: "locale",
    path: "odoo-fleet:tenants.globex.host",
    expected: /Did you mean "local"/,
    wayOut: /'odoo-fleet:tenants\.globex\.host' local$/,
  },
  {
    name: "an unknown key of a tenant",
    at: ["tenants", "acme", "modulse"],
    value: [],
    path: "odoo-fleet:tenants.acme.modulse",
    expected: /Did you mean "modules"/,
    wayOut: /rename it to odoo-fleet:tenants\.acme\.modules/,
  },
  {
    name: "an unknown key of the namespace",
    at: ["tenant"],
    value: {},
    path: "odoo-fleet:tenant",
    expected: /Did you mean "tenants"/,
    wayOut: /pulumi config rm --path 'odoo-fleet:tenant'/,
  },
  {
    name: "a wrong type",
    at: ["tenants", "acme", "company"],
    value: 7,
    path: "odoo-fleet:tenants.acme.company",
    expected: /a name of/,
    wayOut: /pulumi config set/,
  },
  {
    name: "a wrong entry of a list",
    at: ["tenants", "acme", "modules"],
    value: ["contacts", "Sale Management"],
    path: "odoo-fleet:tenants.acme.modules[1]",
    expected: /technical name/,
    wayOut: /modules\[1\]/,
  },
  {
    name: "a pair that Odoo doesn't support",
    at: ["tenants", "hooli"],
    value: { slot: 13, odoo: "17.0", postgres: 18 },
    path: "odoo-fleet:tenants.hooli.postgres",
    expected: /Odoo 17\.0 supports: 13, 14, 15, 16, 17/,
    wayOut: /postgres' 17$/,
  },
  {
    name: "an unknown Odoo release",
    at: ["tenants", "acme", "odoo"],
    value: "16.0",
    path: "odoo-fleet:tenants.acme.odoo",
    expected: /17\.0, 18\.0, 19\.0/,
    wayOut: /odoo' 19\.0$/,
  },
  {
    name: "an image that isn't available",
    at: ["images", "odoo", "19.0"],
    value: null,
    path: 'odoo-fleet:images.odoo["19.0"]',
    expected: /Odoo 19\.0, which tenant "\w+" asks for/,
    wayOut: /pulumi config set --path 'odoo-fleet:images\.odoo\["19\.0"\]' odoo:19\.0-/,
  },
  {
    name: "an image that moves",
    at: ["images", "nginx"],
    value: "nginx:latest",
    path: "odoo-fleet:images.nginx",
    expected: /not latest/,
    wayOut: /images\.nginx' nginx:/,
  },
  {
    name: "a plan that can't be",
    at: ["plans", "tiny"],
    value: { memory: 300, cpus: 1 },
    path: "odoo-fleet:plans.tiny.memory",
    expected: /at least \d+ for plan "tiny"/,
    wayOut: /plans\.tiny\.memory' \d+$/,
  },
  {
    name: "workers that CPUs don't allow",
    at: ["plans", "narrow"],
    value: { memory: 16384, cpus: 1, workers: 9 },
    path: "odoo-fleet:plans.narrow.cpus",
    expected: /at least 4 for plan "narrow"/,
    wayOut: /plans\.narrow\.cpus' 4$/,
  },
  {
    name: "a new plan that doesn't say its memory",
    at: ["plans", "vague"],
    value: { cpus: 1 },
    path: "odoo-fleet:plans.vague.memory",
    expected: /MiB/,
    wayOut: /plans\.vague\.memory'/,
  },
  {
    name: "ports in the ephemeral range",
    at: ["hosts", "local", "portBase"],
    value: 30000,
    path: "odoo-fleet:hosts.local.portBase",
    expected: /ephemeral/,
    wayOut: /portBase' 20000$/,
  },
  {
    name: "a network that is no /16",
    at: ["hosts", "local", "subnetBase"],
    value: "10.0.0.0/8",
    path: "odoo-fleet:hosts.local.subnetBase",
    expected: /\/16/,
    wayOut: /subnetBase' 10\.200\.0\.0\/16$/,
  },
  {
    name: "a host with too little memory",
    at: ["hosts", "local", "memory"],
    value: 256,
    path: "odoo-fleet:hosts.local.memory",
    expected: /at least \d+ MiB, the sum of the plans/,
    wayOut: /move tenants/,
  },
  {
    name: "a secret where none belongs",
    at: ["tenants", "acme", "adminPassword"],
    value: "hunter2",
    path: "odoo-fleet:tenants.acme.adminPassword",
    expected: /passwords are generated/,
    wayOut: /pulumi config rm --path 'odoo-fleet:tenants\.acme\.adminPassword'/,
  },
  {
    name: "a login with a password",
    at: ["hosts", "remote-1", "connection"],
    value: "ssh://ops:hunter2@remote-1",
    path: "odoo-fleet:hosts.remote-1.connection",
    expected: /never a password/,
    wayOut: /hosts\.remote-1\.connection' ssh:\/\//,
  },
  {
    name: "a server whose key isn't known",
    at: ["hosts", "remote-2"],
    value: { connection: "ssh://ops@remote-2:2222" },
    path: "odoo-fleet:hosts.remote-2.hostKey",
    expected: /public key of the machine's SSH server/,
    wayOut: /ssh-keyscan -p 2222 -t ed25519 remote-2/,
  },
  {
    name: "a private key in the place of a public one",
    at: ["hosts", "remote-3"],
    value: { connection: "ssh://ops@remote-3", hostKey: "-----BEGIN OPENSSH PRIVATE KEY-----" },
    path: "odoo-fleet:hosts.remote-3.hostKey",
    expected: /the server's public key/,
    wayOut: /hostKey/,
  },
  {
    name: "a bootstrap without a way to the machine",
    at: ["hosts", "remote-4"],
    value: { docker: "ssh://ops@remote-4", bootstrap: "ansible" },
    path: "odoo-fleet:hosts.remote-4.bootstrap",
    expected: /a connection as well/,
    wayOut: /hosts\.remote-4\.connection' ssh:\/\/user@remote-4$/,
  },
  {
    name: "an engine on another machine than the login",
    at: ["hosts", "remote-5"],
    value: { connection: "ssh://ops@remote-5", docker: "ssh://ops@elsewhere", hostKey: "ssh-ed25519 AAAA" },
    path: "odoo-fleet:hosts.remote-5.docker",
    expected: /the machine that `connection` names/,
    wayOut: /config rm/,
  },
  {
    name: "a host key without SSH",
    at: ["hosts", "remote-6"],
    value: { docker: "unix:///var/run/docker.sock", connection: "local", hostKey: "ssh-ed25519 AAAA" },
    path: "odoo-fleet:hosts.remote-6.hostKey",
    expected: /isn't reached by SSH/,
    wayOut: /config rm/,
  },
  {
    name: "Windows without SSH",
    at: ["hosts", "remote-7"],
    value: { connection: "local", docker: "npipe:////./pipe/docker_engine", os: "windows" },
    path: "odoo-fleet:hosts.remote-7.os",
    expected: /Ansible doesn't run on Windows/,
    wayOut: /config rm/,
  },
  {
    name: "operators that nothing would set up",
    at: ["hosts", "remote-8"],
    value: { docker: "ssh://ops@remote-8", operators: { jo: { keys: ["ssh-ed25519 AAAA jo"] } } },
    path: "odoo-fleet:hosts.remote-8.operators",
    expected: /bootstrap: ansible/,
    wayOut: /config rm/,
  },
  {
    name: "an operator with the fleet's own login",
    at: ["hosts", "remote-9"],
    value: {
      connection: "ssh://ops@remote-9",
      hostKey: "ssh-ed25519 AAAA",
      operators: { ops: { keys: ["ssh-ed25519 AAAA jo"] } },
    },
    path: "odoo-fleet:hosts.remote-9.operators.ops",
    expected: /a login of the operator's own/,
    wayOut: /rename it/,
  },
  {
    name: "a sudo rule for everything",
    at: ["hosts", "remote-10"],
    value: {
      connection: "ssh://ops@remote-10",
      hostKey: "ssh-ed25519 AAAA",
      operators: { jo: { keys: ["ssh-ed25519 AAAA jo"], sudo: ["ALL"] } },
    },
    path: "odoo-fleet:hosts.remote-10.operators.jo.sudo[0]",
    expected: /by its whole path/,
    wayOut: /systemctl/,
  },
  {
    name: "a firewall rule for something that is no network",
    at: ["hosts", "remote-11"],
    value: {
      connection: "ssh://ops@remote-11",
      hostKey: "ssh-ed25519 AAAA",
      firewall: { sshFrom: ["10.20.0.1"] },
    },
    path: "odoo-fleet:hosts.remote-11.firewall.sshFrom[0]",
    expected: /CIDR/,
    wayOut: /10\.20\.0\.0\/16/,
  },
  {
    name: "a firewall of this machine",
    at: ["hosts", "remote-12"],
    value: { connection: "local", docker: "unix:///run/other.sock", firewall: {} },
    path: "odoo-fleet:hosts.remote-12.firewall",
    expected: /never changed/,
    wayOut: /config rm/,
  },
];
