import { request } from "node:http";
import { setTimeout } from "node:timers/promises";

/** An answer, with its body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks for a page over a connection of its own. @throws when nobody answers within ten seconds. */
export function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, headers, timeout: 10_000 }, (response) => {
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

/**
 * Asks for a page every 50 ms until it answers 200. A question waits for the answer to the one before for a second at
 * most: a proxy may hold one for longer while it looks for a server that isn't there yet.
 *
 * @param signal gives up, for when what should serve the page has failed.
 * @returns `performance.now()` at the first 200.
 * @throws when it takes longer than the deadline in seconds, with the last answer.
 */
export async function firstOk(url: string, signal?: AbortSignal, deadline = 300): Promise<number> {
  const started = performance.now();
  let last = "no answer";
  let reached: number | undefined;
  while (reached === undefined) {
    if (signal?.aborted || performance.now() - started > deadline * 1000) {
      throw new Error(`${url} did not answer 200 (last: ${last})`);
    }
    const answered = get(url).then(
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
