import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createToken, customerScopes, operatorScopes } from "../../src/api/tokens.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import { orderOf } from "../support/api.ts";
import { RunningPortal } from "../support/runningPortal.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const project = new URL("../../../", import.meta.url);
const isProof = process.env["ODOO_FLEET_PROOFS"] === "1";
/**
 * What each operation gets: a few inputs, the same ones in every run; in `make proofs` many, others each time, with all boundaries and
 * chains of operations. What that finds is told with its seed.
 */
const effort = isProof
  ? ["--max-examples", "200"]
  : ["--max-examples", "6", "--phases", "examples,fuzzing", "--seed", "1"];

let portal: RunningPortal;
let schemathesis: string;
/** What the configuration names. */
let names: Record<string, string>;
let operator: string;

before(async () => {
  schemathesis = execFileSync("setup/python-tool.sh", ["schemathesis"], { cwd: project, encoding: "utf8" }).trim();
  portal = await RunningPortal.start();
  const owner = await ownerOf(portal.database, "fuzz@example.org");
  const token = async (scopes: Parameters<typeof createToken>[3]) =>
    createToken(portal.database, owner, "fuzz", scopes);
  const { secret: TOKEN } = await token(customerScopes);
  operator = (await token(operatorScopes)).secret;
  names = { TOKEN, OTHER_TOKEN: (await token(["orders:read"])).token.id };

  const send = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${portal.origin}/api/v1${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        "Content-Type": "application/json",
        "Idempotency-Key": crypto.randomUUID(),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, await answer.clone().text());
    return (await answer.json()) as Record<string, unknown>;
  };
  const { id: ORDER, tenant: TENANT } = (await send("/orders", orderOf("fuzzed"))) as { id: string; tenant: string };
  await send("/confirmations", { code: (await portal.mailedLink(1)).split("#")[1] });
  const { jobs } = (await send("/jobs")) as { jobs: { id: string }[] };
  names = { ...names, ORDER, TENANT, JOB: jobs[0]!.id };
});

after(() => portal.stop());

/** @throws Error with what it found. */
async function findNothing(token: string, filter: readonly string[]): Promise<void> {
  const options = [
    ...["--config-file", `${folder}schemathesis.toml`, "run", fileURLToPath(new URL("portal/openapi.json", project))],
    ...["--origin", portal.origin, "--continue-on-failure", "--warnings", "off", "--max-failures", "20"],
    ...[...effort, ...filter],
  ];
  const env = { ...process.env, ...names, TOKEN: token, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: folder };
  try {
    const { stdout } = await promisify(execFile)(schemathesis, options, { cwd: folder, env, maxBuffer: 1 << 26 });
    assert.match(stdout, /Test cases:\n\s+\d+ generated/);
  } catch (error) {
    const { stdout, message } = error as { stdout?: string; message: string };
    throw new Error(stdout?.replaceAll(token, "[token]") ?? message);
  }
}

const timeout = isProof ? 1_800_000 : 240_000;

test("Schemathesis finds nothing in what customers are offered", { timeout }, () =>
  findNothing(names["TOKEN"]!, ["--exclude-path-regex", "^/api/v1/operator"]),
);

test("Schemathesis finds nothing in what operators are offered", { timeout }, () =>
  findNothing(operator, ["--include-path-regex", "^/api/v1/operator"]),
);
