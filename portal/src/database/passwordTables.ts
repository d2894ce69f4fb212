/** A link by which a customer sets his tenant's password, until the worker has put it into the tenant. Of its token only the hash is here. */
export interface PasswordLinkTable {
  readonly tenant_id: string;
  /** SHA-256, hexadecimal. */
  readonly token_hash: string;
  /** Until when it works. */
  readonly until: Date;
}
