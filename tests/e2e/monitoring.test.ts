import { type FleetOutputs, readAlerts } from "../../components";
import { resolveFleet, tenantAddresses } from "../../fleet";
import { sharedAddresses, sharedSubnet } from "../../fleet/subnets";
import { oomEventsPath } from "../../components/monitoring/oomWatch";
import { dashboardQueries } from "../../monitoring/dashboards/queries";
import { AlertMails, isOfTheTest } from "../support/alertMails";
import { CliStack } from "../support/cliStack";
import { canConnect, containerIds, engine, execIn, objectsOf, query } from "../support/engine";
import { MailServer } from "../support/mailServer";
import { freeze } from "../support/freeze";
import { eventually, statusOf } from "../support/odooClient";
import { OwnStack } from "../support/ownStack";
import { proof } from "../support/proof";
import { PrometheusClient } from "../support/prometheusClient";
import { SmallDisk } from "../support/smallDisk";

type Outputs = Pick<FleetOutputs, "tenants" | "monitoring"> & { monitoringPasswords: Record<string, string> };

const stack = new CliStack("monitoring", 154);
const subnetBase = "10.154.0.0/16";
// With limits, so that there is something to say of what is left.
const host = { subnetBase, portBase: 16500, memory: 16384, cpus: 64 };
const tenants = { alpha: { slot: 990 }, beta: { slot: 991 } };
const shared = sharedAddresses(subnetBase);
const container = (name: string): string => `${stack.environment}-${name}`;
const summary = (output: string): string[] =>
  (output.split("Resources:")[1] ?? "").split("Duration:")[0]!.trim().split(/\n\s*/);

/**
 * Has nothing to show as long as all is well and new: no alert, no notification, no disk that fills, no drill that was due. There
 * is no edge either; tests/e2e/edge sees its figures.
 */
const mayBeEmpty =
  /alertmanager_notifications_(failed_)?total|ALERTS\{|node_filesystem_full:seconds|odoo_fleet_drill_last_success|service="edge"/;

const allPanels = (): ReturnType<typeof dashboardQueries> =>
  dashboardQueries(
    {
      environment: stack.environment,
      tenants: resolveFleet({ hosts: { local: host }, tenants }, stack.environment).tenants,
    },
    { host: "local", tenant: "alpha" },
  );

let mailServer: MailServer;
let mails: AlertMails;
let disk: SmallDisk | undefined;
let outputs: Outputs;
let prometheus: PrometheusClient;

/** Waits are 50 times shorter than in production: 1 second for a database that is down, 36 for a full disk. */
const monitoring = (): object => ({
  pace: 0.02,
  mail: {
    // The engine's own address in the monitoring network is this machine's.
    smtp: `${shared.engine}:${mailServer.port}`,
    from: "odoo-fleet@example.com",
    to: ["ops@example.com"],
    requireTls: false,
  },
});
const configure = (declared: Record<string, object> = tenants): void =>
  stack.configure({ hosts: { local: host }, tenants: declared, monitoring: monitoring() });

beforeAll(async () => {
  mailServer = await MailServer.start(26590);
  mails = new AlertMails(mailServer);
  // Before the node exporter starts: it sees the file systems that are there then.
  disk = SmallDisk.mount();
  await stack.init();
  configure();
  await stack.mustUp();
  outputs = await stack.outputs();
  prometheus = new PrometheusClient(outputs.monitoring!["local"]!.prometheus, outputs.monitoringPasswords["local"]!);
});

afterAll(async () => {
  try {
    await stack.destroy();
  } finally {
    disk?.unmount();
    await mailServer.stop();
  }
});

describe("what an up leaves", () => {
  it("finds every target up", async () => {
    const targets = await eventually(
      () => prometheus.targets(),
      (found) => found.length > 0 && found.every(({ health }) => health === "up"),
    );
    const jobs = targets.map(({ labels }) => [labels["job"], labels["tenant"], labels["service"]].join(" "));
    // Eight services without Grafana, and for each tenant its database, its Odoo and its Nginx.
    expect(jobs.sort()).toEqual(
      [
        ...["alertmanager  alertmanager", "blackbox-exporter  blackbox-exporter", "cadvisor  cadvisor"],
        ...["node  node-exporter", "nginxlog  nginxlog-exporter", "postgres-exporter  postgres-exporter"],
        "prometheus  prometheus",
        ...["alpha", "beta"].flatMap((tenant) => [
          `blackbox ${tenant} nginx`,
          `blackbox ${tenant} odoo`,
          `postgres ${tenant} postgres`,
        ]),
      ].sort(),
    );
  });

  it("knows every declared container as one that runs", async () => {
    const missing = 'odoo_fleet_container_declared unless on (name) container_last_seen{job="cadvisor"}';
    await eventually(
      () => prometheus.query(missing),
      (found) => found.length === 0,
    );
    const declared = await prometheus.query("odoo_fleet_container_declared");
    expect(declared.map(({ labels }) => labels["name"]).sort()).toEqual(
      Object.keys(await containerIds(stack.environment)).sort(),
    );
  });

  it("counts a tenant's requests by class, and nobody else's as its own", async () => {
    const counted = async (tenant: string, status: string): Promise<number> =>
      (await prometheus.query(`nginx_http_response_count_total{tenant="${tenant}",status="${status}"}`))[0]?.value ?? 0;
    const before = await counted("beta", "4xx");
    for (let request = 0; request < 5; request++) {
      await statusOf(`${outputs.tenants["alpha"]!.url}/web/database/manager`);
    }
    await eventually(
      () => counted("alpha", "4xx"),
      (count) => count >= 5,
    );
    expect(await counted("beta", "4xx")).toBe(before);
  });

  it("publishes the tenants' web servers, and on the loopback address Prometheus and Alertmanager, and no more", async () => {
    const published: string[] = [];
    for (const id of Object.values(await containerIds(stack.environment))) {
      const { HostConfig } = await engine.getContainer(id).inspect();
      const bindings = Object.values(
        (HostConfig.PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[]>,
      );
      published.push(...bindings.flat().map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`));
    }
    expect(published.sort()).toEqual(["127.0.0.1:26400", "127.0.0.1:26410", "127.0.0.1:26500", "127.0.0.1:26501"]);
  });

  it.each(["prometheus", "alertmanager"] as const)("asks for a login at %s", async (service) => {
    const url = outputs.monitoring!["local"]![service];
    const status = async (password?: string): Promise<number> => {
      const login = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
      return (await fetch(`${url}/`, { headers: password === undefined ? {} : { Authorization: login } })).status;
    };
    expect(await status()).toBe(401);
    expect(await status("admin")).toBe(401);
    expect(await status(outputs.monitoringPasswords["local"])).toBe(200);
  });

  it("lets a tenant reach no exporter, though they are in its networks", async () => {
    const { blackboxExporterFront, nginxlogExporterFront, postgresExporterInternal, nginxFront } = tenantAddresses(
      subnetBase,
      990,
    );
    const odoo = container("alpha-odoo");
    expect(await canConnect(odoo, nginxFront, 8080)).toBe(true);
    for (const [address, port] of [
      [blackboxExporterFront, 9115],
      [nginxlogExporterFront, 4040],
      [postgresExporterInternal, 9187],
      [shared.services["blackbox-exporter"], 9115],
      [shared.services["engine-proxy"], 2375],
      [shared.services.prometheus, 9090],
    ] as const) {
      expect([address, port, await canConnect(odoo, address, port)]).toEqual([address, port, false]);
    }
  });

  it("shows cAdvisor what containers there are, and lets it do nothing", async () => {
    const ask = async (from: string, ...options: string[]): Promise<string> => {
      const url = `http://${shared.services["engine-proxy"]}:2375/v1.40${options.pop()}`;
      const curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", ...options, url];
      return (await execIn(container(from), curl)).output;
    };
    expect(await ask("engine-proxy", "/containers/json")).toBe("200");
    expect(await ask("engine-proxy", "-X", "POST", "/containers/create")).toBe("403");
    expect(await ask("engine-proxy", "/images/json")).toBe("403");
    // Another service of the same network.
    expect(await ask("nginxlog-exporter", "/containers/json")).toBe("403");
    expect(await ask("nginxlog-exporter", oomEventsPath)).toBe("403");
    // Only the node exporter hears of kills, and it hears of nothing else.
    expect(await ask("engine-proxy", "/events")).toBe("403");
    const proxy = `http://${shared.services["engine-proxy"]}:2375`;
    const byNodeExporter = async (path: string): Promise<number> =>
      (await execIn(container("node-exporter"), ["wget", "-q", "-O", "-", `${proxy}${path}`])).code;
    expect(await byNodeExporter(`${oomEventsPath}?since=1&until=2`)).toBe(0);
    expect(await byNodeExporter("/v1.40/containers/json")).not.toBe(0);
  });

  it("asks a database by a role that sees figures and nothing of the customer", async () => {
    const granted =
      "SELECT DISTINCT table_name || '.' || column_name FROM information_schema.column_privileges WHERE grantee = 'monitoring' AND table_schema = 'public' ORDER BY 1";
    expect(await query(container("alpha-postgres"), "alpha", granted)).toEqual(["ir_cron.active", "ir_cron.nextcall"]);
    const rights =
      "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolconnlimit FROM pg_roles WHERE rolname = 'monitoring'";
    expect(await query(container("alpha-postgres"), "alpha", rights)).toEqual(["f|f|f|f|5"]);
  });

  it("hardens every container for real, and root has no capability where it is needed", async () => {
    const services = Object.keys(await containerIds(stack.environment)).filter((name) => !/-(alpha|beta)-/.test(name));
    expect(services).toHaveLength(9);
    for (const name of services) {
      const { HostConfig, Mounts } = await engine.getContainer(name).inspect();
      expect([
        name,
        HostConfig.CapDrop,
        HostConfig.ReadonlyRootfs,
        HostConfig.SecurityOpt,
        HostConfig.Privileged,
      ]).toEqual([name, ["ALL"], true, ["no-new-privileges:true"], false]);
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
      const binds = Mounts.filter(({ Type }) => Type === "bind");
      expect(binds.every(({ RW }) => !RW)).toBe(true);
      expect([name, binds.length > 0]).toEqual([name, /-(node-exporter|cadvisor|engine-proxy)$/.test(name)]);
      expect(Mounts.filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? ""))).toEqual([]);
    }
  });

  it("has data for every query of every panel", async () => {
    const panels = allPanels();
    expect(panels.length).toBeGreaterThan(50);
    const empty = async (): Promise<string[]> => {
      const answers = await Promise.all(
        panels.map(async ({ dashboard, panel, expr }) => ({
          name: `${dashboard}: ${panel}: ${expr}`,
          samples: await prometheus.query(expr),
        })),
      );
      return answers
        .filter(({ name, samples }) => samples.length === 0 && !mayBeEmpty.test(name))
        .map(({ name }) => name);
    };
    // Rates need several scrapes.
    await eventually(empty, (names) => names.length === 0, 120);
  });

  it("backs up what Alertmanager keeps, proves it, and has the figures of that", async () => {
    const figures = [
      "odoo_fleet_snapshots_last_success_timestamp_seconds",
      "odoo_fleet_snapshots_proof_timestamp_seconds",
    ];
    for (const figure of figures) {
      await eventually(
        () => prometheus.query(`${figure}{host="local"} > time() - 3600`),
        (samples) => samples.length === 1,
        120,
      );
    }
  });

  it("shows no password in the state, the environment, arguments or logs", async () => {
    const password = outputs.monitoringPasswords["local"]!;
    const role = (
      await execIn(container("alpha-postgres"), ["cat", "/etc/odoo-fleet/monitoring-password"])
    ).output.trim();
    const seen = [stack.state()];
    for (const id of Object.values(await containerIds(stack.environment))) {
      const running = engine.getContainer(id);
      seen.push(JSON.stringify(await running.inspect()), JSON.stringify(await running.top({ ps_args: "auxeww" })));
      seen.push((await running.logs({ stdout: true, stderr: true })).toString());
    }
    for (const secret of [password, role]) {
      expect(secret.length).toBeGreaterThanOrEqual(24);
      expect(seen.findIndex((text) => text.includes(secret))).toBe(-1);
    }
    expect(seen.some((text) => text.includes("--config.file="))).toBe(true);
  });

  it("has nothing to do when nothing changed, and pleases every policy", async () => {
    const pack = ["--policy-pack", "policy", "--policy-pack-config", "policy/config/dev.json"];
    const { output } = await stack.run("preview", ...pack);
    expect(output).not.toMatch(/\[(mandatory|advisory)\]/);
    expect(output).toContain("✅ odoo-fleet");
    expect(summary(output)).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });
});

describe("what goes wrong", () => {
  const expected = (): string[] => [
    ...["PostgresDown", "OdooDown", "ContainerMissing"],
    ...(disk ? ["HostDiskSpaceLow"] : []),
  ];

  it("raises nothing while all is well, since Prometheus starts when the tenants are there", async () => {
    const { checkpoint } = JSON.parse(stack.state()) as {
      checkpoint: { latest: { resources: { urn: string; dependencies?: string[] }[] } };
    };
    const server = checkpoint.latest.resources.find(({ urn }) =>
      urn.endsWith("Container::local-monitoring-prometheus"),
    )!;
    for (const part of ["alpha-odoo", "beta-files"]) {
      expect(server.dependencies).toContainEqual(expect.stringMatching(new RegExp(`Container::${part}$`)));
    }
    const firing = await prometheus.query('ALERTS{alertstate="firing"}');
    expect(firing.map(({ labels }) => labels["alertname"]!).filter(isOfTheTest)).toEqual([]);
    expect(mails.all).toEqual([]);
  });

  // All at once, since each takes its time: what is told of one must not be told of another.
  it("is told by mail: a database that was killed, an Odoo that hangs, a container that was removed, a process that the kernel killed, a full disk", async () => {
    await engine.getContainer(container("alpha-postgres")).kill();
    await freeze(() => engine.getContainer(container("beta-odoo")).pause());
    await engine.getContainer(container("nginxlog-exporter")).remove({ force: true, v: true });
    // Far more than Nginx of this tenant may have; its own processes are small, so the kernel chooses this one.
    await execIn(container("beta-nginx"), ["sh", "-c", "head -c 2G /dev/zero | tail"]);
    disk?.fill();
    const database = await mails.arrived("PostgresDown", false);
    const odoo = await mails.arrived("OdooDown", false);
    const missing = await mails.arrived("ContainerMissing", false);
    const outOfMemory = await mails.arrived("ContainerOutOfMemory", false);
    expect(database.subject).toContain("[CRITICAL]");
    expect(database.subject).toContain("alpha");
    expect(database.to).toBe("ops@example.com");
    expect(odoo.subject).toContain("beta");
    expect(missing.subject).toContain(container("nginxlog-exporter"));
    expect(outOfMemory.subject).toContain(container("beta-nginx"));
    expect(outOfMemory.text).toContain("Tenant: beta");
    // The host's own counter tells as well, which is held back by the one that has the name.
    expect(await prometheus.query('ALERTS{alertname="HostOutOfMemory", alertstate="firing"}')).toHaveLength(1);
    for (const mail of [database, odoo, missing, outOfMemory]) {
      expect(mail.html).toContain("http://127.0.0.1:26502/d/odoo-fleet-");
      expect(mail.text).toMatch(/Threshold: .+/);
    }
    // The portal's worker asks like that.
    const settings = { environment: stack.environment, hosts: { local: host } };
    const firing = await readAlerts(settings, { host: "local", container: container("alertmanager") });
    expect(firing.slice(0, 2).map(({ severity }) => severity)).toEqual(["critical", "critical"]);
    const down = firing.find(({ name }) => name === "PostgresDown");
    expect(down).toMatchObject({ severity: "critical", host: "local", tenant: "alpha" });
    expect(down!.summary).toContain("alpha");
    expect(firing.find(({ name }) => name === "HostOutOfMemory")).toBeUndefined();
    if (disk) {
      const full = await mails.arrived("HostDiskSpaceLow", false);
      expect(full.text).toContain(disk.mountpoint);
      disk.empty();
    }
  });

  it("is told when it is over, and nobody heard of anything else", async () => {
    await engine.getContainer(container("alpha-postgres")).start();
    await engine.getContainer(container("beta-odoo")).unpause();
    await stack.mustUp("--refresh");
    for (const alert of expected()) {
      await mails.arrived(alert, true);
    }
    // A kill is told of for ten minutes, which this test doesn't wait for.
    expect(mails.told.filter((told) => told !== "ContainerOutOfMemory over")).toEqual(
      [...expected().flatMap((name) => [`${name} on`, `${name} over`]), "ContainerOutOfMemory on"].sort(),
    );
    const sent = allPanels().filter(({ expr }) => expr.includes("alertmanager_notifications_total"));
    expect(sent).toHaveLength(1);
    expect(await prometheus.query(sent[0]!.expr)).not.toEqual([]);
    const about = (tenant: string): string[] => [
      ...new Set(
        mails.all
          .filter(({ text, alerts }) => text.includes(`Tenant: ${tenant}`) && !alerts.includes("ContainerOutOfMemory"))
          .map(({ subject }) => subject),
      ),
    ];
    expect([about("alpha"), about("beta")]).toEqual([
      ["[CRITICAL] Database of alpha is down", "[RESOLVED] Database of alpha is down"],
      ["[CRITICAL] Odoo of beta is down", "[RESOLVED] Odoo of beta is down"],
    ]);
  });
});

describe("a tenant that leaves", () => {
  it("leaves no target, no network and no address behind, and what stays goes on being watched", async () => {
    configure({ ...tenants, beta: { slot: 991, state: "decommissioned" } });
    await stack.mustUp();
    const targets = await eventually(
      () => prometheus.targets(),
      (found) => found.length > 0 && found.every(({ health }) => health === "up"),
    );
    expect(targets.filter(({ labels }) => labels["tenant"] === "beta")).toEqual([]);
    expect(targets.filter(({ labels }) => labels["tenant"] === "alpha")).toHaveLength(3);
    expect(
      (await objectsOf(stack.environment)).filter((name) => /-beta-(front|internal|nginx|odoo$)/.test(name)),
    ).toEqual([]);
    const { NetworkSettings } = await engine.getContainer(container("blackbox-exporter")).inspect();
    expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([container("alpha-front"), container("monitoring")]);
    expect(sharedSubnet(subnetBase)).toBe("10.154.250.0/26");
  });
});

describe("a tenant in a stack of its own", () => {
  const own = new OwnStack({ environment: stack.environment, hosts: { local: host }, tenant: "gamma" }, 992);
  const known = (query: string, isEnough: (count: number) => boolean): Promise<unknown> =>
    eventually(
      () => prometheus.query(query),
      ({ length }) => isEnough(length),
      180,
    );
  /** What mails tell of it that isn't over. Ends of what the tests before did to others may still be told. */
  const begun = (): string[] =>
    mails.all.filter((mail) => !mail.isResolved && mail.text.includes("Tenant: gamma")).flatMap(({ alerts }) => alerts);
  let before: Readonly<Record<string, string>>;

  beforeAll(async () => {
    mails.forget();
    before = await containerIds(stack.environment);
    await own.up();
  });
  // Where a test failed before the last one, which disposes of it.
  afterAll(() => own.dispose());

  it("is watched like the others as soon as it is there: its containers, its database, its backups, its promise", async () => {
    const names = Object.keys(await containerIds(stack.environment)).filter((name) => name.includes("-gamma-"));
    expect(names).toHaveLength(5);
    await known('odoo_fleet_container_declared{tenant="gamma"}', (count) => count === 5);
    await known('odoo_fleet_container_healthy{tenant="gamma"} == 1', (count) => count === 5);
    await known('tenant:postgres_database:bytes{tenant="gamma"} > 1e6', (count) => count === 1);
    await known('tenant:postgres_connections:ratio{tenant="gamma"} > 0', (count) => count === 1);
    await known('odoo_cron_oldest_overdue_seconds{tenant="gamma"}', (count) => count === 1);
    await known('odoo_fleet_wal_waiting_seconds{tenant="gamma"}', (count) => count === 1);
    await known('odoo_fleet_backup_last_success_timestamp_seconds{tenant="gamma"}', (count) => count === 2);
    await known('tenant:container_memory:ratio{tenant="gamma"} > 0', (count) => count === 1);
  });

  it("changes no container of anybody, and nothing of the stack that watches it", async () => {
    const others = Object.entries(await containerIds(stack.environment)).filter(([name]) => !name.includes("-gamma-"));
    expect(Object.fromEntries(others)).toEqual(before);
    expect(summary((await stack.run("preview")).output)).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  proof("is told of by mail when its Odoo is down, and as long as it is", async () => {
    const firing = 'ALERTS{tenant="gamma", alertstate="firing"}';
    await engine.getContainer(container("gamma-odoo")).stop();
    await eventually(
      () => Promise.resolve(begun()),
      (alerts) => alerts.includes("OdooDown"),
      180,
    );
    await engine.getContainer(container("gamma-odoo")).start();
    await known(firing, (count) => count === 0);
  });

  it("raises nothing while it is suspended, and is known no more once it has left", async () => {
    mails.forget();
    await own.up({ state: "suspended" });
    await known('odoo_fleet_tenant_info{tenant="gamma", state="suspended"}', (count) => count === 1);
    await known('odoo_fleet_tenant_info{tenant="gamma", state="running"}', (count) => count === 0);
    await own.dispose();
    await known('{tenant="gamma", job=~".+"} or odoo_fleet_tenant_info{tenant="gamma"}', (count) => count === 0);
    expect(begun()).toEqual([]);
  });
});
