import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { isServerAway } from "../database/away.ts";
import { OrderRefusedError, OrderStateError, type StateReason, stateReasons } from "../orders/orderErrors.ts";

/** Seconds after which a database that restarts is usually back. */
const waitSeconds = 10;

/** Every error's answer: problem details (RFC 9457). */
export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: "What kind of problem it is, for a program", example: "urn:odoo-fleet:notFound" }),
    title: z.string().meta({ description: "The same, for a person" }),
    status: z.int().min(400).max(599),
    detail: z.string().optional().meta({ description: "What was wrong here, and the way out" }),
    reason: z.enum(stateReasons).optional().meta({
      description: "Of a problem `state`, where it is known: why, in a word for a program; more words may be added",
    }),
    errors: z
      .array(z.object({ field: z.string(), reason: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: "Each field that was refused" }),
  })
  .meta({ ref: "Problem" });

const titles = {
  badRequest: [400, "The request makes no sense"],
  keyMissing: [400, "A write needs the header Idempotency-Key"],
  credentials: [401, "The e-mail address or the password is wrong"],
  wrongCode: [401, "The code is wrong, or was used"],
  serviceAway: [503, "The service to sign in by doesn't answer"],
  passkey: [401, "The passkey isn't known here, or wasn't used in time"],
  code: [400, "The code is unknown, was used, or came too late"],
  unauthorized: [401, "A valid token, or a session, is needed"],
  forbidden: [403, "Who asks may not do this"],
  noTeam: [403, "This login acts for nobody: order, or have yourself invited"],
  secondFactor: [403, "The second factor has to be shown first"],
  foreignOrigin: [403, "Pages of other sites may not do this"],
  notFound: [404, "There is no such thing"],
  method: [405, "This can't be done with it"],
  inFlight: [409, "The first request with this key is still being answered"],
  state: [409, "It isn't in the state for this"],
  tooLarge: [413, "The request is too large"],
  mediaType: [415, "The body has to be JSON"],
  refused: [422, "It can't be ordered like this"],
  keyReused: [422, "This key was used for another request"],
  tooMany: [429, "Too many requests"],
  internal: [500, "Something went wrong here"],
  away: [503, "The portal can't reach its data at the moment"],
} as const satisfies Readonly<Record<string, readonly [ContentfulStatusCode, string]>>;

/** Kinds of problems, each of which the pages have a text for. */
export const problemKinds = Object.keys(titles) as ProblemKind[];

/** One of `problemKinds`. */
export type ProblemKind = keyof typeof titles;

type FieldError = NonNullable<z.infer<typeof problemSchema>["errors"]>[number];

/** An error that the client is told of. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[] | undefined;
  readonly reason: StateReason | undefined;

  constructor(kind: ProblemKind, detail?: string, errors?: readonly FieldError[], reason?: StateReason) {
    super(detail ?? titles[kind][1]);
    this.kind = kind;
    this.errors = errors;
    this.reason = reason;
  }
}

/** Answers with an error. Text of an unexpected one stays in the log. */
export function respondWithProblem(context: Context, error: unknown): Response {
  const problem = asProblem(error);
  const [status, title] = titles[problem.kind];
  const detail = problem.message === title ? undefined : problem.message;
  const { kind, reason, errors } = problem;
  const body = { type: `urn:odoo-fleet:${kind}`, title, status, detail, reason, errors };
  context.header("Content-Type", "application/problem+json");
  if (problem.kind === "away") {
    context.header("Retry-After", String(waitSeconds));
  }
  if (problem.kind === "unauthorized") {
    context.header("WWW-Authenticate", 'Bearer realm="odoo-fleet"');
  }
  return context.body(JSON.stringify(body), status);
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof OrderRefusedError) {
    const { field, reason, detail } = error;
    return new Problem("refused", undefined, [{ field, reason, detail }]);
  }
  if (error instanceof OrderStateError) {
    return new Problem("state", error.message, undefined, error.reason);
  }
  if (isServerAway(error)) {
    console.error(`the database can't be had: ${(error as Error).message}`);
    return new Problem("away", `nothing was changed that isn't answered; ask again in ${waitSeconds} s`);
  }
  console.error(error);
  return new Problem("internal");
}
