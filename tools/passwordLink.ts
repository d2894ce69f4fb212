/**
 * `passwordLink.ts STACK --config-file FILE --tenant NAME`: prints a link by which the administrator of a tenant sets his own password, once and
 * within a day. Its token is printed here and is nowhere else: the tenant gets its hash. Exit codes: 0 printed, 1 refused or failed, 2 wrong use.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { engineClient } from "../components/host/engineClient";
import { offerTo } from "../components/password/offer";
import { passwordLink } from "../fleet/oneTimeLinks";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

const usage = "Usage: make password-link TENANT=acme [STACK=dev]";

/** Milliseconds for which a link works, unless it was used or another one follows: as those of the portal. */
const lifetime = 24 * 3_600_000;

async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, tenant: text },
  });
  const { "config-file": configFile, tenant: name } = values;
  const [stack] = positionals;
  if (!stack || !configFile || !name) {
    console.error(usage);
    return 2;
  }
  const { environment } = parseStackReference(stack);
  const { tenants, hosts } = fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  const running = Object.values(tenants).filter(({ state, copyOf }) => state === "running" && copyOf === undefined);
  const tenant = running.find((one) => one.name === name);
  if (tenant === undefined) {
    const expected = running.map((one) => one.name).join(", ") || "none is declared";
    throw new Error(`TENANT=${name} isn't a tenant that runs with data of its own; expected one of: ${expected}`);
  }
  const token = randomBytes(32).toString("base64url");
  const tokenHash = createHash("sha256").update(token).digest("hex");
  const until = new Date(Date.now() + lifetime);
  await offerTo(engineClient(hosts[tenant.host]!), tenant, { tokenHash, until }, "password");
  console.log(passwordLink(tenant.url, token));
  return 0;
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
