import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { resolveFleet } from "../../../../fleet";
import type { Fleet, SuspendedTenant } from "../../../../fleet/types";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { createContainer, type Transforms } from "../../../../components/container/transform";
import { TenantStack } from "../../../../components/tenant/tenantStack";
import { ofType, type Registered, settled, startMocks } from "../../../support/mocks";

const fleet = (tenants: Record<string, object>, more: object = {}): Fleet =>
  resolveFleet(
    { hosts: { local: {} }, tenants, plans: { large: { memory: 4096, cpus: 2, workers: 2 } }, ...more },
    "dev",
  );

async function register(
  fleetOf: Fleet,
  { isWatched = false, transform, ...options }: { preview?: boolean; isWatched?: boolean; transform?: Transforms } = {},
): Promise<Registered[]> {
  const registered = startMocks(options);
  const images = { postgres: "sha256:postgres", odoo: "sha256:odoo", nginx: "sha256:nginx" };
  for (const tenant of Object.values(fleetOf.tenants)) {
    if (tenant.state === "unfilled") {
      continue;
    }
    const host = fleetOf.hosts[tenant.host]!;
    const context = new ServiceContext("dev", "id-of-stack", {}, transform);
    const args = { host, context, isWatched };
    new TenantStack(tenant.name, tenant.state !== "decommissioned" ? { ...args, tenant, images } : { ...args, tenant });
  }
  await settled();
  return registered;
}

const count = (registered: Registered[]): Record<string, number> =>
  registered.reduce<Record<string, number>>((counts, { type }) => ({ ...counts, [type]: (counts[type] ?? 0) + 1 }), {});

const containerType = "docker:index/container:Container";

/** The containers that run. */
const services = (registered: Registered[]): Record<string, Record<string, unknown>> =>
  Object.fromEntries(Object.entries(ofType(registered, containerType)).filter(([name]) => !name.endsWith("-writer")));

describe("TenantStack", () => {
  it("is exactly these resources", async () => {
    const registered = await register(fleet({ acme: { slot: 1 } }));
    expect(count(registered)).toEqual({
      "odoo-fleet:index:TenantStack": 1,
      "odoo-fleet:index:PostgresDatabase": 1,
      "odoo-fleet:index:OdooServer": 1,
      "odoo-fleet:index:NginxProxy": 1,
      "odoo-fleet:index:TenantBackup": 1,
      "random:index/randomPassword:RandomPassword": 3,
      "docker:index/volume:Volume": 8,
      "docker:index/network:Network": 2,
      // Three that serve, two that back it up, and the one through which their files go.
      [containerType]: 6,
    });
    expect(registered).toHaveLength(24);
  });

  it("is changed by transforms before it is created, tenant by tenant", async () => {
    const two = fleet({ acme: { slot: 1 }, globex: { slot: 2 } });
    const transform: Transforms = {
      odoo: (args, _opts, tenant) => {
        args.dns = [tenant === "acme" ? "10.20.0.53" : "10.20.0.54"];
        args.envs = [...(args.envs as string[]), "TZ=Europe/Paris"];
      },
      nginx: (args) => void (args.memory = 333),
    };
    const plain = services(await register(two));
    const changed = services(await register(two, { transform }));
    expect(changed["acme-odoo"]).toEqual({
      ...plain["acme-odoo"],
      dns: ["10.20.0.53"],
      envs: [...(plain["acme-odoo"]!["envs"] as string[]), "TZ=Europe/Paris"],
    });
    expect(changed["globex-odoo"]).toMatchObject({ dns: ["10.20.0.54"] });
    expect(changed["acme-nginx"]).toEqual({ ...plain["acme-nginx"], memory: 333 });
    expect(changed["acme-postgres"]).toEqual(plain["acme-postgres"]);
  });

  it("is refused when a transform renames a container", () => {
    const context = new ServiceContext("dev", "id-of-stack", {}, { odoo: (args) => void (args.name = "mine") });
    const create = (): unknown =>
      createContainer(context, "odoo", "acme", "acme-odoo", { name: "dev-acme-odoo", image: "sha256:odoo" }, {});
    expect(create).toThrow(/odoo-fleet:transform\.odoo[^]*the name that the fleet gave it, dev-acme-odoo/);
  });

  it("names the files of a configuration volume in its label, so that one that is no longer declared takes the volume along", async () => {
    const names = async (isWatched: boolean): Promise<string | undefined> => {
      const volumes = ofType(await register(fleet({ acme: { slot: 1 } }), { isWatched }), "docker:index/volume:Volume");
      const labels = volumes["acme-postgres-config"]!["labels"] as { label: string; value: string }[];
      return labels.find(({ label }) => label === "odoo-fleet.files")?.value;
    };
    expect(await names(true)).toContain("monitoring-password");
    expect(await names(false)).not.toContain("monitoring-password");
  });

  it("is the same in a preview, where the engine's ids aren't known", async () => {
    const preview = await register(fleet({ acme: { slot: 1 } }), { preview: true });
    const real = await register(fleet({ acme: { slot: 1 } }));
    expect(count(preview)).toEqual(count(real));
  });

  it("gives Odoo the options that the tenant chose, and queue_job its channels in both ways", async () => {
    const odooOptions = { email_from: "odoo@example.com", queue_job: { channels: "root:2" } };
    const chosen = { odooOptions, serverWideModules: ["queue_job"] };
    const registered = await register(fleet({ acme: { slot: 1, ...chosen }, globex: { slot: 2 } }));
    const plain = ["ODOO_WORKERS=0", "ODOO_MAX_HTTP_THREADS=64", "TMPDIR=/etc/odoo-fleet/tmp"];
    expect([services(registered)["acme-odoo"]!["envs"], services(registered)["globex-odoo"]!["envs"]]).toEqual([
      [...plain, "ODOO_QUEUE_JOB_CHANNELS=root:2"],
      plain,
    ]);
    const files = (tenant: string): string =>
      JSON.stringify(ofType(registered, containerType)[`${tenant}-config-writer`]!["uploads"]);
    const loaded = "server_wide_modules = base,rpc,web,queue_job";
    for (const line of [loaded, "email_from = odoo@example.com", "[queue_job]", "channels = root:2"]) {
      expect(files("acme")).toContain(line);
      expect(files("globex")).not.toContain(line);
    }
  });

  it("hardens every container", async () => {
    const containers = services(await register(fleet({ acme: { slot: 1 } })));
    expect(Object.keys(containers).sort()).toEqual([
      "acme-backup",
      "acme-files",
      "acme-nginx",
      "acme-odoo",
      "acme-postgres",
    ]);
    for (const container of Object.values(containers)) {
      expect(container).toMatchObject({
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        readOnly: true,
        privileged: false,
        ipcMode: "private",
        restart: "unless-stopped",
        destroyGraceSeconds: 60,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
      });
      expect(container["memory"]).toBeGreaterThan(0);
      expect(container["memorySwap"]).toBe(container["memory"]);
      expect(container).toMatchObject({ cpuPeriod: 100_000 });
      expect(container["cpuQuota"]).toBeGreaterThan(0);
      expect(container["cpus"]).toBeUndefined();
      expect(container["healthcheck"]).toMatchObject({ tests: expect.arrayContaining(["CMD"]) as unknown });
      expect(["postgres", "odoo", "nginx"]).toContain(container["user"]);
    }
  });

  it("backs it up by helpers without a network, which can only read its data", async () => {
    const registered = await register(fleet({ acme: { slot: 1, backup: { every: "6h", keep: "14d", pitr: "3d" } } }));
    const { "acme-backup": backup, "acme-files": files, "acme-postgres": postgres } = services(registered);
    const mounts = (container: Record<string, unknown>): string[] =>
      (container["volumes"] as { volumeName: string; containerPath: string; readOnly?: boolean }[]).map(
        ({ volumeName, containerPath, readOnly }) => `${volumeName} ${containerPath}${readOnly ? " ro" : ""}`,
      );
    const common = [
      "dev-acme-repository /var/lib/odoo-fleet/repository",
      "dev-acme-drill /var/lib/odoo-fleet/drill",
      "dev-backup-turn /var/lib/odoo-fleet/turn ro",
    ];
    expect(mounts(backup!)).toEqual([
      "dev-acme-database /var/lib/postgresql/data ro",
      ...common,
      "dev-acme-postgres-config /etc/odoo-fleet ro",
    ]);
    expect(mounts(files!)).toEqual([
      "dev-acme-filestore /var/lib/odoo ro",
      ...common,
      "dev-acme-files-config /etc/odoo-fleet ro",
    ]);
    expect(mounts(postgres!)).toContain("dev-acme-repository /var/lib/odoo-fleet/repository");
    for (const helper of [backup!, files!]) {
      // A shell that waits acts on this at once, and on the signal of PostgreSQL's image only afterwards.
      expect(helper).toMatchObject({ networkMode: "none", stopSignal: "SIGTERM" });
      // Where all are busy it gives way to what serves, which has the engine's default of 1024.
      expect([helper["cpuShares"], postgres!["cpuShares"]]).toEqual([128, undefined]);
      expect(helper["networksAdvanced"]).toBeUndefined();
      expect(helper["ports"]).toBeUndefined();
    }
    expect(backup!["envs"]).toEqual([
      "ODOO_DATABASE=acme",
      // Slot 1 is due 3.7 % earlier than what is declared.
      "BACKUP_EVERY=20800",
      "BACKUP_KEEP_DAYS=14",
      "PGDATA=/var/lib/postgresql/data/pgdata",
      "BACKUP_KEEP_ARCHIVES=15",
      "BACKUP_DRILL_EVERY=604800",
      expect.stringMatching(/^DRILL_MEMORY_MIB=\d+$/),
    ]);
    expect(files!["envs"]).toContain("BACKUP_PITR_DAYS=3");
  });

  it("restarts nothing that serves when it is to be backed up otherwise", async () => {
    const before = ofType(await register(fleet({ acme: { slot: 1 } })), containerType);
    const after = ofType(
      await register(fleet({ acme: { slot: 1, backup: { every: "1h", keep: "90d" } } })),
      containerType,
    );
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    expect(changed.sort()).toEqual(["acme-backup", "acme-files"]);
  });

  it("publishes one port, by Nginx, on the host's address", async () => {
    const containers = services(await register(fleet({ acme: { slot: 1 } })));
    expect(containers["acme-nginx"]!["ports"]).toEqual([
      { internal: 8080, external: 20010, ip: "127.0.0.1", protocol: "tcp" },
    ]);
    expect(containers["acme-odoo"]!["ports"]).toBeUndefined();
    expect(containers["acme-postgres"]!["ports"]).toBeUndefined();
  });

  it("keeps the database on the internal network alone", async () => {
    const registered = await register(fleet({ acme: { slot: 1 } }));
    const networks = ofType(registered, "docker:index/network:Network");
    expect(networks["acme-internal"]).toMatchObject({
      internal: true,
      ipamConfigs: [{ subnet: "10.200.0.64/27", gateway: "10.200.0.65" }],
    });
    expect(networks["acme-front"]).toMatchObject({
      internal: false,
      ipamConfigs: [{ subnet: "10.200.0.96/27", gateway: "10.200.0.97" }],
    });
    const containers = services(registered);
    expect(containers["acme-postgres"]!["networksAdvanced"]).toEqual([
      { name: "acme-internal-id", aliases: ["postgres"], ipv4Address: "10.200.0.67" },
    ]);
    expect(containers["acme-nginx"]!["networksAdvanced"]).toEqual([
      { name: "acme-front-id", ipv4Address: "10.200.0.99" },
    ]);
    expect(containers["acme-odoo"]!["networksAdvanced"]).toEqual([
      { name: "acme-internal-id", ipv4Address: "10.200.0.66" },
      { name: "acme-front-id", ipv4Address: "10.200.0.98" },
    ]);
  });

  it("puts no secret into environment, arguments or labels", async () => {
    for (const container of Object.values(ofType(await register(fleet({ acme: { slot: 1 } })), containerType))) {
      const open = JSON.stringify([
        container["envs"],
        container["command"],
        container["entrypoints"],
        container["labels"],
      ]);
      expect(open).not.toMatch(/value-of-|pbkdf2/);
    }
  });

  it("hands secrets over as secret uploads", async () => {
    const writer = ofType(await register(fleet({ acme: { slot: 1 } })), containerType)["acme-config-writer"]!;
    expect(writer).toMatchObject({
      start: false,
      mustRun: false,
      networkMode: "none",
      capabilities: { drops: ["ALL"] },
    });
    expect(JSON.stringify(writer["uploads"])).toContain("value-of-acme-role-password");
    // The engine receives the list wrapped as a secret, which is how the state comes to encrypt it.
    expect(writer["uploads"]).toHaveProperty("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270");
  });

  it("gives each service the volume with its own files alone", async () => {
    const containers = ofType(await register(fleet({ acme: { slot: 1 } }), { isWatched: true }), containerType);
    const mounted = (name: string): unknown[] =>
      (containers[name]!["volumes"] as { volumeName: string; containerPath: string }[]).map(
        ({ volumeName, containerPath }) => `${volumeName} ${containerPath}`,
      );
    expect(mounted("acme-nginx")).toEqual(["dev-acme-nginx-config /etc/odoo-fleet"]);
    expect(mounted("acme-odoo")).toEqual(["dev-acme-filestore /var/lib/odoo", "dev-acme-odoo-config /etc/odoo-fleet"]);
    expect(mounted("acme-config-writer")).toEqual([
      "dev-acme-postgres-config /var/lib/odoo-fleet/postgres",
      "dev-acme-odoo-config /var/lib/odoo-fleet/odoo",
      "dev-acme-nginx-config /var/lib/odoo-fleet/nginx",
      "dev-acme-files-config /var/lib/odoo-fleet/files",
    ]);
    const uploads = containers["acme-config-writer"]!["uploads"] as { value: { file: string }[] };
    expect(uploads.value.map(({ file }) => file)).toEqual([
      "/var/lib/odoo-fleet/postgres/postgresql.conf",
      "/var/lib/odoo-fleet/postgres/pg_hba.conf",
      "/var/lib/odoo-fleet/postgres/pgbackrest.conf",
      "/var/lib/odoo-fleet/postgres/wal-waiting.sql",
      "/var/lib/odoo-fleet/postgres/role-password",
      "/var/lib/odoo-fleet/postgres/monitoring-password",
      "/var/lib/odoo-fleet/odoo/odoo.conf",
      "/var/lib/odoo-fleet/odoo/tenant.json",
      "/var/lib/odoo-fleet/odoo/admin-password",
      "/var/lib/odoo-fleet/nginx/nginx.conf",
      "/var/lib/odoo-fleet/files/restic-password",
      "/var/lib/odoo-fleet/files/odoo.conf",
    ]);
  });

  it("changes the container of a service whose file changed, the writer, and no other container", async () => {
    const before = ofType(await register(fleet({ acme: { slot: 1 } })), containerType);
    const after = ofType(await register(fleet({ acme: { slot: 1, company: "Acme & Sons" } })), containerType);
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    expect(changed.sort()).toEqual(["acme-config-writer", "acme-odoo"]);
    // What is known of them in a preview doesn't hang on the writer either, which would make each look replaced.
    const preview = ofType(await register(fleet({ acme: { slot: 1 } }), { preview: true }), containerType);
    expect(preview["acme-nginx"]!["volumes"]).toEqual(before["acme-nginx"]!["volumes"]);
  });

  it("labels everything by the contract", async () => {
    const registered = await register(fleet({ acme: { slot: 1 } }));
    for (const { type, inputs } of registered.filter(({ type }) => type.startsWith("docker:"))) {
      const labels = Object.fromEntries(
        (inputs["labels"] as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
      );
      expect([type, labels]).toEqual([
        type,
        expect.objectContaining({
          "odoo-fleet.environment": "dev",
          "odoo-fleet.host": "local",
          "odoo-fleet.tenant": "acme",
          "odoo-fleet.slot": "1",
          "odoo-fleet.service": expect.any(String) as unknown,
          "odoo-fleet.config-hash": expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
          "odoo-fleet.stack-id": "id-of-stack",
        }),
      ]);
    }
  });

  it("keeps only its volumes and secrets once it is decommissioned", async () => {
    const registered = await register(fleet({ acme: { slot: 1, state: "decommissioned" } }));
    expect(Object.keys(ofType(registered, "docker:index/volume:Volume")).sort()).toEqual([
      "acme-database",
      "acme-filestore",
      "acme-repository",
    ]);
    expect(count(registered)[containerType]).toBeUndefined();
    expect(count(registered)["docker:index/network:Network"]).toBeUndefined();
  });

  it("has the same containers while it is suspended, of which Nginx alone is started, and tells them by a label", async () => {
    const running = services(await register(fleet({ acme: { slot: 1 } })));
    const suspended = services(await register(fleet({ acme: { slot: 1, state: "suspended" } })));
    expect(Object.keys(suspended).sort()).toEqual(Object.keys(running).sort());
    const stopped = ["acme-backup", "acme-files", "acme-odoo", "acme-postgres"];
    for (const name of stopped) {
      const { labels, ...rest } = running[name]!;
      expect(suspended[name]).toEqual({
        ...rest,
        start: false,
        mustRun: false,
        wait: false,
        labels: [...(labels as object[]), { label: "odoo-fleet.state", value: "suspended" }],
      });
    }
    const { labels, ...nginx } = running["acme-nginx"]!;
    expect(suspended["acme-nginx"]).toMatchObject(nginx);
    expect(JSON.stringify(labels)).not.toContain("odoo-fleet.state");
    expect(JSON.stringify(suspended["acme-nginx"]!["labels"])).not.toContain("odoo-fleet.state");
  });

  it("tells by another label whom a visit wakes, so that one that is awake is stopped when no visit may wake it any more", async () => {
    const edge = { domain: "odoo.example.com" };
    const of = async (more: object): Promise<ReturnType<typeof services>> =>
      services(await register(fleet({ acme: { slot: 1, state: "suspended", ...more } }, { edge })));
    const [suspended, wakeable] = [await of({}), await of({ wakeOnRequest: true })];
    for (const name of ["acme-backup", "acme-files", "acme-odoo", "acme-postgres"]) {
      const { labels, ...rest } = suspended[name]!;
      expect(wakeable[name]).toEqual({
        ...rest,
        labels: [...(labels as object[]), { label: "odoo-fleet.wakeable", value: "yes" }],
      });
    }
    expect(JSON.stringify(wakeable["acme-nginx"]!["labels"])).not.toContain("odoo-fleet.wakeable");
  });

  it("protects the volumes of one that is suspended, and does nothing to its database before its Odoo is through", async () => {
    const registrations = jest.spyOn(MockMonitor.prototype, "registerResource");
    const requested = async (state: string): Promise<RegisterResourceRequest[]> => {
      registrations.mockClear();
      await register(fleet({ acme: { slot: 1, state } }));
      return registrations.mock.calls.map(([request]) => request as RegisterResourceRequest);
    };
    const after = (requests: RegisterResourceRequest[]): string[] =>
      requests
        .find((request) => request.getType() === containerType && request.getName() === "acme-postgres")!
        .getDependenciesList()
        .filter((dependency) => dependency.endsWith("::acme-odoo"));
    const suspended = await requested("suspended");
    const running = await requested("running");
    registrations.mockRestore();
    const protectedVolumes = suspended
      .filter((request) => request.getType() === "docker:index/volume:Volume" && request.getProtect())
      .map((request) => request.getName());
    expect(protectedVolumes.sort()).toEqual(["acme-database", "acme-filestore", "acme-repository"]);
    expect(after(suspended)).toHaveLength(1);
    expect(after(running)).toEqual([]);
  });

  it("waits for none of a suspended tenant's containers but its Nginx", async () => {
    startMocks();
    const { tenants, hosts } = fleet({ acme: { slot: 1, state: "suspended" } });
    const context = new ServiceContext("dev", "id-of-stack");
    const images = { postgres: "sha256:postgres", odoo: "sha256:odoo", nginx: "sha256:nginx" };
    const tenant = tenants["acme"] as SuspendedTenant;
    const stack = new TenantStack("acme", { tenant, images, context, host: hosts["local"]!, isWatched: true });
    await settled();
    expect(context.started.map(({ name }) => name)).toEqual(["dev-acme-nginx"]);
    expect(stack.watched).toBeUndefined();
  });

  it("tells the edge of its host where it is by one volume more, also while it is suspended, and by none when it leaves", async () => {
    const declare = (state: string, more: object = {}): Fleet =>
      resolveFleet(
        {
          hosts: { local: {} },
          edge: { domain: "localhost", certificates: "internal" },
          tenants: { acme: { slot: 1, state, ...more } },
        },
        "dev",
      );
    const routes = async (fleetOf: Fleet): Promise<Record<string, unknown>[]> =>
      Object.entries(ofType(await register(fleetOf), "docker:index/volume:Volume"))
        .filter(([name]) => name === "acme-route")
        .map(([, inputs]) => inputs);
    const [running] = await routes(declare("running"));
    expect(running!["name"]).toMatch(/^dev-acme-route-[0-9a-f]{8}$/);
    expect(running!["labels"]).toContainEqual({
      label: "odoo-fleet.route",
      value: "acme running 20011 acme.localhost QWNtZQ==",
    });
    expect(running!["labels"]).toContainEqual({ label: "odoo-fleet.service", value: "route" });
    const [named] = await routes(declare("running", { domains: ["erp.acme.com"] }));
    expect(named!["name"]).not.toBe(running!["name"]);
    const [suspended] = await routes(declare("suspended"));
    expect(JSON.stringify(suspended)).toContain("acme suspended 20011");
    expect(await routes(declare("decommissioned"))).toEqual([]);
  });

  it("admits that the edge starts and stops it by a volume of that name, while it is suspended and a visit may wake it", async () => {
    const admitted = async (acme: object): Promise<unknown[]> => {
      const edge = { domain: "localhost", certificates: "internal" };
      const declared = resolveFleet({ hosts: { local: {} }, edge, tenants: { acme: { slot: 1, ...acme } } }, "dev");
      const volumes = Object.values(ofType(await register(declared), "docker:index/volume:Volume"));
      return volumes.flatMap(({ name }) => (/-wake$/.test(String(name)) ? [name] : []));
    };
    expect(await admitted({ state: "suspended", wakeOnRequest: true })).toEqual(["dev-acme-wake"]);
    expect(await admitted({ state: "suspended" })).toEqual([]);
    expect(await admitted({ wakeOnRequest: true })).toEqual([]);
    expect(await admitted({ state: "decommissioned", wakeOnRequest: true })).toEqual([]);
  });

  it("closes a copy: its Nginx alone is on a network with a way out, and everything of it says what it is a copy of", async () => {
    const registered = await register(fleet({ globex: { slot: 1 }, acme: { slot: 2, copyOf: "globex", restored: 1 } }));
    const networks = Object.entries(ofType(registered, "docker:index/network:Network"));
    const open = networks.filter(([, { internal }]) => internal !== true).map(([name]) => name);
    expect(open.sort()).toEqual(["acme-published", "globex-front"]);
    const joined = Object.entries(services(registered)).filter(([name]) => name.startsWith("acme-"));
    const addresses = joined.map(([name, { networksAdvanced = [] }]) => [
      name,
      (networksAdvanced as { ipv4Address: string }[]).map(({ ipv4Address }) => ipv4Address),
    ]);
    expect(Object.fromEntries(addresses)).toEqual({
      "acme-postgres": ["10.200.0.131"],
      "acme-odoo": ["10.200.0.130", "10.200.0.162"],
      "acme-nginx": ["10.200.0.163", "10.200.0.178"],
      "acme-backup": [],
      "acme-files": [],
    });
    const copyOf = (name: string): string | undefined =>
      (services(registered)[name]!["labels"] as { label: string; value: string }[]).find(
        ({ label }) => label === "odoo-fleet.copy-of",
      )?.value;
    expect(joined.map(([name]) => copyOf(name))).toEqual(joined.map(() => "globex"));
    expect(copyOf("globex-odoo")).toBeUndefined();
  });

  it("changes a tenant's labels with its plan and no other tenant's", async () => {
    const before = ofType(await register(fleet({ acme: { slot: 1 }, globex: { slot: 2 } })), containerType);
    const after = ofType(
      await register(fleet({ acme: { slot: 1, plan: "large" }, globex: { slot: 2 } })),
      containerType,
    );
    expect(after["globex-odoo"]).toEqual(before["globex-odoo"]);
    expect(after["globex-postgres"]).toEqual(before["globex-postgres"]);
    expect(after["acme-odoo"]!["labels"]).not.toEqual(before["acme-odoo"]!["labels"]);
    expect(after["acme-odoo"]!["volumes"]).toEqual(before["acme-odoo"]!["volumes"]);
  });
});
