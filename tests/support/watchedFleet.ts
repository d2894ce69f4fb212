/**
 * A fleet's exporters and its Prometheus, as real containers at the addresses that the declaration gives them, with something
 * to look at: a PostgreSQL with Odoo's table of scheduled actions, an Nginx that logs, containers with labels and limits.
 * Exporters run as the program runs them, Prometheus with the rendered configuration and rules; only the pace is another.
 */
import { exporterSpecs } from "../../components/monitoring/exporterSpecs";
import { nobody } from "../../components/monitoring/sharedService";
import { resolveFleet } from "../../fleet";
import { labels } from "../../fleet/labels";
import type { ExporterService, ServerHost, SharedService } from "../../fleet/monitoringTypes";
import { nginxPort } from "../../fleet/ports";
import type { Host, Tenant } from "../../fleet/types";
import { renderPostgresExporterConfig } from "../../monitoring/config/postgresExporter";
import { configPath, files, toldFigures } from "../../monitoring/contract";
import { renderHostFiles, type ServiceFiles } from "../../monitoring/files";
import type { WatchedFleet as DeclaredFleet } from "../../fleet/watched";
import { renderDeclaredRules } from "../../monitoring/rules/declared";
import { baseImages as stackImages } from "./cliStack";
import { hurriedConfig, hurriedRules } from "./hurried";
import { baseImages, type Container, type ContainerFile, docker, Sandbox } from "./imagesSandbox";
import { serverOn } from "./monitoringFleets";
import type { SeriesLabels } from "./selectors";
import { keptLabel, scheduleLabel } from "../../fleet/lifecycle/schedule";
import { declaredLabel, declaredSeries, declaredText } from "../../monitoring/declaredTenant";
import { makeOdooTables, type WatchedContainer, watchedContainers, type WatchedService } from "./watchedTenant";

const password = "only-for-this-test";

/** Declared, and not there: what is known of its names is looked at, and not whether they are served. */
const edge = { domain: "localhost", certificates: "internal" };

/** One running tenant, and one that doesn't run. */
export function watchedFleet(environment: string, subnetBase: string, monitoringImages: object = {}): DeclaredFleet {
  const { images } = stackImages() as { images?: { monitoring?: object } };
  const fleet = resolveFleet(
    {
      hosts: { local: { address: "127.0.0.1", subnetBase, memory: 16_384, cpus: 16 } },
      tenants: { acme: { slot: 1 }, globex: { slot: 2, state: "decommissioned" } },
      monitoring: { pace: 0.001 },
      edge,
      images: { ...images, monitoring: { ...images?.monitoring, ...monitoringImages } },
    },
    environment,
  );
  return { ...fleet, monitoring: fleet.monitoring! };
}

/** The containers. */
export class WatchedFleet extends Sandbox {
  private readonly host: Host;
  private readonly tenant: Tenant;
  private readonly monitored: ServerHost;
  private readonly rendered: Partial<Record<SharedService, ServiceFiles>>;
  private readonly ownNetworks: string[] = [];
  private readonly ownVolumes: string[] = [];
  private prometheus = "";

  constructor(private readonly fleet: DeclaredFleet) {
    super();
    this.host = Object.values(fleet.hosts)[0]!;
    this.tenant = Object.values(fleet.tenants)[0]!;
    this.monitored = serverOn(fleet, this.host.name);
    this.rendered = renderHostFiles(fleet, this.host.name);
  }

  /** Starts everything; Prometheus last, so that its first scrape finds all targets. */
  async begin(): Promise<void> {
    const { tenant, monitored } = this;
    await this.makeNetwork(this.networkNames.monitoring, monitored.subnet, monitored.addresses.engine);
    // The tenant's two networks are one here, which spans the subnets of both.
    const slot = tenant.subnets.internal.replace("/27", "/26");
    await this.makeNetwork(this.networkNames.tenant, slot, tenant.addresses.internalGateway);
    const watched = watchedContainers(tenant, password);
    const [postgres] = await Promise.all([
      this.startTenants("postgres", watched.postgres),
      this.startTenants("odoo", watched.odoo),
      ...this.startExporters(),
      this.startAlertmanager(),
      this.startOwnStack(),
    ]);
    await Promise.all([this.startTenants("nginx", watched.nginx), makeOdooTables(postgres, tenant.database, password)]);
    await this.startPrometheus();
    // The kernel kills what needs more memory than its container may have, and the engine tells of it.
    await postgres.exec("sh", "-c", "head -c 1G /dev/zero | tail; true");
  }

  /**
   * A tenant in a stack of its own: what is declared of it, two of its containers, and what its helper tells. Among that are a line of
   * somebody else's and one that is no figure.
   */
  private async startOwnStack(): Promise<void> {
    const { environment } = this.fleet;
    const host = this.host.name;
    const tenant = resolveFleet(
      { hosts: { [host]: {} }, tenants: { initech: { slot: 9, domains: ["initech.test"] } }, edge },
      environment,
    ).tenants["initech"]!;
    const own = { environment, host, tenant: tenant.name, configHash: "none" };
    const volume = `${environment}-initech-declared`;
    const described = {
      ...labels({ ...own, service: "declared" }),
      [declaredLabel]: declaredText(declaredSeries(tenant, false)),
    };
    await docker("volume", "create", ...labelOptions(described), volume);
    this.ownVolumes.push(volume);
    // Another one has a schedule, and was stopped by its host.
    for (const [service, label, text] of [
      ["schedule", scheduleLabel, "1 4000000000 running 2"],
      ["kept", keptLabel, "suspended 2"],
    ] as const) {
      const name = `${volume}-${service}`;
      await docker(
        "volume",
        "create",
        ...labelOptions({ ...labels({ ...own, tenant: "hooli", service }), [label]: text }),
        name,
      );
      this.ownVolumes.push(name);
    }
    const start = async (service: "odoo" | "postgres" | "backup" | "configWriter", check: string): Promise<void> => {
      const all = {
        ...labels({ ...own, service: service === "configWriter" ? "tenant-config" : service }),
        "odoo-fleet.stack-id": "initechs",
      };
      await this.start({
        image: baseImages().nginx,
        options: [
          ...[`--name=${tenant.names[service]}`, "--network=none", ...labelOptions(all)],
          ...["--entrypoint=sleep", `--health-cmd=${check}`, "--health-interval=1s"],
        ],
        command: ["1d"],
      });
    };
    const told = [
      ...toldFigures.filter((figure) => !/_backup_|_wal_/.test(figure)).map((figure) => `${figure} 1`),
      'odoo_fleet_backup_last_success_timestamp_seconds{kind=\\"database\\"} 1764000001',
      "odoo_fleet_wal_waiting_seconds 1.5",
      'odoo_fleet_wal_waiting_seconds{tenant=\\"acme\\"} 99999',
      "odoo_fleet_tenants_seen_timestamp_seconds 1",
    ];
    // The last one is no container that is declared: it is over when it has written.
    await Promise.all((["odoo", "postgres", "configWriter"] as const).map((service) => start(service, "true")));
    await start("backup", `printf "${told.join("\\n")}\\n"`);
  }

  /** Starts Grafana as the fleet does. @returns its address; it need not be ready. */
  async startGrafana(
    image: string,
    contents: Readonly<Record<string, string>>,
    adminPassword: string,
  ): Promise<string> {
    const folders = ["--read-only", "--tmpfs=/tmp:mode=1777", "--tmpfs=/var/lib/grafana:mode=1777"];
    const container = await this.start({
      image,
      options: [...this.sharedPlace("grafana"), "--user=472:0", ...folders, "--publish=127.0.0.1::3000"],
      env: { GF_PATHS_CONFIG: configPath(files.grafana.config) },
      files: readable({ ...contents, [files.grafana.password]: adminPassword }),
    });
    return `http://${await docker("port", container.id, "3000/tcp")}`;
  }

  /** Asks Nginx for answers of every class, which it logs. */
  async visit(): Promise<void> {
    const address = `http://${this.tenant.addresses.nginxFront}:${nginxPort}`;
    await Promise.all(
      ["", "/moved", "/missing", "/broken"].map((path) => fetch(address + path, { redirect: "manual" })),
    );
  }

  /** An answer of Prometheus's API. */
  async ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await fetch(`${this.prometheus}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (!response.ok) {
      throw new Error(`${path}: ${error ?? response.status}`);
    }
    return data;
  }

  /** Labels of every target that Prometheus has. */
  async targets(): Promise<readonly SeriesLabels[]> {
    const { activeTargets } = await this.ask<{ activeTargets: { labels: SeriesLabels }[] }>("targets");
    return activeTargets.map(({ labels }) => labels);
  }

  /** Every series that Prometheus has. */
  series(): Promise<SeriesLabels[]> {
    return this.ask("series", { "match[]": '{__name__!=""}' });
  }

  override async clean(): Promise<void> {
    await super.clean();
    await Promise.all(this.ownNetworks.splice(0).map((name) => docker("network", "rm", name)));
    await Promise.all(this.ownVolumes.splice(0).map((name) => docker("volume", "rm", name)));
  }

  private get networkNames(): Record<"monitoring" | "tenant", string> {
    const { environment } = this.fleet;
    return { monitoring: `${environment}-monitoring`, tenant: `${environment}-tenant` };
  }

  private async makeNetwork(name: string, subnet: string, gateway: string): Promise<void> {
    await docker(
      ...["network", "create", "--label", "odoo-fleet.test=watched", "--subnet", subnet, "--gateway", gateway, name],
    );
    this.ownNetworks.push(name);
  }

  private place(name: string, address: string, service: string, tenant?: Tenant): string[] {
    const { environment } = this.fleet;
    const own = {
      ...labels({ environment, host: this.host.name, service, tenant: tenant?.name, configHash: "none" }),
      "odoo-fleet.stack-id": "own",
    };
    const network = tenant ? this.networkNames.tenant : this.networkNames.monitoring;
    return [...[`--name=${name}`, `--network=${network}`, `--ip=${address}`], ...labelOptions(own)];
  }

  private startTenants(service: WatchedService, { address, ...spec }: WatchedContainer): Promise<Container> {
    // Limits, so that there is something to say about them.
    const limits = ["--memory=256m", "--cpus=0.5"];
    return this.start({
      ...spec,
      options: [...this.place(this.tenant.names[service], address, service, this.tenant), ...limits],
    });
  }

  private startExporters(): Promise<Container>[] {
    const { nodeExporter, cadvisor, blackboxExporter, postgresExporter, nginxlogExporter } = baseImages().monitoring;
    return [
      this.startExporter("node-exporter", nodeExporter),
      this.startExporter("engine-proxy", baseImages().nginx),
      this.startExporter("cadvisor", cadvisor),
      this.startExporter("blackbox-exporter", blackboxExporter),
      this.startExporter("postgres-exporter", postgresExporter),
      this.startExporter("nginxlog-exporter", nginxlogExporter),
    ];
  }

  /** As the component runs it, but without its limits, and without waiting for it to be healthy. */
  private startExporter(service: ExporterService, image: string): Promise<Container> {
    const spec = exporterSpecs({ environment: this.fleet.environment, monitored: this.monitored, host: this.host })[
      service
    ];
    const { user = nobody, command, entrypoints = [], files: own, mounts = [], tmpfs = {}, joins } = spec;
    const [program, ...first] = entrypoints;
    return this.start({
      image,
      options: [
        ...this.sharedPlace(service),
        // The log exporter's published image doesn't know the user of the fleet's own.
        `--user=${service === "nginxlog-exporter" ? nobody : user}`,
        ...(program === undefined ? [] : [`--entrypoint=${program}`]),
        ...mounts.map(({ hostPath, containerPath }) => `--volume=${hostPath}:${containerPath}:ro`),
        ...Object.entries(tmpfs).map(([path, options]) => `--tmpfs=${path}:${options}`),
      ],
      files: readable({ ...this.rendered[service], ...own, ...(service === "postgres-exporter" ? this.logins() : {}) }),
      command: [...first, ...command].map((argument) =>
        argument.replace("housekeeping_interval=15s", "housekeeping_interval=1s").replace("sleep 15\n", "sleep 1\n"),
      ),
      joins: joins ? { [this.networkNames.tenant]: this.tenant.addresses[joins.address] } : {},
    });
  }

  private logins(): Record<string, string> {
    const logins = renderPostgresExporterConfig(this.fleet, this.host, { [this.tenant.name]: password });
    return { [files["postgres-exporter"].config]: logins };
  }

  private startAlertmanager(): Promise<Container> {
    return this.start({
      image: baseImages().monitoring.alertmanager,
      options: this.sharedPlace("alertmanager"),
      files: readable(this.rendered.alertmanager!),
      command: [
        `--config.file=${configPath(files.alertmanager.config)}`,
        ...["--storage.path=/alertmanager", "--cluster.listen-address="],
      ],
    });
  }

  private async startPrometheus(): Promise<void> {
    const own = this.rendered.prometheus!;
    const declared = renderDeclaredRules(this.fleet, this.monitored);
    const container = await this.start({
      image: baseImages().monitoring.prometheus,
      options: [...this.sharedPlace("prometheus"), "--publish=127.0.0.1::9090"],
      command: [`--config.file=${configPath(files.prometheus.config)}`, "--storage.tsdb.path=/prometheus"],
      files: readable({
        [files.prometheus.config]: hurriedConfig(own[files.prometheus.config]!),
        [files.prometheus.declaredRules]: declared,
        [files.prometheus.recordingRules]: hurriedRules(own[files.prometheus.recordingRules]!),
        [files.prometheus.alertRules]: hurriedRules(own[files.prometheus.alertRules]!),
        [files.prometheus.password]: password,
      }),
    });
    this.prometheus = `http://${await docker("port", container.id, "9090/tcp")}`;
    await container.until("wget -q -O /dev/null http://127.0.0.1:9090/-/ready");
  }

  private sharedPlace(service: SharedService): string[] {
    const { names, addresses } = this.monitored;
    return this.place(names.containers[service], addresses.services[service], service);
  }
}

function labelOptions(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
}

function readable(contents: Readonly<Record<string, string>>): Record<string, ContainerFile> {
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [configPath(name), { content }]));
}
