import { ConcurrentUpdateError, StackAlreadyExistsError, StackNotFoundError } from "@pulumi/pulumi/automation";
import { RefusedError } from "odoo-fleet";
import type { ConfigProblem } from "odoo-fleet/fleet";

/** A request that makes no sense. */
export class BadRequestError extends Error {}

/** A tenant of this name was ordered already. */
export class TenantExistsError extends Error {}

/** An answer that says what went wrong. */
export interface Failure {
  readonly status: 400 | 404 | 409 | 422 | 500;
  readonly error: string;
  /** What is wrong with the declaration: path, value, what was expected, and the way out. */
  readonly problems?: readonly ConfigProblem[];
}

/** What the client is told of an error. Text of an unexpected one stays in the service's log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RefusedError) {
    return { status: 422, error: "the tenant's declaration was refused", problems: error.problems };
  }
  if (error instanceof ConcurrentUpdateError) {
    return { status: 409, error: "another change of this tenant is in progress; try again when it has finished" };
  }
  if (error instanceof TenantExistsError || error instanceof StackAlreadyExistsError) {
    return { status: 409, error: "the tenant already exists; change it with PATCH" };
  }
  if (error instanceof StackNotFoundError) {
    return { status: 404, error: "there is no such tenant" };
  }
  if (error instanceof BadRequestError) {
    return { status: 400, error: error.message };
  }
  console.error(error);
  return { status: 500, error: "the change failed; the service's log says why. Repeat it; after POST, with PATCH" };
}
