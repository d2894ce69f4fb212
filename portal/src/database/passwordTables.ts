import type { ColumnType } from "kysely";

/** What a link is for: setting the password of a tenant's administrator, or signing in as him. */
export type LinkPurpose = "password" | "login";

/** A link by which a customer sets his tenant's password, or signs in to it, until the worker has put it into the tenant. Of its token only the hash is here. */
export interface PasswordLinkTable {
  readonly tenant_id: string;
  readonly purpose: ColumnType<LinkPurpose, LinkPurpose, never>;
  /** Who asked for it: it goes with him. */
  readonly member_id: string;
  /** SHA-256, hexadecimal. */
  readonly token_hash: string;
  /** Until when it works. */
  readonly until: Date;
}
