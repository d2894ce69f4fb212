import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "../preview/events";
import { EventLog } from "./eventLog";
import { type Screen, RunView } from "./view";

/** Milliseconds between two looks at the events. */
const interval = 250;
/** Milliseconds without a line after which a screen that keeps every line is told what is waited for. */
const quiet = 20_000;

/** How a run ended. */
export interface RunResult {
  /** The CLI's exit code; 1 where a signal ended it. */
  readonly code: number;
  readonly events: readonly EngineEvent[];
}

/**
 * Runs the CLI, shows what it does and keeps all that it printed in a log. Ctrl-C reaches the CLI from the terminal, which
 * then ends in its own way; SIGTERM is passed on.
 *
 * @param isLive whether the screen has a line that changes.
 */
export async function runWithView(
  args: readonly string[],
  log: string,
  screen: Screen,
  isLive: boolean,
): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-up-"));
  const eventFile = join(folder, "events");
  writeFileSync(eventFile, "", { mode: 0o600 });
  const events: EngineEvent[] = [];
  const eventLog = new EventLog(eventFile);
  const started = Date.now();
  const view = new RunView(screen, Date.now);
  const follow = (): void => {
    for (const event of eventLog.read()) {
      events.push(event);
      view.handle(event);
    }
    view.tick(isLive ? undefined : quiet);
  };
  const output = openSync(log, "a", 0o600);
  const child = spawn("pulumi", [...args, "--event-log", eventFile], {
    stdio: ["ignore", output, output],
    // The CLI takes the option only where it is told that somebody looks into it.
    env: { ...process.env, PULUMI_DEBUG_COMMANDS: "true" },
  });
  const passOn = (): boolean => child.kill("SIGTERM");
  const wait = (): void => undefined;
  process.on("SIGTERM", passOn).on("SIGINT", wait);
  const timer = setInterval(follow, interval);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => resolve(exitCode ?? 1));
    });
    follow();
    view.close((Date.now() - started) / 1000);
    return { code, events };
  } finally {
    clearInterval(timer);
    process.off("SIGTERM", passOn).off("SIGINT", wait);
    eventLog.close();
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  }
}
