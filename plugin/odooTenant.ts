import * as pulumi from "@pulumi/pulumi";
import { createTenant, type TenantOutputs } from "../components/tenant/createTenant";
import { settingsOf } from "./settings";

/** Whether a tenant runs, is suspended, or waits for its removal. */
export enum TenantState {
  /** All containers run, and the data is protected. */
  Running = "running",
  /** Containers are stopped but for the tenant's Nginx, which says so; the data is kept, protected. */
  Suspended = "suspended",
  /** Containers and networks are gone; the data is kept and no longer protected. */
  Decommissioned = "decommissioned",
}

/** Base images by version, as references with a tag or a digest. */
export interface BaseImagesArgs {
  /** Odoo by release, e.g. `19.0`. */
  odoo?: Record<string, string>;
  /** PostgreSQL by major version, e.g. `17`. */
  postgres?: Record<string, string>;
  /** Nginx. */
  nginx?: string;
}

/** Arguments of a tenant. They are plain: ports, names and sizes follow from them before anything is created. */
export interface OdooTenantArgs {
  /** The tenant's name: lower-case letters, digits and hyphens. */
  tenantName: string;
  /** The tenant's place on its host, 0 to 999. Port and subnets follow from it. */
  slot: number;
  /** Prefix of the names of all Docker objects. Default: the Pulumi stack's name. */
  environment?: string;
  /** `starter` (the default), `basic`, `pro` or `enterprise`. */
  plan?: string;
  /** Default: running. A tenant has to be decommissioned before it can be removed. */
  state?: TenantState;
  /** Odoo release. Default: `19.0`. */
  odooVersion?: string;
  /** PostgreSQL major version. Default: `17`. */
  postgresVersion?: string;
  /** Modules that a new database starts with, beside `base` and `web`. */
  modules?: string[];
  /** Company name that a new database starts with. Default: the tenant's name, capitalised. */
  company?: string;
  /** Endpoint of the Docker engine. Default: DOCKER_HOST, then the local engine. */
  docker?: string;
  /** Name or address by which customers reach the host. Default: `127.0.0.1`. */
  address?: string;
  /** Address that the port is published on. Default: `127.0.0.1`. */
  bindAddress?: string;
  /** First port of slot 0. Default: 20000. */
  portBase?: number;
  /** Network that the subnets are cut from, a private /16. Default: `10.200.0.0/16`. */
  subnetBase?: string;
  /** Base images. Default: Docker's official ones. */
  images?: BaseImagesArgs;
}

/** One customer's Odoo with its own PostgreSQL and Nginx, hardened, on networks and volumes of its own. */
export class OdooTenant extends pulumi.ComponentResource<TenantOutputs> {
  /** Base URL that customers use. */
  readonly url: pulumi.Output<string>;
  /** Published port of the tenant's web server. */
  readonly port: pulumi.Output<number>;
  /** Name of the tenant's database. */
  readonly database: pulumi.Output<string>;
  /** First password of the user `admin`; a secret. */
  readonly adminPassword: pulumi.Output<string>;

  constructor(name: string, args: OdooTenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:OdooTenant", name, { ...args, prefix: name }, opts);
    const outputs = this.getData();
    // Each by itself: an output of them together would make a secret of all.
    this.url = pulumi.output(outputs.then(({ url }) => url));
    this.port = pulumi.output(outputs.then(({ port }) => port));
    this.database = pulumi.output(outputs.then(({ database }) => database));
    this.adminPassword = pulumi.secret(outputs.then(({ adminPassword }) => adminPassword));
  }

  /** Creates the tenant below this component, after the host was asked whether it can be had. */
  protected override initialize(args: pulumi.Inputs): Promise<TenantOutputs> {
    const { prefix, ...declared } = args as OdooTenantArgs & { prefix: string };
    const settings = { ...settingsOf(declared), tenant: declared.tenantName };
    return createTenant(settings, { prefix, parent: this });
  }
}
