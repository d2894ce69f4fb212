/** The resolved model of the portal, on which customers order tenants by themselves: see `types.ts`. */

import type { BackupPolicy } from "./backup";
import type { TenantEdge } from "./edgeTypes";
import type {
  Limits,
  OdooVersion,
  PostgresVersion,
  Sizing,
  TenantAddresses,
  TenantPorts,
  TenantSubnets,
} from "./types";

/** The name that the portal's own objects have in the place of a tenant's. No tenant has it. */
export const portalName = "portal";

/** The portal of a fleet: what runs of it on a host, and what is sold. */
export interface Portal {
  /** In the place of a tenant's name, so that everything that goes by tenants knows the portal's objects too. */
  readonly name: typeof portalName;
  readonly state: "running";
  /** What the edge calls it. */
  readonly company: string;
  /** Host of its own containers. */
  readonly host: string;
  readonly slot: number;
  readonly ports: TenantPorts;
  readonly subnets: TenantSubnets;
  /** Its web process has the addresses of a tenant's Odoo and Nginx. */
  readonly addresses: TenantAddresses;
  readonly names: PortalNames;
  /** How the edge serves it: by one name, its own. */
  readonly edge: TenantEdge;
  /** Where it is reached, without a path. */
  readonly url: string;
  readonly database: string;
  readonly postgresVersion: PostgresVersion;
  /** What its images are built from. */
  readonly baseImages: { readonly node: string; readonly postgres: string };
  readonly sizing: { readonly web: Limits } & Pick<Sizing, "postgres" | "backup" | "drillMiB">;
  readonly backup: BackupPolicy;
  readonly sells: PortalOffer;
  /** Tenants that its worker makes at the same time. */
  readonly atOnce: number;
}

/** Names of its Docker objects. */
export interface PortalNames {
  readonly web: string;
  readonly postgres: string;
  readonly backup: string;
  readonly internalNetwork: string;
  readonly frontNetwork: string;
  readonly databaseVolume: string;
  readonly repositoryVolume: string;
  readonly drillVolume: string;
  readonly drillCopiesVolume: string;
  readonly webConfigVolume: string;
  /** Addresses that no customer gets. */
  readonly addressesVolume: string;
  /** Exports of tenants, until they have been there for their days. */
  readonly exportsVolume: string;
  readonly postgresConfigVolume: string;
  readonly configWriter: string;
}

/** A plan that is sold. */
export interface PlanOffer {
  /** A month, in the currency's smallest unit. */
  readonly price: number;
  /** The same while it sleeps by its active hours; undefined: it is `price`. */
  readonly asleepPrice?: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly trialDays: number;
  /** Days for which the backups of a deleted tenant stay. */
  readonly keepDays: number;
}

/** Slots from the first to the last, both of them in it. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** How customers are invoiced. */
export interface PortalInvoices {
  /** The first month that is, in UTC: `2026-12`. */
  readonly since: string;
  readonly seller: {
    readonly name: string;
    readonly address: readonly string[];
    /** ISO 3166-1. */
    readonly country: string;
    readonly vatId?: string;
    readonly note?: string;
  };
  readonly vatPercent: number;
  readonly dueDays: number;
  /** Days after its due date for which one may stay unpaid before its customer's tenants are suspended; undefined: nobody is reminded or suspended. */
  readonly suspendDays?: number;
  /** How they are paid: as they say, or also by card. Its secrets are in `FleetSecrets`. */
  readonly payment: "invoice" | "stripe";
}

/** A service that customers sign in by. */
export interface PortalService {
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
}

/** Drawings of the portal's pages that a set of modules has one of: `portal/pages/order/SetPicture.tsx`. */
export const setPictures = [
  "shop",
  "invoice",
  "people",
  "box",
  "calendar",
  "globe",
  "chart",
  "chat",
  "factory",
  "wrench",
] as const;

/** A text in the languages of the portal's pages. */
export interface PortalText {
  readonly en: string;
  readonly fr: string;
  readonly ar: string;
}

/** Modules that customers order together. */
export interface ModuleSet {
  /** Sorted, each once. */
  readonly modules: readonly string[];
  readonly title: PortalText;
  readonly summary: PortalText;
  readonly picture: (typeof setPictures)[number];
}

/** What is sold, and how customers are written to. */
export interface PortalOffer {
  /** Below which customers' addresses are. */
  readonly domain: string;
  /** Networks of proxies in front of the edge, in CIDR; undefined: there are none. */
  readonly trustedProxies?: readonly string[];
  /** By the name of the plan. */
  readonly plans: Readonly<Record<string, PlanOffer>>;
  /** The recommended one first. */
  readonly odooVersions: readonly OdooVersion[];
  /** Sets of modules, by name, in the sequence in which they are offered; undefined: none. */
  readonly sets?: Readonly<Record<string, ModuleSet>>;
  /** By host. */
  readonly slots: Readonly<Record<string, SlotRange>>;
  /** Where the terms are; undefined: nowhere. */
  readonly termsUrl?: string;
  readonly confirmHours: number;
  /** Days in which a deletion can be undone. */
  readonly graceDays: number;
  /** Undefined: nobody is invoiced. */
  readonly invoices?: PortalInvoices;
  /** Services to sign in by, by name; undefined: none. Their secrets are in `FleetSecrets`. */
  readonly oidc?: Readonly<Record<string, PortalService>>;
  readonly requestsPerMinute: number;
  readonly mail: PortalMail;
  /** What no customer gets, since declared tenants and the portal have it: addresses below the fleet's domain, and whole domains elsewhere; sorted. */
  readonly takenAddresses: readonly string[];
}

/** The mail server by which customers are written to. Its password is in `FleetSecrets`. */
export interface PortalMail {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  /** Login; undefined: the server asks for none. */
  readonly user?: string;
  readonly requireTls: boolean;
}
