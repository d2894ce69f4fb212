import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { main } from "../../../tools/compose";
import { renderCompose } from "../../../tools/compose/render";
import { tenantResources } from "../../../tools/compose/state";

const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const secret = (value: unknown): object => ({ ...secretMark, plaintext: JSON.stringify(value) });
const password = 'pa$$word "1"';
const settings = `[options]\ndb_password = ${password}\n`;

const labelsOf = (service: string, tenant = "odoo"): object[] => [
  { label: "odoo-fleet.tenant", value: tenant },
  { label: "odoo-fleet.service", value: service },
];

type Resource = Record<string, unknown> & { inputs: Record<string, unknown> };

const resource = (type: string, name: string, inputs: object, outputs: object = {}): Resource => ({
  urn: `urn:pulumi:dev::odoo-fleet::odoo-fleet:index:TenantStack$${type}::${name}`,
  type,
  inputs: { ...inputs },
  outputs,
});

/** What the state has of a tenant that is called like the application itself, and of a decommissioned one. */
const resources = (): Resource[] => [
  resource("docker:index/remoteImage:RemoteImage", "local-odoo", { name: "fleet/odoo:1" }, { imageId: "sha256:0d00" }),
  resource(
    "docker:index/network:Network",
    "odoo-front",
    {
      name: "dev-odoo-front",
      driver: "bridge",
      internal: false,
      ipamConfigs: [{ subnet: "10.9.0.96/27", gateway: "10.9.0.97", __defaults: [] }],
      labels: labelsOf("front"),
    },
    { id: "f0f0" },
  ),
  resource("docker:index/volume:Volume", "odoo-filestore", { name: "dev-odoo-filestore", labels: labelsOf("odoo") }),
  resource("docker:index/volume:Volume", "odoo-odoo-config", { name: "dev-odoo-config", labels: labelsOf("odoo") }),
  resource("docker:index/container:Container", "odoo-config-writer", {
    name: "dev-odoo-config",
    image: "sha256:0d00",
    start: false,
    mustRun: false,
    entrypoints: ["true"],
    networkMode: "none",
    restart: "no",
    memory: 16,
    memorySwap: 16,
    volumes: [{ volumeName: "dev-odoo-config", containerPath: "/var/lib/odoo-fleet/odoo" }],
    uploads: secret([{ file: "/var/lib/odoo-fleet/odoo/odoo.conf", content: settings, permissions: "0444" }]),
    labels: labelsOf("tenant-config"),
  }),
  resource("docker:index/container:Container", "odoo-odoo", {
    __defaults: ["attach", "logs"],
    attach: false,
    logs: false,
    publishAllPorts: false,
    waitTimeout: 300,
    wait: true,
    name: "dev-odoo-odoo",
    image: "sha256:0d00",
    hostname: "dev-odoo-odoo",
    user: "odoo",
    envs: secret(["ODOO_WORKERS=0", "PROMPT=$PWD"]),
    capabilities: { drops: ["ALL"], __defaults: [] },
    securityOpts: ["no-new-privileges:true"],
    readOnly: true,
    init: true,
    cpuPeriod: 100000,
    cpuQuota: 50000,
    shmSize: 64,
    stopTimeout: 60,
    stopSignal: "SIGINT",
    restart: "unless-stopped",
    networkMode: "bridge",
    networksAdvanced: [{ name: "f0f0", aliases: ["erp"], ipv4Address: "10.9.0.100" }],
    ports: [{ internal: 80, external: 20010, ip: "127.0.0.1", protocol: "tcp" }],
    tmpfs: { "/tmp": "mode=1777,size=8m" },
    ulimits: [{ name: "nofile", soft: 1, hard: 2 }],
    logDriver: "json-file",
    logOpts: { "max-file": "3" },
    healthcheck: { tests: ["CMD", "true"], interval: "10s", startPeriod: "3m0s", startInterval: "0s", retries: 5 },
    volumes: [
      { volumeName: "dev-odoo-filestore", containerPath: "/var/lib/odoo" },
      { volumeName: "dev-odoo-config", containerPath: "/etc/odoo-fleet" },
    ],
    labels: [...labelsOf("odoo"), { label: "backup", value: "yes" }],
  }),
  resource("docker:index/volume:Volume", "gone-filestore", {
    name: "dev-gone-filestore",
    labels: labelsOf("odoo", "gone"),
  }),
];

const exported = (all: object[]): object => ({ version: 3, deployment: { resources: all } });
const rendered = (all = resources()): Record<string, string> => ({
  ...renderCompose("dev", "odoo", tenantResources(exported(all), "odoo", "dev")),
});

interface Compose {
  services: Record<string, Record<string, unknown>>;
  networks: object;
  volumes: object;
}

test("says of each container what the provider was told, and nothing that is the fleet's own", () => {
  const { services } = parse(rendered()["compose.yaml"]!) as Compose;
  expect(services["odoo"]).toEqual({
    container_name: "dev-odoo-odoo",
    image: "fleet/odoo:1",
    pull_policy: "never",
    hostname: "dev-odoo-odoo",
    user: "odoo",
    environment: ["ODOO_WORKERS=0", "PROMPT=$$PWD"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    read_only: true,
    init: true,
    cpu_period: 100000,
    cpu_quota: 50000,
    shm_size: "64m",
    stop_grace_period: "60s",
    stop_signal: "SIGINT",
    restart: "unless-stopped",
    networks: { front: { aliases: ["erp"], ipv4_address: "10.9.0.100" } },
    ports: [{ target: 80, published: "20010", host_ip: "127.0.0.1", protocol: "tcp" }],
    tmpfs: ["/tmp:mode=1777,size=8m"],
    ulimits: { nofile: { soft: 1, hard: 2 } },
    logging: { driver: "json-file", options: { "max-file": "3" } },
    healthcheck: { test: ["CMD", "true"], interval: "10s", start_period: "3m0s", retries: 5 },
    volumes: [
      { type: "volume", source: "filestore", target: "/var/lib/odoo" },
      { type: "volume", source: "odoo-config", target: "/etc/odoo-fleet" },
    ],
    labels: { backup: "yes" },
    depends_on: { "tenant-config": { condition: "service_completed_successfully" } },
  });
  expect(services["tenant-config"]).toEqual({
    container_name: "dev-odoo-config",
    image: "fleet/odoo:1",
    pull_policy: "never",
    entrypoint: ["true"],
    network_mode: "none",
    restart: "no",
    mem_limit: "16m",
    memswap_limit: "16m",
    volumes: [{ type: "volume", source: "odoo-config", target: "/var/lib/odoo-fleet/odoo" }],
    configs: [{ source: "odoo.odoo.conf", target: "/var/lib/odoo-fleet/odoo/odoo.conf" }],
  });
});

test("has a volume of Compose's own for drills, in which nothing is kept", () => {
  const drill = { name: "dev-odoo-drill", labels: labelsOf("drill") };
  const all = [...resources(), resource("docker:index/volume:Volume", "odoo-drill", drill)];
  const { volumes } = parse(rendered(all)["compose.yaml"]!) as Compose;
  expect((volumes as Record<string, object>)["drill"]).toEqual({});
});

test("lets what backs the tenant up take turns by a volume of Compose's own: the fleet's goes with the fleet", () => {
  const turn = { volumeName: "dev-backup-turn", containerPath: "/turn", readOnly: true };
  const helper = { name: "dev-odoo-files", image: "sha256:0d00", volumes: [turn], labels: labelsOf("files") };
  const all = [...resources(), resource("docker:index/container:Container", "odoo-files", helper)];
  const { services, volumes } = parse(rendered(all)["compose.yaml"]!) as Compose;
  expect(services["files"]).toMatchObject({
    volumes: [{ type: "volume", source: "backup-turn", target: "/turn", read_only: true }],
  });
  expect(volumes).toMatchObject({ "backup-turn": {} });
});

test("drills no copies off the host where what copies them there stays with the fleet", () => {
  const helper = { name: "dev-odoo-backup", image: "sha256:0d00", labels: labelsOf("backup") };
  const envs = ["BACKUP_EVERY=1", "BACKUP_OFFSITE_TURN=7"];
  const all = [...resources(), resource("docker:index/container:Container", "odoo-backup", { ...helper, envs })];
  const { services } = parse(rendered(all)["compose.yaml"]!) as Compose;
  expect(JSON.stringify(services["backup"])).toContain("BACKUP_EVERY");
  expect(JSON.stringify(services["backup"])).not.toContain("BACKUP_OFFSITE_TURN");
});

test("leaves out what copies the backups of a tenant in a stack of its own, as its way out of the host is the fleet's", () => {
  const shipper = { name: "dev-odoo-shipper", image: "sha256:0d00", networksAdvanced: [{ name: "dev-copies" }] };
  const volume = { name: "dev-odoo-shipper-config", labels: labelsOf("shipper") };
  const writer = { ...volume, labels: labelsOf("shipper-config"), uploads: secret([{ file: "/a", content: "key" }]) };
  const all = [
    resource("docker:index/container:Container", "a-shipper-config", writer),
    ...resources(),
    resource("docker:index/container:Container", "odoo-shipper", { ...shipper, labels: labelsOf("shipper") }),
    resource("docker:index/volume:Volume", "odoo-shipper-config", volume),
  ];
  expect(rendered(all)).toEqual(rendered());
});

test("keeps the volumes with data out of Compose's hands, and leaves those of the configuration to it", () => {
  const { volumes, networks } = parse(rendered()["compose.yaml"]!) as Compose;
  expect(volumes).toEqual({ filestore: { external: true, name: "dev-odoo-filestore" }, "odoo-config": {} });
  expect(networks).toEqual({
    front: { driver: "bridge", ipam: { config: [{ subnet: "10.9.0.96/27", gateway: "10.9.0.97" }] } },
  });
});

test("has what is secret in the other file alone, so that Compose reads it as it is", () => {
  const { "compose.yaml": open, "compose.override.yaml": secrets } = rendered();
  expect(open).not.toContain("word");
  expect(parse(secrets!)).toEqual({ configs: { "odoo.odoo.conf": { content: settings.replaceAll("$", "$$$$") } } });
  // A policy that older parsers would take for a truth value.
  expect(open).toContain('restart: "no"');
});

test.each([
  ["gpus", "all", /container dev-odoo-odoo has `gpus`/],
  ["networksAdvanced", [{ name: "other" }], /network other is not the tenant's own/],
  ["volumes", [{ volumeName: "other", containerPath: "/x" }], /volume other is not the tenant's own/],
  ["somethingNew", { on: true }, /container dev-odoo-odoo has `somethingNew`/],
])("refuses %s rather than leaving it out", (key, value, message) => {
  const all = resources();
  all.find(({ inputs }) => inputs["name"] === "dev-odoo-odoo")!.inputs[key] = value;
  expect(() => rendered(all)).toThrow(message);
});

test("leaves out what was replaced and waits to be deleted", () => {
  const old = { ...resources().at(-2)!, delete: true };
  // Whatever the order of the state.
  expect(rendered([...resources(), old].reverse())).toEqual(rendered());
});

describe("the tool", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-compose-"));
  const state = (): Promise<object> => Promise.resolve(exported(resources()));
  let printed: jest.SpyInstance;
  beforeEach(() => (printed = jest.spyOn(console, "log").mockImplementation()));
  afterEach(() => printed.mockRestore());
  afterAll(() => rmSync(folder, { recursive: true }));

  test("writes both files for their owner alone, and prints nothing of them", async () => {
    const target = join(folder, "new");
    for (let times = 0; times < 2; times++) {
      await main(["dev", "--tenant", "odoo", "--folder", target], state);
    }
    const modes = ["", "compose.yaml", "compose.override.yaml"].map(
      (file) => statSync(join(target, file)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(readFileSync(join(target, "compose.override.yaml"), "utf8")).toContain("db_password");
    expect(JSON.stringify(printed.mock.calls)).not.toContain("word");
    expect(JSON.stringify(printed.mock.calls)).toContain(target);
  });

  test.each([
    [["dev"], /TENANT is missing: make compose TENANT=acme/],
    [["dev", "--tenant", "acme"], /TENANT=acme is not in the stack dev: it has gone, odoo$/],
    [
      ["dev", "--tenant", "gone"],
      /tenant gone is decommissioned: .*pulumi config set --path 'odoo-fleet:tenants.gone.state' running/,
    ],
  ])("refuses %p", async (args, message) => {
    await expect(main(args, state)).rejects.toThrow(message);
    await expect(main(["dev", "--tenant", "acme"], () => Promise.resolve({ deployment: {} }))).rejects.toThrow(
      /it has none; make up first/,
    );
  });
});
