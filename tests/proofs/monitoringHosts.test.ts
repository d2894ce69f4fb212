/** Two hosts, this machine's engine and a server behind SSH: watched by one Prometheus through a gateway, then by one each. */
import { certificateAuthority } from "../../components/monitoring/certificates";
import type { FleetOutputs } from "../../components";
import { sharedServices } from "../../fleet/monitoringTypes";
import { sharedPorts } from "../../fleet/ports";
import { sharedAddresses } from "../../fleet/subnets";
import { servicePorts } from "../../monitoring/contract";
import { AlertmanagerClient, type KnownAlert } from "../support/alertmanagerClient";
import { AlertMails, isOfTheTest } from "../support/alertMails";
import { CliStack } from "../support/cliStack";
import { execIn, removeObjects } from "../support/engine";
import { askGateway, askWithoutTls, type GatewayCredentials } from "../support/gatewayClient";
import { type TestHost, TestHosts } from "../support/hosts";
import { loadBaseImages } from "../support/hosts/engineImages";
import { hostConfig, installEngine } from "../support/hosts/fleet";
import { reachable } from "../support/hosts/workload";
import { docker } from "../support/imagesSandbox";
import { freeze } from "../support/freeze";
import { MailServer } from "../support/mailServer";
import { eventually } from "../support/odooClient";
import { PrometheusClient, type ScrapedTarget } from "../support/prometheusClient";

type Outputs = Pick<FleetOutputs, "monitoring"> & { monitoringPasswords: Record<string, string> };

const stack = new CliStack("central-fleet", 160);
const machines = new TestHosts("test-central-hosts", "10.151.0");
const nearPorts = sharedPorts(16700);
const farBase = 16800;
const farPorts = sharedPorts(farBase);
const farSubnets = "10.161.0.0/16";
const nearShared = sharedAddresses("10.160.0.0/16");
const farShared = sharedAddresses(farSubnets);
const farOdoo = `${stack.environment}-globex-odoo`;

/** Alertmanager waits this long before the first mail of a group, at any pace. */
const groupWaitMs = 45_000;

let far: TestHost;
let outsider: string;
let mailServer: MailServer;
let mails: AlertMails;
let outputs: Outputs;
let prometheus: PrometheusClient;
let alertmanager: AlertmanagerClient;

/** Waits are 50 times shorter than in production. */
async function up(mode: "central" | "perHost"): Promise<void> {
  stack.configure({
    hosts: {
      near: { subnetBase: "10.160.0.0/16", portBase: 16700 },
      // Engines keep their networks apart, so that the server is reached as one behind a router: by a port of this machine.
      far: { ...hostConfig(far, machines.identityFile, 161), address: machines.gateway, portBase: farBase },
    },
    tenants: { acme: { host: "near", slot: 1 }, globex: { host: "far", slot: 2 } },
    monitoring: {
      mode,
      ...(mode === "central" ? { host: "near" } : {}),
      pace: 0.02,
      mail: {
        // The engine's own address in the monitoring network is this machine's.
        smtp: `${nearShared.engine}:${mailServer.port}`,
        from: "odoo-fleet@example.com",
        to: ["ops@example.com"],
        requireTls: false,
      },
    },
  });
  await stack.mustUp();
  outputs = await stack.outputs();
  const addresses = outputs.monitoring!["near"]!;
  const password = outputs.monitoringPasswords["near"]!;
  prometheus = new PrometheusClient(addresses.prometheus, password);
  alertmanager = new AlertmanagerClient(addresses.alertmanager, password);
}

beforeAll(async () => {
  mailServer = await MailServer.start(26890);
  mails = new AlertMails(mailServer);
  await machines.start();
  const router = `${machines.gateway}:${farPorts.gateway}:${farPorts.gateway}`;
  far = await machines.host("trixie", 11, ["--publish", router]);
  await installEngine(far);
  await loadBaseImages([far], true);
  ({ name: outsider } = await machines.outsider(20));
  await docker("exec", outsider, "ip", "route", "add", farSubnets, "via", far.address);
  await stack.init();
  await up("central");
});

afterAll(async () => {
  // The machine goes with all that is on it. It may be down, so that no destroy would come through.
  const ended = await Promise.allSettled([machines.clean(), removeObjects(stack.environment), mailServer.stop()]);
  stack.forget();
  expect(ended.filter(({ status }) => status === "rejected")).toEqual([]);
});

/** What a Prometheus asks on each host, as `job tenant service`. */
const nearTargets = ["blackbox acme nginx", "blackbox acme odoo", "postgres acme postgres"];
const farTargets = ["blackbox globex nginx", "blackbox globex odoo", "postgres globex postgres"];
const exporters = [
  ...["blackbox-exporter  blackbox-exporter", "cadvisor  cadvisor", "node  node-exporter"],
  ...["nginxlog  nginxlog-exporter", "postgres-exporter  postgres-exporter"],
];
const central = ["alertmanager  alertmanager", "prometheus  prometheus"];

function targetsOf(targets: readonly ScrapedTarget[], host: string): string[] {
  return targets
    .filter(({ labels }) => labels["host"] === host)
    .map(({ labels }) => [labels["job"], labels["tenant"], labels["service"]].join(" "))
    .sort();
}

function allUp(ask: () => Promise<readonly ScrapedTarget[]>): Promise<readonly ScrapedTarget[]> {
  return eventually(ask, (found) => found.length > 0 && found.every(({ health }) => health === "up"));
}

describe("one Prometheus for both", () => {
  it("finds every target of both hosts up, those of the other one through its gateway", async () => {
    const targets = await allUp(() => prometheus.targets());
    expect(Object.keys(outputs.monitoring!)).toEqual(["near"]);
    expect(targetsOf(targets, "near")).toEqual([...nearTargets, ...exporters, ...central].sort());
    expect(targetsOf(targets, "far")).toEqual([...farTargets, ...exporters].sort());
    const gateway = `https://${machines.gateway}:${farPorts.gateway}/`;
    for (const { labels, scrapeUrl } of targets) {
      expect([scrapeUrl, scrapeUrl.startsWith(gateway)]).toEqual([scrapeUrl, labels["host"] === "far"]);
    }
  });

  it("knows what runs on both: each container's figures have its host and tenant", async () => {
    const missing = 'odoo_fleet_container_declared unless on (host, name) container_last_seen{job="cadvisor"}';
    await eventually(
      () => prometheus.query(missing),
      (found) => found.length === 0,
    );
    const seen = await prometheus.query('count by (host, tenant) (container_last_seen{tenant!=""})');
    expect(seen.map(({ labels, value }) => `${labels["host"]} ${labels["tenant"]} ${value}`).sort()).toEqual([
      "far globex 5",
      "near acme 5",
    ]);
  });
});

describe("the gateway", () => {
  it("lets in who trusts the fleet's authority and has the login, and nobody else", async () => {
    const file = async (name: string): Promise<string> =>
      (await execIn(`${stack.environment}-prometheus`, ["cat", `/etc/odoo-fleet/${name}`])).output;
    const [authority, password] = await Promise.all([file("gateway-ca.pem"), file("gateway-password")]);
    const gateway = { address: machines.gateway, port: farPorts.gateway, host: "far" };
    const page = "/node-exporter/metrics";
    const ask = (credentials: GatewayCredentials): ReturnType<typeof askGateway> =>
      askGateway(gateway, credentials, page);
    const right = await ask({ authority, password });
    expect(right.status).toBe(200);
    expect(right.body).toContain("node_load1");
    expect((await ask({ authority })).status).toBe(401);
    expect((await ask({ authority, password: "another" })).status).toBe(401);
    expect((await askWithoutTls(gateway, page)).status).toBe(400);
    const { certificate: foreign } = await certificateAuthority("a seed of somebody else, long enough to be one");
    await expect(ask({ authority: foreign, password })).rejects.toMatchObject({
      code: expect.stringMatching(
        /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/,
      ) as string,
    });
    await expect(askGateway({ ...gateway, host: "near" }, { authority, password }, page)).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it("is the only way to the exporters from another machine, by any address of the server or of a container", async () => {
    const gateway = `${far.address} ${farPorts.gateway}`;
    const targets = [
      ...Object.values(farPorts).map((port) => `${far.address} ${port}`),
      ...sharedServices.flatMap((service) => [
        `${far.address} ${servicePorts[service]}`,
        `${farShared.services[service]} ${servicePorts[service]}`,
      ]),
    ];
    expect(await reachable(outsider, targets)).toEqual([gateway]);
  });
});

describe("what goes wrong on the other host", () => {
  /** What fires, but what is true of the machine that the tests run on. */
  const firing = async (): Promise<KnownAlert[]> =>
    (await alertmanager.alerts()).filter(
      ({ labels }) => isOfTheTest(labels["alertname"]!) && !labels["device"]?.startsWith("/dev/loop"),
    );

  it("is told by mail with the host's name: a tenant's Odoo that hangs", async () => {
    await eventually(firing, (found) => found.every(({ labels }) => labels["alertname"] !== "OdooDown"));
    const earlier = mails.all.length;
    await freeze(() => far.exec(`docker pause ${farOdoo}`));
    const mail = await mails.arrived("OdooDown", false, earlier);
    expect(mail.subject).toContain("globex");
    expect(mail.text).toMatch(/Tenant: globex/);
    expect(mail.text).toMatch(/Host: far/);
    expect(mail.html).toContain(`http://127.0.0.1:${nearPorts.grafana}/d/odoo-fleet-`);
    await far.exec(`docker unpause ${farOdoo}`);
    expect((await mails.arrived("OdooDown", true, earlier)).text).toMatch(/Host: far/);
  });

  it("is told once where the whole host is gone, and of nothing that is on it", async () => {
    // What the first minutes told of, when Prometheus ran already and the server was still at work, is over.
    await eventually(firing, (found) => found.length === 0 && mails.unfinished.length === 0);
    mails.forget();
    await docker("stop", "--time", "1", far.name);
    const mail = await mails.arrived("HostDown", false);
    expect(mail.subject).toContain("[CRITICAL]");
    expect(mail.subject).toContain("far");
    // All that follows from it is known, and would have been told by now.
    const others = await eventually(
      async () => (await firing()).filter(({ labels }) => labels["alertname"] !== "HostDown"),
      (found) => found.every(({ startsAt }) => Date.now() - Date.parse(startsAt) > groupWaitMs + 5000),
    );
    const named = others.map(({ labels, isInhibited }) => [labels["alertname"], labels["host"], isInhibited].join(" "));
    // At this pace a host without figures soon counts as one without backups, too.
    expect([...new Set(named)].filter((one) => one !== "BackupOverdue far true")).toEqual(["TargetDown far true"]);
    expect(mails.told).toEqual(["HostDown on"]);
  });
});

describe("one Prometheus for each", () => {
  it("watches its own host alone, after a change of the configuration", async () => {
    await docker("start", far.name);
    await far.booted();
    await eventually(() => far.exec("docker version"), Boolean);
    await up("perHost");
    expect(Object.keys(outputs.monitoring!).sort()).toEqual(["far", "near"]);
    const near = await allUp(() => prometheus.targets());
    expect(targetsOf(near, "near")).toEqual([...nearTargets, ...exporters, ...central].sort());
    expect(targetsOf(near, "far")).toEqual([]);

    // On the loopback address of the server, where only who is on it comes.
    const login = `admin:${outputs.monitoringPasswords["far"]}`;
    const targets = `${outputs.monitoring!["far"]!.prometheus}/api/v1/targets?state=active`;
    const own = await allUp(async () => {
      const page = await far.exec(`curl --silent --fail --user '${login}' '${targets}'`);
      return (JSON.parse(page) as { data: { activeTargets: ScrapedTarget[] } }).data.activeTargets;
    });
    expect(targetsOf(own, "far")).toEqual([...farTargets, ...exporters, ...central].sort());
    expect(targetsOf(own, "near")).toEqual([]);
  });

  it("needs no gateway, and no port of the server for it", async () => {
    expect(await far.exec("docker ps --all --format '{{.Names}}'")).not.toContain("gateway");
    expect(await far.exec("nft list table inet odoo_fleet")).not.toContain(farPorts.gateway.toString());
    expect(await far.exec("nft list table inet odoo_fleet")).toContain((farBase + 20).toString());
    expect(
      await reachable(
        outsider,
        Object.values(farPorts).map((port) => `${far.address} ${port}`),
      ),
    ).toEqual([]);
  });
});
