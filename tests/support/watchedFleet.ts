/**
 * A fleet's exporters and its Prometheus, as real containers at the addresses that the declaration gives them, with something
 * to look at: a PostgreSQL with Odoo's table of scheduled actions, an Nginx that logs, containers with labels and limits.
 * Prometheus runs with the rendered configuration and rules; only its pace is another.
 */
import { setTimeout } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { certificateAuthority } from "../../components/monitoring/certificates";
import { hostCollectors, unusedGroups, unusedQuestions } from "../../components/monitoring/exporters";
import { renderNginxConf } from "../../components/render/nginxConf";
import { odooPorts } from "../../components/render/odooConf";
import { resolveFleet } from "../../fleet";
import { labels } from "../../fleet/labels";
import type { Monitoring, MonitoringHost } from "../../fleet/monitoringTypes";
import { nginxPort } from "../../fleet/ports";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { renderAlertmanagerConfig } from "../../monitoring/config/alertmanager";
import { renderBlackboxConfig } from "../../monitoring/config/blackbox";
import { renderNginxlogConfig } from "../../monitoring/config/nginxlog";
import { renderPostgresExporterConfig, renderPostgresQueries } from "../../monitoring/config/postgresExporter";
import { renderPrometheusConfig } from "../../monitoring/config/prometheus";
import {
  configPath,
  containerLabels,
  files,
  jobs,
  monitoringRole,
  probeModules,
  servicePorts,
} from "../../monitoring/contract";
import { renderDeclaredRules } from "../../monitoring/rules/declared";
import { renderRecordingRules } from "../../monitoring/rules/recording";
import { renderAlertRules } from "../../monitoring/rules/render";
import { baseImages as stackImages } from "./cliStack";
import { baseImages, type Container, type ContainerFile, docker, Sandbox } from "./imagesSandbox";
import type { SeriesLabels } from "./selectors";

const password = "only-for-this-test";

/** One running tenant, and one that doesn't run. */
export function watchedFleet(
  environment: string,
  subnetBase: string,
  monitoringImages: object = {},
): Fleet & { readonly monitoring: Monitoring } {
  const { images } = stackImages() as { images?: { monitoring?: object } };
  const fleet = resolveFleet(
    {
      hosts: { local: { address: "127.0.0.1", subnetBase, memory: 16_384, cpus: 16 } },
      tenants: { acme: { slot: 1 }, globex: { slot: 2, state: "decommissioned" } },
      monitoring: { pace: 0.001 },
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
  private readonly monitored: MonitoringHost;
  private readonly ownNetworks: string[] = [];
  private prometheus = "";

  constructor(private readonly fleet: Fleet & { readonly monitoring: Monitoring }) {
    super();
    this.host = Object.values(fleet.hosts)[0]!;
    this.tenant = Object.values(fleet.tenants)[0]!;
    this.monitored = fleet.monitoring.hosts[this.host.name]!;
  }

  /** Starts everything; Prometheus last, so that its first scrape finds all targets. */
  async begin(): Promise<void> {
    const { tenant, monitored } = this;
    await this.makeNetwork(this.networkNames.monitoring, monitored.subnet, monitored.addresses.engine);
    // The tenant's two networks are one here, which spans the subnets of both.
    const slot = tenant.subnets.internal.replace("/27", "/26");
    await this.makeNetwork(this.networkNames.tenant, slot, tenant.addresses.internalGateway);
    const [postgres] = await Promise.all([this.startPostgres(), this.startOdoo(), ...this.startExporters()]);
    await Promise.all([this.startNginx(), this.makeOdooTables(postgres)]);
    await this.startPrometheus();
  }

  /** Starts Grafana as the fleet does. @returns its address; it need not be ready. */
  async startGrafana(
    image: string,
    contents: Readonly<Record<string, string>>,
    adminPassword: string,
  ): Promise<string> {
    const { addresses, names } = this.monitored;
    const container = await this.start({
      image,
      options: [
        ...this.place(names.containers.grafana, addresses.services.grafana, "grafana"),
        ...[
          "--user=472:0",
          "--read-only",
          "--tmpfs=/tmp:mode=1777",
          "--tmpfs=/var/lib/grafana:mode=1777",
          "--publish=127.0.0.1::3000",
        ],
      ],
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

  /** Every series that Prometheus has. */
  series(): Promise<SeriesLabels[]> {
    return this.ask("series", { "match[]": '{__name__!=""}' });
  }

  override async clean(): Promise<void> {
    await super.clean();
    await Promise.all(this.ownNetworks.splice(0).map((name) => docker("network", "rm", name)));
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
    const own = labels({ environment, host: this.host.name, service, tenant: tenant?.name, configHash: "none" });
    return [
      ...[
        "--name",
        name,
        "--network",
        tenant ? this.networkNames.tenant : this.networkNames.monitoring,
        "--ip",
        address,
      ],
      ...Object.entries(own).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ];
  }

  private tenantPlace(service: "postgres" | "odoo" | "nginx", address: string): string[] {
    // Limits, so that there is something to say about them.
    return [...this.place(this.tenant.names[service], address, service, this.tenant), "--memory=256m", "--cpus=0.5"];
  }

  private startPostgres(): Promise<Container> {
    return this.start({
      image: baseImages().postgres,
      options: this.tenantPlace("postgres", this.tenant.addresses.postgresInternal),
      env: { POSTGRES_PASSWORD: password, POSTGRES_DB: this.tenant.database },
    });
  }

  private async makeOdooTables(postgres: Container): Promise<void> {
    const statements = [
      `CREATE ROLE ${monitoringRole} LOGIN PASSWORD '${password}'`,
      `GRANT pg_monitor TO ${monitoringRole}`,
      "CREATE TABLE ir_cron (active boolean, nextcall timestamp)",
      "INSERT INTO ir_cron VALUES (true, timezone('UTC', now()) - interval '1 hour')",
      `GRANT SELECT ON ir_cron TO ${monitoringRole}`,
    ];
    await postgres.until("pg_isready --quiet --host 127.0.0.1");
    const options = statements.map((statement) => `--command "${statement}"`).join(" ");
    await postgres.shell(`psql --username postgres ${this.tenant.database} ${options}`);
  }

  /** Answers of every class in Odoo's place, by path. */
  private startOdoo(): Promise<Container> {
    return this.start({
      image: baseImages().nginx,
      options: this.tenantPlace("odoo", this.tenant.addresses.odooFront),
      files: {
        "/etc/nginx/conf.d/default.conf": {
          content: `server {
            listen ${odooPorts.http};
            location = /web/health { return 200 '{"status": "pass"}'; }
            location = /moved { return 301 /; }
            location = /missing { return 404; }
            location = /broken { return 503; }
            location / { return 200; }
          }`,
        },
      },
    });
  }

  /** The tenant's Nginx with the program's own configuration, and a listener with a certificate, as a gateway is. */
  private startNginx(): Promise<Container> {
    const config = renderNginxConf({
      tenant: this.tenant.name,
      odooAddress: this.tenant.addresses.odooFront,
      workers: 0,
      uploadMiB: 1,
      cacheMiB: 1,
      logReaderAddress: this.tenant.addresses.nginxlogExporterFront,
    });
    const { certificate, key } = certificateAuthority("a seed that only this test has!!").issue([this.host.name]);
    const listener = `server { listen ${servicePorts.gateway} ssl; ssl_certificate /tmp/own.pem; ssl_certificate_key /tmp/own.key; }`;
    return this.start({
      image: baseImages().nginx,
      options: this.tenantPlace("nginx", this.tenant.addresses.nginxFront),
      files: {
        "/etc/nginx/nginx.conf": { content: config.replace(/\}\s*$/, `${listener}\n}\n`) },
        "/tmp/own.pem": { content: certificate },
        "/tmp/own.key": { content: key },
      },
    });
  }

  private startExporters(): Promise<Container>[] {
    const images = baseImages().monitoring;
    const { addresses, names } = this.monitored;
    const shared = (
      service: keyof typeof servicePorts,
      image: string,
      command: readonly string[],
      contents: Readonly<Record<string, string>> = {},
      { options = [], inTenant }: { readonly options?: readonly string[]; readonly inTenant?: string } = {},
    ): Promise<Container> =>
      this.start({
        image,
        options: [...this.place(names.containers[service], addresses.services[service], service), ...options],
        files: readable(contents),
        command,
        joins: inTenant === undefined ? {} : { [this.networkNames.tenant]: inTenant },
      });
    const inTenant = this.tenant.addresses;
    return [
      shared(
        "node-exporter",
        images.nodeExporter,
        ["--path.rootfs=/host", "--collector.disable-defaults", ...hostCollectors.map((name) => `--collector.${name}`)],
        {},
        { options: ["--volume=/:/host:ro"] },
      ),
      shared(
        "cadvisor",
        images.cadvisor,
        [
          ...["--docker_only=true", "--housekeeping_interval=1s", "--store_container_labels=false"],
          `--whitelisted_container_labels=${containerLabels.join(",")}`,
          `--disable_metrics=${unusedGroups.join(",")}`,
        ],
        {},
        {
          options: [
            "--volume=/sys:/sys:ro",
            "--volume=/proc:/rootfs/proc:ro",
            "--volume=/var/run/docker.sock:/var/run/docker.sock:ro",
            "--volume=/var/lib/docker/image:/rootfs/var/lib/docker/image:ro",
          ],
        },
      ),
      shared(
        "blackbox-exporter",
        images.blackboxExporter,
        [`--config.file=${configPath(files["blackbox-exporter"].config)}`],
        { [files["blackbox-exporter"].config]: renderBlackboxConfig() },
        { inTenant: inTenant.blackboxExporterFront },
      ),
      shared(
        "postgres-exporter",
        images.postgresExporter,
        [
          `--config.file=${configPath(files["postgres-exporter"].config)}`,
          `--extend.query-path=${configPath(files["postgres-exporter"].queries)}`,
          ...unusedQuestions.map((collector) => `--no-collector.${collector}`),
        ],
        {
          [files["postgres-exporter"].config]: renderPostgresExporterConfig(this.fleet, this.host, { acme: password }),
          [files["postgres-exporter"].queries]: renderPostgresQueries(),
        },
        { inTenant: inTenant.postgresExporterInternal },
      ),
      shared(
        "nginxlog-exporter",
        images.nginxlogExporter,
        ["-config-file", configPath(files["nginxlog-exporter"].config)],
        { [files["nginxlog-exporter"].config]: renderNginxlogConfig(this.fleet, this.host) },
        { inTenant: inTenant.nginxlogExporterFront },
      ),
      shared(
        "alertmanager",
        images.alertmanager,
        [
          `--config.file=${configPath(files.alertmanager.config)}`,
          ...["--storage.path=/alertmanager", "--cluster.listen-address="],
        ],
        { [files.alertmanager.config]: renderAlertmanagerConfig(this.fleet) },
      ),
    ];
  }

  private async startPrometheus(): Promise<void> {
    const { addresses, names } = this.monitored;
    const container = await this.start({
      image: baseImages().monitoring.prometheus,
      options: [
        ...this.place(names.containers.prometheus, addresses.services.prometheus, "prometheus"),
        "--publish=127.0.0.1::9090",
      ],
      command: [`--config.file=${configPath(files.prometheus.config)}`, "--storage.tsdb.path=/prometheus"],
      files: readable({
        [files.prometheus.config]: this.hurried(renderPrometheusConfig(this.fleet, this.monitored)),
        [files.prometheus.declaredRules]: renderDeclaredRules(this.fleet, this.monitored, { maxAge: { acme: 86_400 } }),
        [files.prometheus.recordingRules]: hurriedRules(renderRecordingRules()),
        [files.prometheus.alertRules]: hurriedRules(renderAlertRules(this.fleet.monitoring, this.monitored)),
        [files.prometheus.password]: password,
      }),
    });
    this.prometheus = `http://${await docker("port", container.id, "9090/tcp")}`;
    await container.until("wget -q -O /dev/null http://127.0.0.1:9090/-/ready");
  }

  /** The rendered configuration with a scrape a second, and a look at a certificate: what a gateway's would be. */
  private hurried(rendered: string): string {
    const config = parse(rendered) as { global: object; scrape_configs: object[] };
    const { services } = this.monitored.addresses;
    const certificate = {
      job_name: "certificate",
      static_configs: [
        {
          targets: [`${services["blackbox-exporter"]}:${servicePorts["blackbox-exporter"]}`],
          labels: {
            ...{ environment: this.fleet.environment, host: this.host.name, job: jobs.blackbox, service: "gateway" },
            ...{ __metrics_path__: "/probe", __param_module: probeModules.tls },
            __param_target: `${this.tenant.addresses.nginxFront}:${servicePorts.gateway}`,
          },
        },
      ],
    };
    return stringify({
      ...config,
      global: { ...config.global, scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
      scrape_configs: [...config.scrape_configs, certificate],
    });
  }
}

function hurriedRules(rendered: string): string {
  const { groups } = parse(rendered) as { groups: { interval?: string }[] };
  return stringify({ groups: groups.map((group) => ({ ...group, interval: "1s" })) });
}

function readable(contents: Readonly<Record<string, string>>): Record<string, ContainerFile> {
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [configPath(name), { content }]));
}

/** Repeats a question until its answer is right. @throws Error with the last answer after `seconds`. */
export async function eventually<T>(
  question: () => Promise<T>,
  isRight: (answer: T) => boolean,
  seconds: number,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (isRight(answer)) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s: ${JSON.stringify(answer).slice(0, 3000)}`);
    }
    await setTimeout(500);
  }
}
