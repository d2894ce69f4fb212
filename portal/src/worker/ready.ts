import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Tells the service manager that jobs are taken from now on, where one has started this process and waits for that (`Type=notify`). */
export async function tellReady(environment: NodeJS.ProcessEnv): Promise<void> {
  if (environment["NOTIFY_SOCKET"]) {
    await promisify(execFile)("systemd-notify", ["--ready"], { env: environment });
    // What the worker runs has nothing to tell it.
    delete environment["NOTIFY_SOCKET"];
  }
}
