/**
 * `domains.ts STACK --config-file FILE --file STACKFILE [--tenant NAME] [--resolver ADDRESS]`: asks DNS whether the customers' domains are
 * theirs and lead here, says which records are missing, and notes those that are proven (`proven`) in the stack's file. Served they are after
 * the next `up`. One that was proven and isn't any more is said, and stays until somebody takes it out.
 * Exit codes: 0 each domain is proven, 1 one isn't, 2 wrong use.
 */
import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FleetConfigError } from "../fleet/errors";
import { formatPath, namespace } from "../fleet/paths";
import type { Fleet, Tenant } from "../fleet/types";
import { askForDomain, domainTold } from "./domainTold";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";
import { replaceFile, setInFile } from "./yamlFile";

const usage = "Usage: make domains [TENANT=acme] [STACK=dev] [RESOLVER=9.9.9.9]";

/** Checks one tenant's domains. @returns those that are proven, or were and may be so still. */
async function checkTenant(
  fleet: Fleet,
  tenant: Tenant,
  resolver: Resolver,
): Promise<{ proven: string[]; isWell: boolean }> {
  const proven: string[] = [];
  let isWell = true;
  for (const domain of tenant.edge!.domains) {
    const wasProven = !tenant.edge!.unproven.includes(domain);
    const { state, proof, own } = await askForDomain(fleet, tenant, domain, resolver);
    console.log(`${tenant.name}: ${domainTold(domain, state, wasProven, own)}`);
    if (state.kind === "unproven") {
      console.log(`  the customer publishes: ${proof.name}. TXT "${proof.value}"`);
    }
    if (state.kind === "elsewhere") {
      console.log(`  the customer publishes: ${domain}. CNAME ${own}.   (or the addresses that ${own} has)`);
    }
    if (wasProven && state.kind === "unproven") {
      console.log(`  or take it out of ${formatPath(["tenants", tenant.name, "domains"])} and proven, then make up`);
    }
    isWell &&= state.kind === "proven";
    if (state.kind === "proven" || wasProven) {
      proven.push(domain);
    }
  }
  return { proven, isWell };
}

async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { "config-file": text, file: text, tenant: text, resolver: text };
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [stack] = positionals;
  const { "config-file": configFile, file, tenant: wanted, resolver: server } = values;
  if (stack === undefined || configFile === undefined || file === undefined) {
    console.error(usage);
    return 2;
  }
  const fleet = fleetOfStackFile(readFileSync(configFile, "utf8"), parseStackReference(stack).environment);
  if (fleet.edge?.certificates.kind !== "acme") {
    const found = fleet.edge ? "certificates of its own authority, with which every domain is served" : "no edge";
    console.error(`odoo-fleet: ${fleet.environment} has ${found}: there is nothing to prove`);
    return fleet.edge ? 0 : 2;
  }
  const all = Object.values(fleet.tenants).filter(({ edge }) => (edge?.domains ?? []).length > 0);
  const tenants = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  if (wanted !== undefined && tenants.length === 0) {
    const names = all.map(({ name }) => name).join(", ") || "none has any";
    console.error(`odoo-fleet: TENANT=${wanted} has no domains; expected one of: ${names}`);
    return 2;
  }
  const resolver = new Resolver({ timeout: 5000, tries: 2 });
  if (server !== undefined) {
    resolver.setServers([server]);
  }
  let isWell = true;
  for (const tenant of tenants) {
    const result = await checkTenant(fleet, tenant, resolver);
    isWell &&= result.isWell;
    if (tenant.edge!.unproven.some((domain) => result.proven.includes(domain))) {
      const path = ["config", `${namespace}:tenants`, tenant.name, "proven"];
      replaceFile(file, setInFile(readFileSync(file, "utf8"), path, result.proven));
    }
  }
  return isWell ? 0 : 1;
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
