import { type RawBuilder, sql } from "kysely";

/** Of each row with `tenant`: whether its containers run, as it was brought to or as a visit has woken it. */
export const isAwake: RawBuilder<boolean> = sql`(tenant.made_state = 'running' or tenant.woken_at is not null)`;
