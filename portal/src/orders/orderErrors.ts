import type { AddressFault } from "./addresses.ts";

/** Why an address can't be invited: it is a member's, is invited, or the team is full. */
export type TeamFault = "member" | "invited" | "full";

/** A value of an order, or of what is asked of a tenant, that can't be had. */
export class OrderRefusedError extends Error {
  /** The field. */
  readonly field: "address" | "plan" | "odooVersion" | "sets" | "trial" | "terms" | "at" | "url" | "email" | "domain";
  /** A word that a program can go by. */
  readonly reason: AddressFault | "unknown" | "notOffered" | "had" | "notAccepted" | "outside" | "givenUp" | TeamFault;
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

/** Why something can't be done as things are, where it is known in a word; each has a text on the pages. */
export const stateReasons = [
  "neverReady",
  "notRunning",
  "deleting",
  "busy",
  "restoring",
  "trial",
  "noBackup",
  "noPlace",
  "hasCopy",
  "noCopy",
  "copyGoes",
  "hasDomain",
  "manyDomains",
  "manyOrders",
  "hasPlan",
  "noRoom",
  "noCard",
  "nothingToUndo",
  "isOver",
  "operator",
  "unpaid",
  "expired",
  "trialEnded",
] as const;

/** One of `stateReasons`. */
export type StateReason = (typeof stateReasons)[number];

/** An order, or a tenant, that isn't in the state for what is asked of it. */
export class OrderStateError extends Error {
  /** A word that a program can go by; undefined: the text alone says why. */
  readonly reason: StateReason | undefined;

  constructor(message: string, reason?: StateReason) {
    super(message);
    this.reason = reason;
  }
}
