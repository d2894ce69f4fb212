import type { Env, MiddlewareHandler, ValidationTargets } from "hono";
import { createMiddleware } from "hono/factory";
import { describeRoute, resolver, validator } from "hono-openapi";
import type { z } from "zod";
import type { Database } from "../database/connect.ts";
import { scopesInSession, type SecondFactorStanding, type SessionOperator } from "../login/operators.ts";
import type { Membership } from "../team/memberships.ts";
import { roleMay, scopesOf } from "../team/roles.ts";
import { Problem, problemSchema } from "./problems.ts";
import { type Caller, callerOf, isCustomerScope, type Scope, sessionMark } from "./tokens.ts";

/** What the API's handlers find in their context. */
export interface ApiEnv extends Env {
  readonly Variables: {
    caller: Caller;
    /** Id of the operation. */
    operation: string;
    /** Where the client is. */
    clientAddress: string;
    /** What it is counted by; see `networkOf`. */
    clientNetwork: string;
    /** Whose session a browser has; undefined without one. */
    session?: SessionCaller | undefined;
  };
}

/** Somebody who is signed in, and for whom he acts; without a membership he is in no team. */
export interface SessionCaller {
  readonly session: string;
  readonly membership: Membership | undefined;
  readonly operator: SessionOperator | null;
  readonly secondFactor: SecondFactorStanding;
}

/** What is below is operators' alone. */
export const operatorPath = "/api/v1/operator/";

/** An operation of the document. */
export interface OperationDescription {
  readonly id: string;
  readonly summary: string;
  /** What the token needs; nothing: no token is needed. */
  readonly scope?: Scope;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    readonly schema?: z.ZodType;
    /** Type of an answer that isn't JSON. */
    readonly type?: "text/event-stream" | "application/zip" | "text/csv" | "application/pdf";
  };
  /** Whether it changes something, and so needs an idempotency key. */
  readonly isWrite?: boolean;
}

/** One server-sent event, which is what a reader of the stream gets. */
const eventSchema = {
  type: "object" as const,
  properties: {
    event: { type: "string" as const },
    id: { type: "string" as const, description: "For `Last-Event-ID`" },
    data: { type: "string" as const, description: "JSON" },
  },
  required: ["event", "data"],
};

const typeSchemas = {
  "text/event-stream": eventSchema,
  "application/zip": { type: "string" as const, format: "binary" },
  "application/pdf": { type: "string" as const, format: "binary" },
  "text/csv": { type: "string" as const },
};

/** Writes an operation into the document, and its id into the context. */
export function describe({
  id,
  summary,
  scope,
  success,
  isWrite = false,
}: OperationDescription): MiddlewareHandler<ApiEnv> {
  const described = describeRoute({
    operationId: id,
    summary,
    security: scope ? [{ token: [scope] }, { session: [] }] : [],
    ...(isWrite && {
      parameters: [
        {
          name: "Idempotency-Key",
          in: "header" as const,
          required: true,
          description: "The same key has one effect, and gets the same answer for 24 hours",
          schema: { type: "string" as const, minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
        },
      ],
    }),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.schema && { content: { "application/json": { schema: resolver(success.schema) } } }),
        ...(success.type && { content: { [success.type]: { schema: typeSchemas[success.type] } } }),
      },
      default: {
        description: "What was wrong (RFC 9457)",
        content: { "application/problem+json": { schema: resolver(problemSchema) } },
      },
    },
  });
  const named = createMiddleware<ApiEnv>(async (context, next) => {
    context.set("operation", id);
    await next();
  });
  // The document is made from what the library notes on the middleware.
  return Object.assign(named, described);
}

/** Lets only callers through whose token is valid and has the scope. */
export function demand(database: Database, scope: Scope): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const [, secret] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(context.req.header("Authorization") ?? "") ?? [];
    const caller = secret ? await callerOf(database, secret) : bySession(context.var.session);
    if (!caller) {
      throw new Problem("unauthorized", "expected the header Authorization: Bearer TOKEN, or the cookie of a session");
    }
    if (caller.lacksSecondFactor && !isCustomerScope(scope)) {
      throw new Problem("secondFactor");
    }
    if (!caller.scopes.includes(scope)) {
      const isRoles = isCustomerScope(scope) && !roleMay(caller.role, scope);
      const wayOut = isRoles ? `the role ${caller.role} hasn't: ask an owner` : "make a token that has it";
      throw new Problem("forbidden", `it needs the scope ${scope}${isRoles ? ", which" : ";"} ${wayOut}`);
    }
    context.set("caller", caller);
    await next();
  });
}

/** What somebody may do who signed in: all that his role may, and what operators may if he is one and has shown his second factor. */
function bySession(signedIn: SessionCaller | undefined): Caller | undefined {
  if (!signedIn) {
    return undefined;
  }
  const { session, membership, operator, secondFactor } = signedIn;
  // Whichever way he signed in: by a mail's code as well.
  if (secondFactor === "unproven") {
    throw new Problem("secondFactor");
  }
  if (!membership) {
    throw new Problem("noTeam");
  }
  return {
    ...membership,
    token: `${sessionMark}${session}`,
    scopes: [...scopesOf(membership.role), ...scopesInSession(operator)],
    lacksSecondFactor: operator !== null && operator.standing !== "proven",
  };
}

/** Validates a part of the request; keys that aren't known are refused. An id that can't be one is answered as one that isn't there. */
// Its type is what Hono infers the validated value from; only the library can spell it out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function valid<Target extends keyof ValidationTargets, Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  return validator(target, schema, (result, context) => {
    // Without one, an empty object is what would be judged.
    if (target === "json" && context.req.header("Content-Type") === undefined) {
      throw new Problem("mediaType", "expected a body, with Content-Type: application/json");
    }
    const broken = result.success ? brokenText(result.data) : undefined;
    if (broken !== undefined) {
      if (target === "param") {
        throw new Problem("notFound");
      }
      const detail = "expected text without NUL, and without half of a letter (a lone surrogate)";
      const errors = [{ field: broken || target, reason: "invalid", detail }];
      throw new Problem(target === "json" ? "refused" : "badRequest", undefined, errors);
    }
    if (!result.success) {
      if (target === "param") {
        throw new Problem("notFound");
      }
      const errors = result.error.map(({ path = [], message }) => ({
        field: path.map((step) => String(typeof step === "object" ? step.key : step)).join(".") || target,
        reason: "invalid",
        detail: message,
      }));
      throw new Problem(target === "json" ? "refused" : "badRequest", undefined, errors);
    }
  });
}

/** Path of the first text that no database keeps as it is, whatever it would be good for; undefined where each does. */
function brokenText(value: unknown): string | undefined {
  // Not by recursion: what a device answers may be as deep as a body is long.
  const left: (readonly [path: string, value: unknown])[] = [["", value]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [path, one] = next;
    if (typeof one === "string" && (one.includes("\0") || !one.isWellFormed())) {
      return path;
    }
    if (typeof one === "object" && one !== null) {
      for (const [key, inner] of Object.entries(one)) {
        left.push([path === "" ? key : `${path}.${key}`, inner], [path, key]);
      }
    }
  }
  return undefined;
}

/** What was found; somebody else's is answered like one that isn't there. */
export function there<Found>(found: Found | undefined): Found {
  if (found === undefined) {
    throw new Problem("notFound");
  }
  return found;
}
