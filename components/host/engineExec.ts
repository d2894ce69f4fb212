import { addAbortSignal, finished, PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";

/**
 * Runs a command in a running container; what it prints, in pieces. A whole database may pass through: the engine's stream waits
 * until what has come is read.
 *
 * @param signal ends it: an interruption, or `AbortSignal.timeout`.
 * @throws when it can't be run, fails, or takes too long, with the end of what it wrote to standard error.
 */
export async function* execOutput(
  container: Docker.Container,
  command: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = (await exec.start({})) as unknown as Readable;
  if (signal) {
    addAbortSignal(signal, stream);
  }
  const { stdout, stderr } = separated(container.modem as Docker["modem"], stream);
  try {
    yield* stdout as AsyncIterable<Buffer>;
  } catch (error) {
    const isLate = signal?.aborted && (signal.reason as Error).name === "TimeoutError";
    throw isLate ? new Error(`${command[0]} didn't finish in time`) : error;
  }
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    const why = Buffer.concat(stderr).toString().trim().slice(-2000);
    throw new Error(`${command[0]} ended with ${ExitCode}: ${why}`);
  }
}

/** The same; all that it prints. */
export async function execText(
  container: Docker.Container,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of execOutput(container, command, signal)) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** The two streams of a command, which the engine mixes, apart. */
function separated(modem: Docker["modem"], mixed: Readable): { stdout: PassThrough; stderr: Buffer[] } {
  const stdout = new PassThrough();
  const stderr: Buffer[] = [];
  let isWaiting = false;
  const wait = {
    write: (piece: Buffer) => {
      // Several pieces may come before the pause takes effect.
      if (!stdout.write(piece) && !isWaiting) {
        isWaiting = true;
        mixed.pause();
        stdout.once("drain", () => {
          isWaiting = false;
          mixed.resume();
        });
      }
    },
  };
  const keep = { write: (piece: Buffer) => stderr.push(piece) };
  modem.demuxStream(mixed, wait as unknown as NodeJS.WritableStream, keep as unknown as NodeJS.WritableStream);
  finished(mixed, (error) => (error ? stdout.destroy(error) : stdout.end()));
  return { stdout, stderr };
}
