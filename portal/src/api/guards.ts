import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Sessions } from "../login/sessions.ts";
import { hashOf } from "../orders/identifiers.ts";
import type { Settings } from "../settings.ts";
import type { ApiEnv } from "./operation.ts";
import { Problem } from "./problems.ts";

/** Largest body. An order has less than a thousand bytes. */
const longestBody = 64 * 1024;

/** Whether a method changes nothing. */
const isSafe = (method: string): boolean => method === "GET" || method === "HEAD" || method === "OPTIONS";

/** How many times as much as an address a session may ask: an act on a page reads a dozen things anew, and somebody answers for it. */
const sessionShare = 5;

/** Lets each token, each session, and each client's address ask so many times a minute, at most. Counted in this process: there is one. */
export class RateLimit {
  private readonly clientLimit: RateLimiterMemory;
  private readonly sessionLimit: RateLimiterMemory;

  /** @param most of a token, and of an address. */
  constructor(most: number) {
    this.clientLimit = new RateLimiterMemory({ points: most, duration: 60 });
    this.sessionLimit = new RateLimiterMemory({ points: most * sessionShare, duration: 60 });
  }

  /** Counts the address that asks, and its token. */
  clients(): MiddlewareHandler<ApiEnv> {
    return createMiddleware<ApiEnv>(async (context, next) => {
      // Both are counted: an invented token for each request must not be a way around.
      const token = context.req.header("Authorization");
      await count(this.clientLimit, context, addressKey(context), ...(token ? [`token ${hashOf(token)}`] : []));
      await next();
    });
  }

  /** Counts the session in place of its address, behind which others may sit; to be used once it is known that there is one. */
  sessions(): MiddlewareHandler<ApiEnv> {
    return createMiddleware<ApiEnv>(async (context, next) => {
      const { session } = context.var;
      if (session) {
        await this.clientLimit.reward(addressKey(context), 1);
        await count(this.sessionLimit, context, session.session);
      }
      await next();
    });
  }
}

async function count(limit: RateLimiterMemory, context: Context<ApiEnv>, ...keys: readonly string[]): Promise<void> {
  try {
    await Promise.all(keys.map((key) => limit.consume(key)));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) {
      throw error;
    }
    context.header("Retry-After", String(Math.ceil(error.msBeforeNext / 1000)));
    throw new Problem("tooMany", `expected at most ${limit.points} a minute`);
  }
}

const addressKey = (context: Context<ApiEnv>): string => `address ${context.var.clientNetwork}`;

/** Refuses writes that a page of another site sends (ASVS 5.0, 3.5.1); programs send no Origin. */
export function demandOwnOrigin(settings: Settings): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    const origin = context.req.header("Origin");
    if (!isSafe(context.req.method) && origin !== undefined && origin !== settings.origin) {
      throw new Problem("foreignOrigin");
    }
    await next();
  });
}

/**
 * Notes whose session a browser has. A token is the stronger word, and a write by a session has to say that it comes from the portal's own
 * pages (ASVS 5.0, 3.5.1): a cookie goes along with whatever a browser sends.
 */
export function knowSession(sessions: Sessions, settings: Settings): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const isOwn = isSafe(context.req.method) || context.req.header("Origin") === settings.origin;
    if (isOwn && context.req.header("Authorization") === undefined) {
      context.set("session", await sessions.callerOf(context));
    }
    await next();
  });
}

/** Refuses bodies that are too large, or that say to be something else than JSON. */
export function demandJson(): MiddlewareHandler[] {
  return [
    bodyLimit({
      maxSize: longestBody,
      onError: () => {
        throw new Problem("tooLarge", `expected at most ${longestBody} bytes`);
      },
    }),
    createMiddleware(async (context, next) => {
      if (!isSafe(context.req.method)) {
        const type = context.req.header("Content-Type");
        if (type !== undefined && !/^application\/json(\s*;\s*charset=utf-8)?$/i.test(type)) {
          throw new Problem("mediaType", "expected Content-Type: application/json");
        }
      }
      await next();
    }),
  ];
}
