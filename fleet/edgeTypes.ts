/** The resolved model of what serves tenants by HTTPS: see `types.ts`. */

/** How the tenants of all hosts are served by HTTPS. */
export interface Edge {
  /** Domain below which each tenant has its address. */
  readonly domain: string;
  readonly certificates: CertificateSource;
  /** Ports that each edge is published on, that of HTTPS of UDP for HTTP/3 too; and the one of HTTPS that clients use, which something in front of it may have. */
  readonly ports: { readonly http: number; readonly https: number; readonly public: number };
  /** Seconds that browsers ask for HTTPS alone; 0: it isn't said. */
  readonly hstsSeconds: number;
  /** Networks of proxies in front of the edge, whose word on the client's address counts. */
  readonly trustedProxies: readonly string[];
  /** By whom the wildcard certificate below the domain is proven; undefined: each name has a certificate of its own. */
  readonly wildcard?: Wildcard;
  /** The edges by host; each host of the fleet has one. */
  readonly hosts: Readonly<Record<string, EdgeHost>>;
}

/** Who signs certificates: an authority that is reached by ACME, or one that each edge makes for itself. */
export type CertificateSource =
  | {
      readonly kind: "acme";
      readonly directory: string;
      /** Whom the authority writes to; undefined: nobody. */
      readonly email?: string;
      /** What its own server is trusted by, PEM; undefined: the public authorities. */
      readonly root?: string;
    }
  | { readonly kind: "internal" };

/** How the wildcard certificate is ordered (DNS-01). The provider's credentials are in `FleetSecrets`. */
export interface Wildcard {
  /** The DNS provider, as lego calls it. */
  readonly provider: string;
  /** DNS servers, `ADDRESS:PORT`, that records are looked up at; empty: the host's. */
  readonly resolvers: readonly string[];
}

/** The edge of a host. */
export interface EdgeHost {
  readonly host: string;
  /** The edge's network. Tenants aren't on it: their Nginx is published on the engine's address there. */
  readonly subnet: string;
  readonly addresses: {
    /** The engine's own. */
    readonly engine: string;
    /** The edge's container. */
    readonly edge: string;
    /** What probes it, where the host is watched. */
    readonly blackboxExporter: string;
    /** What lets the edge ask the engine for the routes of tenants. */
    readonly engineProxy: string;
  };
  readonly names: {
    readonly container: string;
    readonly network: string;
    /** Configuration, which changes while the edge runs. */
    readonly configVolume: string;
    /** Certificates, keys and the account at the authority. */
    readonly dataVolume: string;
    /** Container and configuration of what lets the edge ask the engine for routes. */
    readonly engineProxy: string;
    readonly engineProxyConfigVolume: string;
    /** Container and network of what orders the wildcard certificate; there where `Edge.wildcard` is. */
    readonly wildcard: string;
    readonly wildcardConfigVolume: string;
    /** The wildcard certificate, its key, and the account that it was ordered by. */
    readonly wildcardDataVolume: string;
  };
}

/** How a tenant is served by the edge of its host. */
export interface TenantEdge {
  /** Host names that are served; the first is the one of `url`. */
  readonly names: readonly string[];
  /** The customer's own names, served or not yet. */
  readonly domains: readonly string[];
  /** Those that aren't served yet, since nothing proves that they are the customer's. */
  readonly unproven: readonly string[];
  /** The engine's address on the edge's network, on which the tenant's Nginx is published for the edge alone. */
  readonly address: string;
}
