import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { MonitoringSecrets } from "../../fleet/monitoringSecrets";
import type { GatewayHost, MonitoringHost, ServerHost } from "../../fleet/monitoringTypes";
import { monitoringService } from "../../fleet/security";
import { servedTenants } from "../../fleet/sharedLimits";
import type { WatchedFleet } from "../../fleet/watched";
import { labelList } from "../container/containerDefaults";
import type { HostRefs } from "../host/connectHost";
import { MonitoringServer, type MonitoringServerArgs } from "./server";
import { Exporters } from "./exporters";
import { exporterFiles, serverCommands, serverFiles } from "./files";
import { Gateway, type GatewaySecrets } from "./gateway";
import { sharedImages } from "./images";
import type { SharedHost } from "./sharedService";
import type { WatchedTenant } from "../tenant/tenantStack";

/** What every host's monitoring is made from. */
interface MonitoredArgs {
  /** The fleet, resolved, with `monitoring`. */
  readonly fleet: WatchedFleet;
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Name of the volume with the figures of what copies its backups; undefined: nothing does. */
  readonly figures?: pulumi.Output<string>;
  /** The same of what takes snapshots of what its services keep. */
  readonly snapshotFigures?: pulumi.Output<string>;
  /** Id of the edge's network on it; undefined: it has none. */
  readonly edgeNetwork?: pulumi.Output<string>;
  /** Name of the image of the log exporter on it. */
  readonly nginxlogExporter: pulumi.Output<string>;
  /** The host's running tenants. */
  readonly tenants: readonly WatchedTenant[];
}

/** A host with Prometheus, Alertmanager and Grafana. */
export interface ServerArgs extends MonitoredArgs {
  readonly monitored: ServerHost;
  /** What the configuration keeps secret. */
  readonly secrets: MonitoringSecrets;
  /** How Prometheus reaches the exporters of other hosts; undefined where it watches its own host only. */
  readonly gateways?: GatewaySecrets;
  /** What it watches of tenants, on all of its hosts: Prometheus starts when they are there. */
  readonly stacks: readonly pulumi.Resource[];
}

/** A host whose exporters the Prometheus of another host scrapes. */
export interface GatewayHostArgs extends MonitoredArgs {
  readonly monitored: GatewayHost;
  readonly gateways: GatewaySecrets;
}

export type MonitoringStackArgs = ServerArgs | GatewayHostArgs;

/** Where a host's monitoring is reached: on the host itself, and by the login `admin`. */
export interface MonitoringAddresses {
  /** Prometheus, e.g. `http://127.0.0.1:30000`. */
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Undefined where Grafana's image isn't available. */
  readonly grafana?: string;
}

/** How a host's monitoring is reached. */
export interface MonitoringAccess {
  readonly addresses: MonitoringAddresses;
  /** Password of the login `admin`; a secret. */
  readonly password: pulumi.Output<string>;
  /** Names of the volumes of what its services keep, by service. */
  readonly dataVolumes: MonitoringServer["dataVolumes"];
}

/**
 * What watches a host: exporters of its own, and Prometheus, Alertmanager and Grafana, or a gateway for the Prometheus of
 * another host.
 *
 * The exporters join the networks of the host's tenants at fixed addresses, and listen on the monitoring network alone.
 * Nothing in here holds a customer's data, so nothing is protected: taken out of the configuration, it goes.
 */
export class MonitoringStack extends pulumi.ComponentResource {
  /** How Prometheus, Alertmanager and Grafana are reached; undefined on a host that another one's Prometheus watches. */
  readonly server?: MonitoringAccess;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:MonitoringStack", name, {}, opts);
    const { fleet, refs, tenants } = args;
    const { host, context } = refs;
    const images = sharedImages(name, host, args.nginxlogExporter, { parent: this, ...context.options });
    const network = this.createNetwork(name, args.monitored, context);
    const shared = { monitored: args.monitored, context, network };

    const prober = fleet.edge?.hosts[host.name]?.addresses.blackboxExporter;
    const edgeNetwork =
      args.edgeNetwork && prober !== undefined ? { name: args.edgeNetwork, ipv4Address: prober } : undefined;
    const { figures, snapshotFigures } = args;
    new Exporters(
      name,
      {
        ...{ ...shared, host, images, tenants, figures, snapshotFigures, edgeNetwork },
        served: (service) => servedTenants(fleet, args.monitored, service),
        files: exporterFiles(fleet, host, tenants),
      },
      { parent: this },
    );
    if (isServer(args)) {
      const server = this.createServer(name, args, { ...shared, images });
      const addresses = addressesOf(args.monitored);
      this.server = { addresses, ...server };
      if (addresses.grafana === undefined) {
        const path = "odoo-fleet:images.monitoring.grafana";
        void pulumi.log.info(
          `${path} is null, so host ${host.name} is monitored without Grafana and its dashboards`,
          this,
        );
      }
    } else {
      new Gateway(name, { ...shared, host, image: images("gateway"), secrets: args.gateways }, { parent: this });
    }
    this.registerOutputs(
      this.server ? { addresses: this.server.addresses, password: this.server.password } : undefined,
    );
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
        labels: labelList(context.labels({ sharedOn: host }, monitoringService, [subnet])),
      },
      { parent: this, deleteBeforeReplace: true, ...context.options },
    ).id;
  }

  private createServer(
    name: string,
    { fleet, monitored, secrets, gateways, stacks }: ServerArgs,
    shared: Pick<MonitoringServerArgs, "context" | "network" | "images">,
  ): Omit<MonitoringAccess, "addresses"> {
    // Letters and digits only: it passes through files of several kinds.
    const login = new random.RandomPassword(`${name}-password`, { length: 24, special: false }, { parent: this });
    const { dataVolumes } = new MonitoringServer(
      name,
      {
        ...shared,
        monitored,
        stacks,
        tenants: servedTenants(fleet, monitored, "prometheus"),
        commands: serverCommands(fleet, monitored),
        files: serverFiles(fleet, monitored, {
          ...secrets,
          password: login.result,
          passwordHash: login.bcryptHash,
          gateways,
        }),
      },
      { parent: this },
    );
    return { password: login.result, dataVolumes };
  }
}

function isServer(args: MonitoringStackArgs): args is ServerArgs {
  return args.monitored.role === "server";
}

function addressesOf({ ports, services }: MonitoringHost): MonitoringAddresses {
  const address = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    prometheus: address(ports.prometheus),
    alertmanager: address(ports.alertmanager),
    ...(services.includes("grafana") ? { grafana: address(ports.grafana) } : {}),
  };
}
