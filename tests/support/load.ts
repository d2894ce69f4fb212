import { type ClientHttp2Session, connect as connectByHttp2 } from "node:http2";
import { request } from "node:https";

/** What is asked, on the loopback address. */
export interface Target {
  readonly port: number;
  readonly ca: string;
  readonly name: string;
  readonly path: string;
}

const options = ({ port, ca, name }: Target): object => ({ host: "127.0.0.1", port, ca, servername: name });

/** Asks by HTTP/1.1, on a connection of its own. */
function askByHttp1(target: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const { name, path } = target;
    const asked = request({ ...options(target), path, headers: { Host: name }, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode!)).on("error", reject);
    });
    asked.on("error", reject).end();
  });
}

/** A connection by HTTP/2, as browsers have. */
function connected(target: Target): ClientHttp2Session {
  const session = connectByHttp2(`https://127.0.0.1:${target.port}`, options(target));
  return session.on("error", () => undefined);
}

/** Asks by HTTP/2, once. */
function askByHttp2(session: ClientHttp2Session, { name, path }: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": path, ":authority": name });
    let status = 0;
    stream.on("response", (answer) => (status = Number(answer[":status"])));
    stream.on("error", reject);
    stream.on("end", () => (status === 0 ? reject(new Error("no answer by HTTP/2")) : resolve(status)));
    stream.resume();
  });
}

/**
 * What a server says that hasn't read a request: as one that is told to end doesn't, at a reload, on a connection that was made just before, or whose
 * handshake isn't over. What was asked may be asked again.
 */
const unread = /ECONNRESET|socket hang up|NGHTTP2_REFUSED_STREAM|before secure TLS connection was established/;

/** A handshake of a busy machine takes as long as until the next reload. */
const tries = 3;

/**
 * Asks 200 times a second until something is done: by HTTP/1.1, and by HTTP/2 on connections of their own and on one that is kept. What wasn't read is
 * asked again on another connection.
 *
 * @param work what is done meanwhile.
 * @param cutOff what else may be asked again, since it was cut off.
 * @returns how many, and what became of those that failed.
 */
export async function underLoad(
  target: Target,
  work: () => Promise<void>,
  cutOff?: RegExp,
): Promise<{ sent: number; lost: string[] }> {
  const answers: Promise<string>[] = [];
  let kept = connected(target);
  const byHttp1 = (): Promise<number> => askByHttp1(target);
  const byHttp2 = async (): Promise<number> => {
    const session = connected(target);
    return askByHttp2(session, target).finally(() => session.close());
  };
  const onKept = (): Promise<number> => {
    // It is told to ask on another one before that ends.
    if (kept.closed || kept.destroyed) {
      kept = connected(target);
    }
    return askByHttp2(kept, target);
  };
  const ways = [byHttp1, byHttp2, onKept];
  const askAgain = async (
    ask: () => Promise<number>,
    again: () => Promise<number>,
    left = tries - 1,
  ): Promise<number> =>
    ask().catch((error: Error) => {
      if (left === 0 || !(unread.test(error.message) || cutOff?.test(error.message))) {
        throw error;
      }
      return askAgain(again, again, left - 1);
    });
  const timer = setInterval(() => {
    for (let one = 0; one < 10; one += 1) {
      answers.push(
        askAgain(ways[one % ways.length]!, ways[one % 2]!)
          .then((status) => (status === 200 ? "" : String(status)))
          .catch((error: Error) => error.message),
      );
    }
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const lost = (await Promise.all(answers)).filter(Boolean);
  kept.close();
  return { sent: answers.length, lost };
}
