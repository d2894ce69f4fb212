import { X509Certificate } from "node:crypto";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import { ServiceContext } from "../../../../components/container/serviceContext";
import type { HostRefs } from "../../../../components/host/connectHost";
import { HostImages } from "../../../../components/host/hostImages";
import { MonitoringStack } from "../../../../components/monitoring/monitoringStack";
import { createGatewaySecrets } from "../../../../components/monitoring/gateway";
import { TenantStack, type WatchedTenant } from "../../../../components/tenant/tenantStack";
import { resolveFleet } from "../../../../fleet";
import { ownPart } from "../../../../fleet/layout";
import { runningOf, tenantsOn } from "../../../../fleet/tenantsOn";
import { isWatched, monitoringOf, type WatchedFleet } from "../../../../fleet/watched";
import { ofType, type Registered, settled, startMocks } from "../../../support/mocks";

function watchedFleet(config: object = {}): WatchedFleet {
  const declared = {
    hosts: { local: {} },
    tenants: { acme: { slot: 1 }, globex: { slot: 2 } },
    monitoring: {},
    ...config,
  };
  const fleet = resolveFleet(declared, "dev");
  if (!isWatched(fleet)) {
    throw new Error("not watched");
  }
  return fleet;
}

/** Two hosts, the second of which the first one's Prometheus watches. */
const twoHosts = {
  hosts: { local: {}, far: { docker: "ssh://ops@far", address: "10.20.0.12", bindAddress: "10.20.0.12" } },
  tenants: { acme: { host: "local", slot: 1 }, globex: { host: "far", slot: 1 } },
  monitoring: { host: "local" },
};

async function register(
  fleet: WatchedFleet,
  { preview = false, options = {} }: { preview?: boolean; options?: CustomResourceOptions } = {},
): Promise<{ registered: Registered[]; stacks: Record<string, MonitoringStack> }> {
  const registered = startMocks({ preview });
  const context = new ServiceContext("dev", "id-of-stack", options);
  const isCentral = fleet.monitoring.mode === "central" && Object.keys(fleet.hosts).length > 1;
  const gateways = isCentral ? createGatewaySecrets() : undefined;
  const stacks: Record<string, MonitoringStack> = {};
  for (const host of Object.values(fleet.hosts)) {
    const tenants = runningOf(tenantsOn(fleet, host));
    const images = { postgres: "sha256:postgres", odoo: "sha256:odoo", nginx: "sha256:nginx" };
    const watched = tenants.flatMap(
      (tenant): WatchedTenant[] | WatchedTenant =>
        new TenantStack(tenant.name, { tenant, host, context, images, isWatched: true }).watched ?? [],
    );
    const hostImages = new HostImages(host.name, { host, tenants: [], isWatched: true, options });
    const refs = { host, context, images: hostImages } as unknown as HostRefs;
    const args = { fleet, refs, tenants: watched, nginxlogExporter: hostImages.nginxlogExporter!, secrets: {} };
    const monitored = monitoringOf(fleet, host.name);
    stacks[host.name] = new MonitoringStack(
      `${host.name}-monitoring`,
      monitored.role === "server"
        ? { ...args, monitored, gateways, stacks: [] }
        : { ...args, monitored, gateways: gateways! },
    );
  }
  await settled();
  return { registered, stacks };
}

/**
 * A duration as Go writes it, which is how the provider reads it back and compares it: `Duration.String` of Go's package
 * `time`, for whole seconds.
 */
function goDuration(text: string): string {
  const unit = { h: 3600, m: 60, s: 1, ms: 0.001 } as const;
  const parts = [...text.matchAll(/(\d+)(ms|h|m|s)/g)];
  const seconds = parts.reduce((sum, [, count, name]) => sum + Number(count) * unit[name as keyof typeof unit], 0);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}

type Uploads = readonly { readonly file: string; readonly content: string }[];

type Container = Record<string, unknown> & {
  readonly name: string;
  readonly labels: readonly { label: string; value: string }[];
  /** A list with a secret in it is one as a whole. */
  readonly uploads?: Uploads | { readonly value: Uploads };
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly { hostPath?: string; readOnly?: boolean }[];
  readonly ports?: readonly { external: number; ip: string }[];
  readonly networksAdvanced?: readonly { name: string; ipv4Address: string }[];
};

const containers = (registered: readonly Registered[]): Record<string, Container> =>
  ofType(registered, "docker:index/container:Container") as Record<string, Container>;
/** What is uploaded for a service, by file name. */
function filesOf(registered: readonly Registered[], service: string): Record<string, string> {
  const uploads = containers(registered)[`${service}-config-writer`]!.uploads!;
  const list = "value" in uploads ? uploads.value : uploads;
  return Object.fromEntries(list.map(({ file, content }) => [file.replace("/etc/odoo-fleet/", ""), content]));
}
const shared = (registered: readonly Registered[], host: string): string[] =>
  Object.keys(containers(registered))
    .filter((name) => name.startsWith(`${host}-monitoring-`) && !name.endsWith("-writer"))
    .map((name) => name.replace(`${host}-monitoring-`, ""))
    .sort();
const exporters = [
  "blackbox-exporter",
  "cadvisor",
  "engine-proxy",
  "nginxlog-exporter",
  "node-exporter",
  "postgres-exporter",
];

describe("a host that watches itself", () => {
  let registered: Registered[];
  let stacks: Record<string, MonitoringStack>;

  beforeAll(async () => {
    ({ registered, stacks } = await register(watchedFleet()));
  });

  it("is exactly these services, of these images", () => {
    expect(shared(registered, "local")).toEqual(["alertmanager", ...exporters, "grafana", "prometheus"].sort());
    const images = ofType(registered, "docker:index/remoteImage:RemoteImage");
    expect(Object.values(images).map(({ name }) => String(name).replace(/host-\w{12}$/, "host"))).toEqual([
      "prom/node-exporter:v1.12.0",
      "nginx:1.30.5-trixie",
      "ghcr.io/google/cadvisor:v0.60.5",
      "prom/blackbox-exporter:v0.28.0",
      "quay.io/prometheuscommunity/postgres-exporter:v0.20.1",
      "prom/prometheus:v3.13.0",
      "prom/alertmanager:v0.34.0",
      "grafana/grafana:12.3.0",
      "odoo-fleet/nginxlog-exporter:host",
    ]);
  });

  it("gives what sees all tenants room for more of them while it runs, where each has a stack of its own", async () => {
    const withTenants = async (count: number): Promise<Record<string, Container>> => {
      const tenants = Object.fromEntries(Array.from({ length: count }, (_, slot) => [`t${slot}`, { slot }]));
      const own = ownPart(watchedFleet({ layout: "perTenant", tenants }));
      return containers((await register(own as WatchedFleet)).registered);
    };
    const [few, more] = [await withTenants(16), await withTenants(17)];
    // The provider changes these of a container that runs, and nothing else of it here.
    const { cadvisor, prometheus, ...others } = Object.fromEntries(
      Object.entries(more).map(([name, { memory, memorySwap, ...rest }]) => {
        const { memory: formerMemory, memorySwap: formerSwap, ...former } = few[name]!;
        expect([name, rest]).toEqual([name, former]);
        expect(formerSwap).toBe(formerMemory);
        expect(memorySwap).toBe(memory);
        return [name.replace("local-monitoring-", ""), [formerMemory, memory]];
      }),
    );
    expect({ cadvisor, prometheus }).toEqual({ cadvisor: [192, 256], prometheus: [384, 512] });
    for (const [before, after] of Object.values(others)) {
      expect(after).toBe(before);
    }
  });

  it("leaves Grafana out where its image isn't available", async () => {
    const fleet = watchedFleet({ images: { monitoring: { grafana: null } } });
    const { registered: without, stacks: made } = await register(fleet);
    expect(shared(without, "local")).not.toContain("grafana");
    expect(made["local"]!.server!.addresses).toEqual({
      prometheus: "http://127.0.0.1:30000",
      alertmanager: "http://127.0.0.1:30001",
    });
    expect(filesOf(without, "local-monitoring-prometheus")["prometheus.yml"]).not.toContain("grafana");
  });

  it("publishes three ports, on the loopback address", () => {
    const published = shared(registered, "local").flatMap((service) =>
      (containers(registered)[`local-monitoring-${service}`]!.ports ?? []).map(
        ({ ip, external }) => `${service} ${ip}:${external}`,
      ),
    );
    expect(published).toEqual([
      "alertmanager 127.0.0.1:30001",
      "grafana 127.0.0.1:30002",
      "prometheus 127.0.0.1:30000",
    ]);
  });

  it("gives each container its limits, its check, its fixed address and labels without a tenant", () => {
    const fleet = watchedFleet();
    for (const service of shared(registered, "local")) {
      const made = containers(registered)[`local-monitoring-${service}`]!;
      expect([service, made]).toEqual([
        service,
        expect.objectContaining({
          name: `dev-${service}`,
          capabilities: { drops: ["ALL"] },
          readOnly: true,
          restart: "unless-stopped",
          healthcheck: expect.objectContaining({ retries: 3 }) as object,
        }),
      ]);
      expect(made["memory"]).toBeGreaterThanOrEqual(32);
      expect(made["memorySwap"]).toBe(made["memory"]);
      const address = fleet.monitoring.hosts["local"]!.addresses.services[service as "prometheus"];
      expect(made.networksAdvanced![0]).toEqual({ name: "local-monitoring-network-id", ipv4Address: address });
      const labels = Object.fromEntries(made.labels.map(({ label, value }) => [label, value]));
      expect(labels).toMatchObject({
        "odoo-fleet.environment": "dev",
        "odoo-fleet.host": "local",
        "odoo-fleet.service": service,
      });
      expect(labels).not.toHaveProperty("odoo-fleet.tenant");
    }
  });

  it("states each duration of each container as the provider reads it back, so that none differs in every run", () => {
    const durations = Object.entries(containers(registered)).flatMap(([name, { healthcheck }]) =>
      Object.entries(healthcheck ?? {})
        .filter(([, value]) => typeof value === "string")
        .map(([key, value]) => [name, key, value] as const),
    );
    // Three of each container that runs: two tenants' services and helpers, and nine of monitoring.
    expect(durations).toHaveLength(3 * (2 * 5 + 9));
    expect(durations.filter(([, , value]) => value !== goDuration(value as string))).toEqual([]);
    expect(["60s", "90s", "3m", "1h", "1000ms", "10s", "1m0s", "1h0m0s", "0s"].map(goDuration)).toEqual([
      "1m0s",
      "1m30s",
      "3m0s",
      "1h0m0s",
      "1s",
      "10s",
      "1m0s",
      "1h0m0s",
      "0s",
    ]);
  });

  it("mounts the host in three containers, for reading, and no folder of a tenant", () => {
    const mounted = shared(registered, "local").flatMap((service) =>
      (containers(registered)[`local-monitoring-${service}`]!.volumes ?? [])
        .filter(({ hostPath }) => hostPath !== undefined)
        .map(({ hostPath, readOnly }) => `${service} ${hostPath} ${readOnly ? "ro" : "rw"}`),
    );
    expect(mounted).toEqual([
      "cadvisor /sys ro",
      "cadvisor /proc ro",
      "cadvisor /var/lib/docker/image ro",
      "engine-proxy /var/run/docker.sock ro",
      "node-exporter / ro",
    ]);
  });

  it("mounts the socket that the host's endpoint names", async () => {
    const fleet = watchedFleet({ hosts: { local: { docker: "unix:///run/user/1000/docker.sock" } } });
    const { registered: made } = await register(fleet);
    expect(containers(made)["local-monitoring-engine-proxy"]!.volumes).toContainEqual(
      expect.objectContaining({ hostPath: "/run/user/1000/docker.sock" }),
    );
  });

  it("joins each tenant's networks at the addresses that are kept for it", () => {
    const joined = (service: string): string[] => {
      const { networksAdvanced } = containers(registered)[`local-monitoring-${service}`]!;
      return networksAdvanced!.slice(1).map(({ name, ipv4Address }) => `${name} ${ipv4Address}`);
    };
    expect(joined("postgres-exporter")).toEqual(["acme-internal-id 10.200.0.68", "globex-internal-id 10.200.0.132"]);
    expect(joined("blackbox-exporter")).toEqual(["acme-front-id 10.200.0.100", "globex-front-id 10.200.0.164"]);
    expect(joined("nginxlog-exporter")).toEqual(["acme-front-id 10.200.0.101", "globex-front-id 10.200.0.165"]);
    for (const service of ["prometheus", "alertmanager", "grafana", "cadvisor", "node-exporter", "engine-proxy"]) {
      expect(joined(service)).toEqual([]);
    }
  });

  it("knows nothing of a tenant that doesn't run", async () => {
    const fleet = watchedFleet({ tenants: { acme: { slot: 1 }, globex: { slot: 2, state: "decommissioned" } } });
    const { registered: made } = await register(fleet);
    expect(containers(made)["local-monitoring-postgres-exporter"]!.networksAdvanced).toHaveLength(2);
    const logins = parse(filesOf(made, "local-monitoring-postgres-exporter")["postgres_exporter.yml"]!) as {
      auth_modules: object;
    };
    expect(Object.keys(logins.auth_modules)).toEqual(["acme"]);
    expect(filesOf(made, "local-monitoring-prometheus")["prometheus.yml"]).not.toContain("globex");
  });

  it("gives Prometheus and Alertmanager one login by hash, and keeps the password in files of its own", () => {
    for (const service of ["prometheus", "alertmanager"]) {
      const {
        "web.yml": web,
        "login-password": password,
        ...others
      } = filesOf(registered, `local-monitoring-${service}`);
      expect(parse(web!)).toEqual({ basic_auth_users: { admin: "hash-of-local-monitoring-password" } });
      expect(password).toBe("value-of-local-monitoring-password");
      expect(JSON.stringify(others)).not.toContain("value-of-");
    }
    expect(
      JSON.stringify(
        Object.values(containers(registered)).map(({ command, envs, labels, healthcheck }) => [
          command,
          envs,
          labels,
          healthcheck,
        ]),
      ),
    ).not.toContain("value-of-");
    expect(stacks["local"]!.server!.password).toBeDefined();
  });

  it("can be previewed before anything exists", async () => {
    const { registered: previewed } = await register(watchedFleet(), { preview: true });
    expect(shared(previewed, "local")).toHaveLength(9);
  });
});

describe("a host that another one watches", () => {
  let registered: Registered[];
  let stacks: Record<string, MonitoringStack>;

  beforeAll(async () => {
    ({ registered, stacks } = await register(watchedFleet(twoHosts)));
  });

  it("has exporters and a gateway, and neither Prometheus nor a login", () => {
    expect(shared(registered, "far")).toEqual([...exporters, "gateway"].sort());
    expect(stacks["far"]!.server).toBeUndefined();
    expect(shared(registered, "local")).not.toContain("gateway");
    expect(containers(registered)["far-monitoring-gateway"]!.ports).toEqual([
      { internal: 8443, external: 30003, ip: "10.20.0.12", protocol: "tcp" },
    ]);
  });

  it("shows the certificate that the watching Prometheus trusts, for its own name, and asks for its password", () => {
    const gateway = filesOf(registered, "far-monitoring-gateway");
    const prometheus = filesOf(registered, "local-monitoring-prometheus");
    const certificate = new X509Certificate(gateway["certificate.pem"]!);
    expect(certificate.verify(new X509Certificate(prometheus["gateway-ca.pem"]!).publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe("DNS:far, IP Address:10.20.0.12");
    expect(gateway["key.pem"]).toContain("PRIVATE KEY");
    expect(prometheus["gateway-password"]).toBe("value-of-monitoring-gateway-password");
    expect(gateway["users"]).toMatch(/^prometheus:\{SSHA\}/);
    expect(gateway["users"]).not.toContain("value-of-");
    const config = parse(prometheus["prometheus.yml"]!) as { scrape_configs: { job_name: string; scheme?: string }[] };
    const far = config.scrape_configs.filter(({ job_name }) => job_name.endsWith("@far"));
    expect(far.length).toBeGreaterThan(5);
    expect(far.every(({ scheme }) => scheme === "https")).toBe(true);
  });

  it("has its own Prometheus, and no gateway, where each host watches itself", async () => {
    const each = await register(watchedFleet({ ...twoHosts, monitoring: { mode: "perHost" } }));
    for (const host of ["local", "far"]) {
      expect(shared(each.registered, host)).toEqual(["alertmanager", ...exporters, "grafana", "prometheus"].sort());
      expect(each.stacks[host]!.server).toBeDefined();
      expect(filesOf(each.registered, `${host}-monitoring-prometheus`)).not.toHaveProperty("gateway-password");
    }
  });
});

describe("the components", () => {
  afterEach(() => jest.restoreAllMocks());

  it("register what others may want to know of them", async () => {
    const registrations = jest.spyOn(MockMonitor.prototype, "registerResourceOutputs");
    await register(watchedFleet(twoHosts));
    const outputs = registrations.mock.calls.map(([request]) => {
      const { urn, outputs: values } = (request as RegisterResourceOutputsRequest).toObject() as {
        urn: string;
        outputs?: { fieldsMap: [string, unknown][] };
      };
      const type = urn.split("::")[2]!.split("$").at(-1)!.split(":").at(-1)!;
      return [
        type,
        (values?.fieldsMap ?? [])
          .map(([key]) => key)
          .sort()
          .join(),
      ];
    });
    expect(Object.fromEntries(outputs.filter(([, keys]) => keys !== ""))).toEqual({
      HostImages: "imageNames,nginxlogExporter",
      TenantStack: "adminPassword,data,url",
      PostgresDatabase: "containerId",
      OdooServer: "containerId",
      NginxProxy: "containerId",
      TenantBackup: "containerIds",
      MonitoringStack: "addresses,password",
      Centre: "containerIds",
      Exporters: "containerIds",
      Gateway: "containerId,url",
      SharedService: "containerId",
    });
    // Of a host without a server.
    expect(outputs.filter(([, keys]) => keys === "")).toEqual([["MonitoringStack", ""]]);
  });
});

describe("a host that doesn't answer", () => {
  afterEach(() => jest.restoreAllMocks());

  it("is left as the state has it, by every resource of its engine", async () => {
    const registrations = jest.spyOn(MockMonitor.prototype, "registerResource");
    await register(watchedFleet(), { options: { ignoreChanges: ["*"] } });
    const ofEngine = registrations.mock.calls
      .map(([request]) => request as RegisterResourceRequest)
      .filter((request) => request.getType().startsWith("docker:"));
    expect(new Set(ofEngine.map((request) => request.getType().split(":").at(-1)))).toEqual(
      new Set(["Container", "Network", "RemoteImage", "Volume"]),
    );
    const thawed = ofEngine.filter((request) => request.getIgnorechangesList().join() !== "*");
    expect(thawed.map((request) => request.getName())).toEqual([]);
  });
});
