import type { AddressFault } from "./addresses.ts";

/** A value of an order, or of what is asked of a tenant, that can't be had. */
export class OrderRefusedError extends Error {
  /** The field. */
  readonly field: "address" | "plan" | "odooVersion" | "trial" | "terms" | "at" | "url";
  /** A word that a program can go by. */
  readonly reason: AddressFault | "unknown" | "notOffered" | "had" | "notAccepted" | "outside" | "givenUp";
  /** What a person reads: what was expected, and the way out. */
  readonly detail: string;

  constructor(
    field: OrderRefusedError["field"],
    reason: OrderRefusedError["reason"],
    detail: OrderRefusedError["detail"],
  ) {
    super(`${field}: ${detail}`);
    this.field = field;
    this.reason = reason;
    this.detail = detail;
  }
}

/** An order that isn't in the state for what is asked of it. */
export class OrderStateError extends Error {}
