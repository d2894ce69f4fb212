/** Every rule of the policy pack is broken here at least once. Never bring this up. */
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";

// Anybody who reaches the port is root on the host. Nothing is put there: the plugin asks an engine behind TCP as soon as it has
// to do with a resource, and a preview would end there with one rule broken.
new docker.Provider("open-engine", { host: "tcp://127.0.0.1:1" });

// An engine behind SSH isn't asked before something is made, so every resource gets as far as the rules.
const provider = new docker.Provider("engine", { host: "ssh://nobody@127.0.0.1:1" });

// Prints what it was told, and keeps it for the next run.
new command.local.Command("leaking", { create: "echo $LOGIN", environment: { LOGIN: "somebody" } });

const image = new docker.RemoteImage("moving", { name: "registry.example.com/postgres:latest" }, { provider });
const network = new docker.Network("open", { name: "unsafe-open", internal: false }, { provider });
const volume = new docker.Volume("unprotected", { name: "unsafe-data" }, { provider });

const labels = (service: string, tenant: string): { label: string; value: string }[] => [
  { label: "odoo-fleet.service", value: service },
  { label: "odoo-fleet.tenant", value: tenant },
];

// A database with everything turned off that protects it, for the customer acme.
new docker.Container(
  "database",
  {
    image: image.imageId,
    privileged: true,
    capabilities: { adds: ["CAP_SYS_ADMIN"] },
    securityOpts: ["no-new-privileges:false", "seccomp=unconfined"],
    pidMode: "host",
    ipcMode: "host",
    usernsMode: "host",
    devices: [{ hostPath: "/dev/mem" }],
    volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    mounts: [
      { type: "bind", source: "/var/run/docker.sock", target: "/engine.sock", readOnly: true },
      { type: "bind", source: "/etc", target: "/host", bindOptions: { propagation: "rshared" } },
    ],
    networksAdvanced: [{ name: network.id }],
    ports: [{ internal: 5432, external: 543 }],
    publishAllPorts: true,
    healthcheck: { tests: ["NONE"] },
    restart: "no",
    user: "root",
    envs: ["POSTGRES_PASSWORD=a-password"],
    logDriver: "none",
    labels: labels("postgres", "acme"),
  },
  { provider },
);

// Another customer's web server, on the same network and volume, on the host's network, and on the same port.
new docker.Container(
  "web",
  {
    image: image.imageId,
    networkMode: "host",
    networksAdvanced: [{ name: network.id }],
    volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    ports: [{ internal: 80, external: 543, ip: "127.0.0.1" }],
    labels: labels("nginx", "globex"),
  },
  { provider },
);

// Has HTTPS by an edge, and is open beside it.
new docker.Container(
  "beside",
  {
    image: image.imageId,
    ports: [
      { internal: 8081, external: 20011, ip: "10.200.250.65" },
      { internal: 8080, external: 20010, ip: "10.20.0.11" },
    ],
    labels: labels("nginx", "initech"),
  },
  { provider },
);

// Carries the configuration of an edge that believes anybody who he is.
const believing = { apps: { http: { servers: { https: { trusted_proxies: { ranges: ["0.0.0.0/0"] } } } } } };
new docker.Container(
  "believing",
  {
    image: image.imageId,
    uploads: [{ file: "/etc/odoo-fleet/caddy.json", content: JSON.stringify(believing) }],
    labels: labels("edge-config", "initech"),
  },
  { provider },
);

// On the default bridge, where every container reaches every other one.
const files = [{ volumeName: volume.name, containerPath: "/var/lib/odoo" }];
new docker.Container(
  "anywhere",
  { image: image.imageId, volumes: files, labels: labels("odoo", "acme") },
  { provider },
);

// Would make backups, has a way out, and backs up nothing.
new docker.Container("backup", { image: image.imageId, labels: labels("backup", "acme") }, { provider });

// Would copy backups elsewhere, sees the data itself, and nothing keeps its copies.
new docker.Container(
  "shipper",
  {
    image: image.imageId,
    volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    labels: labels("shipper", "acme"),
  },
  { provider },
);

// A copy of a customer's data with a way out.
new docker.Container(
  "copy",
  {
    image: image.imageId,
    networksAdvanced: [{ name: network.id }],
    labels: [...labels("odoo", "staging"), { label: "odoo-fleet.copy-of", value: "acme" }],
  },
  { provider },
);
