import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

/** Header by which the edge shows that it is the edge: as odoo-fleet has it for tenants (`edgeHeader`). */
const header = "X-Odoo-Fleet-Edge";

/** Asked from inside its own container, by its healthcheck. */
const own = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** Whether a request may be answered. */
export type Guard = (request: Request, remote: string | undefined) => boolean;

/**
 * Lets nobody ask but the edge, where one is in front: any container of the host reaches the port that is published for it, and would say by
 * `X-Forwarded-For` that it is any client.
 *
 * @param environment `PORTAL_EDGE_SECRET_FILE` names a file with what the edge shows; without it everybody may ask.
 */
export function edgeGuard(environment: NodeJS.ProcessEnv): Guard {
  const file = environment["PORTAL_EDGE_SECRET_FILE"];
  if (!file) {
    return () => true;
  }
  const expected = hashOf(readFileSync(file, "utf8").trim());
  return ({ headers }, remote) =>
    (remote !== undefined && own.has(remote) && !headers.has("X-Forwarded-For")) ||
    timingSafeEqual(hashOf(headers.get(header) ?? ""), expected);
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
