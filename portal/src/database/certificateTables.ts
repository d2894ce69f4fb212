/** A Prometheus of the fleet that told what the edges serve with. */
export interface CertificateLookTable {
  /** The host that it runs on. */
  readonly monitor: string;
  /** When it answered last. */
  readonly answered_at: Date;
}

/** What a name at an edge is served with, as of that answer. */
export interface CertificateTable {
  readonly monitor: string;
  /** The host that serves it. */
  readonly host: string;
  readonly name: string;
  /** Of whom it is: a tenant, or the portal. */
  readonly tenant: string;
  readonly authority: "acme" | "internal";
  /** null: it was served without any. */
  readonly ends_at: Date | null;
}
