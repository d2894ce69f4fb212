import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { loginUser } from "../../monitoring/contract";
import type { PrometheusAccess } from "./prometheus";

/** What of a stack's outputs says where its Prometheus is. */
const outputs = z.object({
  monitoring: z.record(z.string(), z.object({ prometheus: z.url() })),
  monitoringPasswords: z.record(z.string(), z.string()),
});

/**
 * Where each Prometheus of a fleet is, and the login to it, from the stack's outputs (with `--show-secrets`, which never
 * leave this process). Empty when the stack has none: it isn't up, or nothing is watched yet.
 */
export function prometheusAccesses(stackOutputs: unknown): PrometheusAccess[] {
  const { success, data } = outputs.safeParse(stackOutputs);
  return success
    ? Object.entries(data.monitoring).map(([host, { prometheus: url }]) => ({
        url,
        user: loginUser,
        password: data.monitoringPasswords[host] ?? "",
      }))
    : [];
}

/** The outputs of a stack, secrets too, as the CLI prints them. @throws Error with what the CLI said. */
export async function stackOutputs(stack: string): Promise<unknown> {
  const args = ["stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  } catch (error) {
    // What it printed before it failed may hold secrets; what it complained of doesn't.
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`pulumi stack output failed: ${stderr?.trim() || message}`);
  }
}
