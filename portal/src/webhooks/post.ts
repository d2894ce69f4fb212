import https from "node:https";
import { Webhook } from "standardwebhooks";

/** Milliseconds in which an endpoint has to answer: the standardwebhooks specification recommends 15 to 30 s; a slow one holds a place of the worker. */
const timeoutMilliseconds = 15_000;

/** Characters that are kept of an answer's body, for its owner to see what went wrong. */
export const keptCharacters = 300;

/** Bytes that are read of it at most. */
const readBytes = 4 * keptCharacters;

/** What is told to whom. */
export interface Message {
  readonly url: string;
  /** The event's id, which is the same in each try. */
  readonly id: string;
  readonly body: string;
  /** Each of these signs; the newest first. */
  readonly secrets: readonly string[];
  readonly at: Date;
}

/** What came of a try: a status, or why there was none. */
export interface TryResult {
  readonly status: number | null;
  readonly fault: string | null;
  readonly answer: string | null;
}

/** Whether an endpoint has taken what it was told. */
export function isTaken({ status }: TryResult): boolean {
  return status !== null && status >= 200 && status <= 299;
}

/** Headers that sign a message, by standardwebhooks: one signature for each secret, as the specification has it for their rotation. */
export function signed({ id, body, secrets, at }: Message): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}

/**
 * Tells an endpoint once. No redirect is followed, and an address that the agent refuses is a fault like any other.
 *
 * @param signal ends the try: this process ends.
 * @throws what the signal says, and nothing else.
 */
export async function post(
  message: Message,
  agent: https.Agent,
  signal: AbortSignal,
  patience = timeoutMilliseconds,
): Promise<TryResult> {
  const ends = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    return await ask(message, agent, ends);
  } catch (error) {
    signal.throwIfAborted();
    const why = ends.aborted ? `no answer within ${patience / 1000} s` : shown(reasonOf(error));
    return { status: null, fault: why, answer: null };
  }
}

function ask(message: Message, agent: https.Agent, signal: AbortSignal): Promise<TryResult> {
  return new Promise((resolve, reject) => {
    const headers = {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(message.body),
      "User-Agent": "odoo-fleet-portal",
      ...signed(message),
    };
    let fail = reject;
    const request = https.request(message.url, { method: "POST", agent, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const end = (): void => {
        const answer = shown(Buffer.concat(chunks).toString());
        resolve({ status: response.statusCode ?? null, fault: null, answer });
        response.destroy();
      };
      // The status is what counts: a body that breaks off, or never ends, changes nothing of it.
      fail = end;
      response.on("error", end);
      response.on("end", end);
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= readBytes) {
          end();
        }
      });
    });
    request.on("error", (error) => fail(error));
    request.end(message.body);
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    // Of each address that was tried.
    return reasonOf(error.errors[0]);
  }
  return error instanceof Error ? error.message : "unknown";
}

/** The beginning of a text, without what a database or a page can't have. */
function shown(text: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\ufffd]+/g, " ").trim();
  return [...plain].slice(0, keptCharacters).join("");
}
