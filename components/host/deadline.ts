import type Docker from "dockerode";

/** An engine took a request and never answered it. */
class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";

  /** @param request method and path, e.g. `GET /info`. @param seconds how long was waited. */
  constructor(request: string, seconds: number) {
    super(`it accepted the request ${request} but didn't answer within ${seconds} s`);
  }
}

interface Request {
  readonly path: string;
  readonly method: string;
  readonly isStream?: boolean;
  abortSignal?: AbortSignal;
}

type Dial = (request: Request, done: (error: unknown, answer: unknown) => void) => void;

/**
 * Gives every request of a client a deadline for the whole of it: connection, answer and body. The client's own timeouts
 * begin again with each byte, and none of them counts while a `unix://` socket is being connected to.
 *
 * Requests whose answer is a stream (logs, archives) have none: they may go on for as long as there is something to read.
 *
 * @param seconds deadline of each request; it ends with NoAnswerError, and its connection is closed.
 */
export function withDeadline(engine: Docker, seconds: number): Docker {
  const modem = engine.modem as { dial: Dial };
  const dial = modem.dial.bind(modem);
  modem.dial = (request, done) => {
    if (request.isStream || request.abortSignal) {
      dial(request, done);
      return;
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), seconds * 1000);
    request.abortSignal = deadline.signal;
    // A request's path ends with a question mark where parameters may follow.
    const name = `${request.method} ${request.path.replace(/\?.*$/, "")}`;
    dial(request, (error, answer) => {
      clearTimeout(timer);
      done(deadline.signal.aborted ? new NoAnswerError(name, seconds) : error, answer);
    });
  };
  return engine;
}
