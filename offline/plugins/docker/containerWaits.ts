/** Waits for what a container's inputs ask for: running, healthy, or ended. */
import Docker from "dockerode";
import { Operation } from "../framework/resource";
import { ask, pause } from "./engine";

/** How often a container's state is looked at, in milliseconds. */
const interval = 200;

const inspect = (container: Docker.Container): Promise<Docker.ContainerInspectInfo> =>
  ask("error inspecting container state", () => container.inspect());

/**
 * Waits until the container's healthcheck succeeds.
 * @param timeout In seconds; errors when it's over or when there is no healthcheck.
 */
export async function waitUntilHealthy(
  container: Docker.Container,
  timeout: number,
  operation: Operation,
): Promise<void> {
  const deadline = Date.now() + timeout * 1000;
  let shown = "";
  for (;;) {
    const { State } = await inspect(container);
    const health = State.Health?.Status;
    if (health === "healthy") return;
    if (health === undefined) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    // Unhealthy or ended doesn't end the wait, and the error says no more: as the official plugin has it.
    if (Date.now() > deadline) throw new Error("container failed to be in healthy state");
    const now = `waiting until healthy: ${health ?? State.Status}`;
    if (now !== shown) operation.progress(now);
    shown = now;
    await pause(interval, operation.signal);
  }
}

/** Waits until the container ends; resolves to what it printed, if that is wanted. */
export async function attachToEnd(
  container: Docker.Container,
  wantLogs: boolean,
  { signal }: Operation,
): Promise<string | undefined> {
  await ask("Unable to wait container end of execution", () =>
    container.wait({ condition: "not-running", abortSignal: signal }),
  );
  if (!wantLogs) return undefined;
  const [info, output] = [
    await inspect(container),
    await ask("Unable to read container logs", () => container.logs({ stdout: true, stderr: true })),
  ];
  return info.Config.Tty ? output.toString() : withoutFrames(output);
}

/** The text of a stream in which every piece has a header of 8 bytes, the last four being its length. */
export function withoutFrames(stream: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= stream.length;) {
    const end = at + 8 + stream.readUInt32BE(at + 4);
    pieces.push(stream.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
