import type Docker from "dockerode";

/** What an engine says while it builds or pulls an image. */
interface Progress {
  readonly stream?: string;
  readonly error?: string;
}

/** How much of the end of what a failed build said is shown. */
const shownLines = 8;

/**
 * Waits until an engine has built or pulled an image.
 *
 * @param what begins the message of what fails.
 * @throws with the reason and the last lines before it: the engine tells of a failure as of one more step, in an answer that succeeds.
 */
export function comesToItsEnd(engine: Docker, answer: NodeJS.ReadableStream, what: string): Promise<void> {
  return new Promise((resolve, reject) =>
    engine.modem.followProgress(answer, (error, said: readonly Progress[]) => {
      const why = error?.message ?? said.find((one) => one.error !== undefined)?.error;
      if (why === undefined) {
        resolve();
        return;
      }
      const before = said.map(({ stream = "" }) => stream).join("");
      const end = before.trimEnd().split("\n").slice(-shownLines).join("\n");
      reject(new Error(`${what}: ${why}${end === "" ? "" : `\n${end}`}`));
    }),
  );
}
