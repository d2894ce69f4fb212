import type { Agent } from "node:http";
import { connections as connectionsTo, requestOf } from "./http";
import { median, percentile } from "./stats";

/** What a server did under load. */
export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds until the whole answer was there. */
  readonly p50: number;
  readonly p99: number;
}

/** A page to ask for, and how. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Authority of who serves it, PEM, where that is by HTTPS. */
  readonly ca?: string;
}

export interface LoadOptions {
  /** Connections at the same time, each with one request at a time. */
  readonly connections: number;
  /** Seconds of a round. */
  readonly seconds: number;
  /** Rounds for each target; the targets take turns, so that what else the machine does meets all of them. */
  readonly rounds: number;
}

/**
 * Loads each target in turn, several times, and takes the median of each figure over the rounds.
 *
 * @throws when an answer is anything but 200: such a round measures something else.
 */
export async function compare<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  options: LoadOptions,
): Promise<Record<Name, Load>> {
  const names = Object.keys(targets) as Name[];
  const rounds = new Map<Name, Load[]>(names.map((name) => [name, []]));
  for (const name of names) {
    await round(targets[name], { ...options, seconds: 1 });
  }
  for (let turn = 0; turn < options.rounds; turn++) {
    for (const name of names) {
      rounds.get(name)!.push(await round(targets[name], options));
    }
  }
  const middle = (name: Name, key: keyof Load): number => median(rounds.get(name)!.map((one) => one[key]));
  const load = (name: Name): Load => ({
    requestsPerSecond: middle(name, "requestsPerSecond"),
    p50: middle(name, "p50"),
    p99: middle(name, "p99"),
  });
  return Object.fromEntries(names.map((name) => [name, load(name)])) as Record<Name, Load>;
}

/**
 * One round. The client is Node's own: load generators from npm either wait for good on a server that closes its
 * connections, as Odoo's threaded one does, or count whole milliseconds.
 */
async function round({ url, headers, ca }: Target, { connections, seconds }: LoadOptions): Promise<Load> {
  // Connections are kept wherever the server lets them live.
  const agent = connectionsTo(ca, connections);
  const times: number[] = [];
  const started = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      times.push(await timed(url, headers, agent));
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    agent.destroy();
  }
  const elapsed = (performance.now() - started) / 1000;
  return { requestsPerSecond: times.length / elapsed, p50: percentile(times, 50), p99: percentile(times, 99) };
}

/** Milliseconds from the request to the end of its answer. @throws when it isn't answered with 200. */
function timed(url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const asked = requestOf(url)(url, { agent, headers, timeout: 30_000 }, (response) => {
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(performance.now() - started)
          : reject(new Error(`${url} under load answered ${response.statusCode}`)),
      );
      response.resume();
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 30 s")));
    asked.on("error", (error) => reject(new Error(`${url} under load: ${error.message}`)));
    asked.end();
  });
}
