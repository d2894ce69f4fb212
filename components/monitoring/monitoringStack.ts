import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { MonitoringSecrets } from "../../fleet/monitoringSecrets";
import type { MonitoringHost } from "../../fleet/monitoringTypes";
import { servedTenants } from "../../fleet/sharedLimits";
import type { WatchedFleet } from "../../monitoring/files";
import { labelList } from "../container/containerDefaults";
import type { HostRefs } from "../host/connectHost";
import { MonitoringServer } from "./server";
import { Exporters } from "./exporters";
import { centralCommands, centralFiles, exporterFiles } from "./files";
import { Gateway, type GatewaySecrets } from "./gateway";
import { sharedImages } from "./images";
import type { SharedHost } from "./sharedService";
import type { WatchedTenant } from "../tenant/tenantStack";

export interface MonitoringStackArgs {
  /** The fleet, resolved, with `monitoring`. */
  readonly fleet: WatchedFleet;
  /** The host that is watched, or that watches; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** The host's running tenants. */
  readonly tenants: readonly WatchedTenant[];
  /** What the configuration keeps secret. */
  readonly secrets: MonitoringSecrets;
  /** How the Prometheus of one host gets to the exporters of others; undefined where each host has its own. */
  readonly gateways?: GatewaySecrets;
}

/** Where a host's monitoring is reached: on the host itself, and by the login `admin`. */
export interface MonitoringAddresses {
  /** Prometheus, e.g. `http://127.0.0.1:30000`. */
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Undefined where Grafana's image isn't available. */
  readonly grafana?: string;
}

/**
 * What watches a host: exporters of its own, and Prometheus, Alertmanager and Grafana, or a gateway for the Prometheus of
 * another host.
 *
 * The exporters join the networks of the host's tenants at fixed addresses, and listen on the monitoring network alone.
 * Nothing in here holds a customer's data, so nothing is protected: taken out of the configuration, it goes.
 */
export class MonitoringStack extends pulumi.ComponentResource {
  /** Undefined on a host that another one's Prometheus watches. */
  readonly addresses?: MonitoringAddresses;
  /** Password of the login `admin`; a secret. */
  readonly password?: pulumi.Output<string>;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:MonitoringStack", name, {}, opts);
    const { fleet, refs, tenants } = args;
    const { host, context } = refs;
    const monitored = fleet.monitoring.hosts[host.name]!;
    const images = sharedImages(name, host, monitored, refs.images.nginxlogExporter!, {
      parent: this,
      ...context.options,
    });
    const shared = { monitored, context, network: this.createNetwork(name, monitored, context) };

    new Exporters(
      name,
      { ...shared, host, images, tenants, files: exporterFiles(fleet, host, tenants) },
      { parent: this },
    );
    if (monitored.watches.length > 0) {
      this.password = this.createServer(name, args, shared, images);
      this.addresses = addressesOf(monitored);
      if (this.addresses.grafana === undefined) {
        const path = "odoo-fleet:images.monitoring.grafana";
        void pulumi.log.info(
          `${path} is null, so host ${host.name} is watched without Grafana and its dashboards`,
          this,
        );
      }
    } else {
      new Gateway(name, { ...shared, host, image: images.nginx, secrets: args.gateways! }, { parent: this });
    }
    this.registerOutputs({ addresses: this.addresses, password: this.password });
  }

  private createNetwork(
    name: string,
    { host, subnet, addresses, names }: MonitoringHost,
    context: SharedHost["context"],
  ): pulumi.Output<string> {
    return new docker.Network(
      `${name}-network`,
      {
        name: names.network,
        driver: "bridge",
        internal: false,
        ipamConfigs: [{ subnet, gateway: addresses.engine }],
        labels: labelList(context.labels({ sharedOn: host }, "monitoring", [subnet])),
      },
      { parent: this, deleteBeforeReplace: true, ...context.options },
    ).id;
  }

  private createServer(
    name: string,
    { fleet, refs, secrets, gateways }: MonitoringStackArgs,
    shared: SharedHost,
    images: ReturnType<typeof sharedImages>,
  ): pulumi.Output<string> {
    // Letters and digits only: it passes through files of several kinds.
    const login = new random.RandomPassword(`${name}-password`, { length: 24, special: false }, { parent: this });
    new MonitoringServer(
      name,
      {
        ...shared,
        host: refs.host,
        images,
        tenants: servedTenants(fleet, shared.monitored, "prometheus"),
        commands: centralCommands(fleet, shared.monitored),
        files: centralFiles(fleet, shared.monitored, {
          ...secrets,
          password: login.result,
          passwordHash: login.bcryptHash,
          gateways,
        }),
      },
      { parent: this },
    );
    return login.result;
  }
}

function addressesOf({ ports, services }: MonitoringHost): MonitoringAddresses {
  const address = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    prometheus: address(ports.prometheus),
    alertmanager: address(ports.alertmanager),
    ...(services.includes("grafana") ? { grafana: address(ports.grafana) } : {}),
  };
}
