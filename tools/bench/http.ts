import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { setTimeout } from "node:timers/promises";

/** An answer, with its body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Names under `localhost` are this machine's, also where its resolver doesn't know them. */
const loopback: LookupFunction = (_, { all }, answer) =>
  all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4);

/**
 * Connections to one server.
 *
 * @param ca its authority, PEM, where it is reached by HTTPS. Default: it is reached by HTTP.
 * @param kept how many are kept open between requests. Default: none.
 */
export function connections(ca?: string, kept?: number): Agent {
  const keeping = kept === undefined ? {} : { keepAlive: true, maxSockets: kept };
  return ca === undefined ? new Agent(keeping) : new SecureAgent({ ...keeping, ca, lookup: loopback });
}

/** Asks for a page, by HTTP or HTTPS as the URL says. */
export const requestOf = (url: string): typeof request => (url.startsWith("https:") ? secureRequest : request);

/**
 * Asks for a page.
 *
 * @param ca as of `connections`.
 * @param agent the connections to ask on. Default: one of its own.
 * @throws when nobody answers within ten seconds.
 */
export function get(
  url: string,
  headers: Record<string, string> = {},
  ca?: string,
  agent: Agent = connections(ca),
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = requestOf(url)(url, { agent, headers, timeout: 10_000 }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end();
  });
}

/** Milliseconds between an answer and the next question for a page that isn't there yet. */
const pollInterval = 50;
/** Milliseconds after which the next question doesn't wait for the answer any more. */
const pollPatience = 1000;
/** Milliseconds until a page has to be there. */
const patience = 300_000;

/**
 * Asks for a page every 50 ms until it answers 200. A question waits for the answer to the one before for a second at
 * most: a proxy may hold one for longer while it looks for a server that isn't there yet.
 *
 * @param signal gives up, for when what should serve the page has failed.
 * @param ca as of `connections`.
 * @returns `performance.now()` at the first 200.
 * @throws when it takes longer than five minutes, with the last answer.
 */
export async function firstOk(url: string, signal?: AbortSignal, ca?: string): Promise<number> {
  const started = performance.now();
  let last = "no answer";
  let reached: number | undefined;
  while (reached === undefined) {
    if (signal?.aborted || performance.now() - started > patience) {
      throw new Error(`${url} did not answer 200 (last: ${last})`);
    }
    const answered = get(url, {}, ca).then(
      ({ status }) => {
        last = `status ${status}`;
        if (status === 200) {
          reached ??= performance.now();
        }
      },
      (error: Error) => (last = error.message),
    );
    await Promise.race([answered, setTimeout(pollPatience)]);
    if (reached === undefined) {
      await setTimeout(pollInterval);
    }
  }
  return reached;
}

/** Opens a page as a browser would that has nothing cached: the page and everything that it links to. */
export async function visit(origin: string, path: string): Promise<void> {
  const { body } = await get(origin + path);
  const links = new Set([...body.matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map(([, link]) => link!));
  await Promise.all([...links].map((link) => get(origin + link, { "accept-encoding": "gzip" })));
}
