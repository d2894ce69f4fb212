import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";

/** What the client knows of the two streams of a command, which the engine mixes; its types leave it open. */
interface Modem {
  demuxStream(mixed: Readable, stdout: PassThrough, stderr: PassThrough): void;
}

/**
 * Runs a command in a container that runs; all that it prints.
 *
 * @throws when it can't be run, fails, or takes longer than 20 s, with what it complained of.
 */
export async function execText(container: Docker.Container, command: readonly string[]): Promise<string> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = (await exec.start({})) as unknown as Readable;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  (container.modem as Modem).demuxStream(stream, stdout, stderr);
  const timer = setTimeout(() => stream.destroy(new Error(`${command[0]} didn't finish within 20 s`)), 20_000);
  const ends = finished(stream, { writable: false }).finally(() => {
    clearTimeout(timer);
    stdout.end();
    stderr.end();
  });
  const [output, complaints] = await Promise.all([text(stdout), text(stderr), ends]);
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    throw new Error(`${command[0]} ended with ${ExitCode}: ${complaints.trim().slice(-2000)}`);
  }
  return output;
}
