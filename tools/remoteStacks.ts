/**
 * `remoteStacks.ts STACK...`: prints the stacks as a JSON list, for the matrix of a workflow, after it has seen that every host
 * of each is another machine, reached by SSH. A job that applied a stack of its own machine would throw the tenants
 * away with it. Ends with 1 and changes nothing otherwise.
 */
import { existsSync, readFileSync } from "node:fs";
import { formatPath } from "../fleet/paths";
import type { Fleet } from "../fleet/types";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

/** What keeps a stack from being worked on by a machine that is thrown away, a sentence each. */
export function notRemote(stack: string, { hosts }: Pick<Fleet, "hosts">): string[] {
  const all = Object.values(hosts);
  if (all.length === 0) {
    return [`STACK=${stack} declares no host; expected at least one with docker: ssh://... or connection: ssh://...`];
  }
  return all
    .filter(({ docker }) => !docker?.startsWith("ssh://"))
    .map(
      ({ name, docker }) =>
        `STACK=${stack}: ${formatPath(["hosts", name])} is the machine that runs this (its engine is ${docker ?? "DOCKER_HOST's or this machine's"}); ` +
        "expected an engine behind SSH, docker: ssh://... or connection: ssh://..., or leave the stack out of ODOO_FLEET_STACKS",
    );
}

function main(stacks: readonly string[]): void {
  const faults = stacks.flatMap((stack) => {
    const { environment: name } = parseStackReference(stack);
    const file = `Pulumi.${name}.yaml`;
    return existsSync(file)
      ? notRemote(stack, fleetOfStackFile(readFileSync(file, "utf8"), name))
      : [`STACK=${stack}: there is no ${file}`];
  });
  if (faults.length > 0) {
    throw new Error(faults.join("\nodoo-fleet: "));
  }
  console.log(JSON.stringify(stacks));
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(`odoo-fleet: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
