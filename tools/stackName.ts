/**
 * `stackName.ts STACK`: finds a stack in the backend and prints `use NAME` or `init NAME`, and in a second line tenants of its environment that have stacks of their own. STACK is as the Pulumi CLI takes
 * it: `dev`, `acme/dev` or `acme/odoo-fleet/dev`. A stack is only to be made where the backend has none of that name:
 * with another spelling, a second one would begin beside it, with nothing in its state.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { namesInFiles } from "./fileStacks";
import { ownerOfStack, type StackOwner } from "../fleet/layout";

/** Where a stack's reference leads. */
export interface StackReference extends StackOwner {
  /** Undefined: the default one of whoever runs it. A file backend has `organization` alone. */
  readonly organization?: string;
  /** Undefined: the one of Pulumi.yaml. */
  readonly project?: string;
  /** Its own: the environment's, by which its file is called, or `ENVIRONMENT.TENANT`. */
  readonly name: string;
}

/** Reads `stack`, `organization/stack` or `organization/project/stack`. */
export function parseStackReference(reference: string): StackReference {
  const parts = reference.split("/");
  if (parts.length > 3 || parts.some((part) => !/^[\w.-]+$/.test(part))) {
    throw new Error(
      `STACK=${reference}: expected stack, organization/stack or organization/project/stack, each of letters, digits, ` +
        "hyphens, underscores and periods",
    );
  }
  const name = parts.at(-1)!;
  return {
    name,
    ...ownerOfStack(name),
    organization: parts.length > 1 ? parts[0] : undefined,
    project: parts.length > 2 ? parts[1] : undefined,
  };
}

/** The environment's own stack, of that of one of its tenants; undefined: it is none. Both are as the CLI takes them. */
export function environmentOf(stack: string): string | undefined {
  const { tenant } = parseStackReference(stack);
  return tenant === undefined ? undefined : stack.slice(0, -`.${tenant}`.length);
}

/** What is to be done to have the stack. */
export interface StackChoice {
  readonly action: "use" | "init";
  /** As the CLI takes it. */
  readonly stack: string;
}

/**
 * Chooses among the stacks of the backend.
 *
 * @param wanted as it was given.
 * @param project of Pulumi.yaml.
 * @param listed names as `pulumi stack ls` prints them: shortened where organization or project are the default ones.
 * @param leadsTo whether the CLI finds a stack by a reference; asked only where the listed names don't say it.
 * @throws Error where another spelling is needed.
 */
export function chooseStack(
  wanted: string,
  project: string,
  listed: readonly string[],
  leadsTo: (stack: string) => boolean,
): StackChoice {
  const { organization, project: named, name } = parseStackReference(wanted);
  if (named !== undefined && named !== project) {
    throw new Error(`STACK=${wanted}: the project is ${named}; expected ${project}, which Pulumi.yaml names`);
  }
  if (listed.includes(wanted)) {
    return { action: "use", stack: wanted };
  }
  const sameName = listed
    .map((stack) => ({ stack, ...parseStackReference(stack) }))
    .filter((one) => one.name === name && (one.project ?? project) === project);
  if (sameName.length === 0) {
    return { action: "init", stack: wanted };
  }
  const exact = sameName.find((one) => organization !== undefined && one.organization === organization);
  if (exact !== undefined) {
    return { action: "use", stack: exact.stack };
  }
  if (organization === undefined && sameName.length === 1) {
    return { action: "use", stack: sameName[0]!.stack };
  }
  // A listed name without an organization is in the default one, which may be the one that was given.
  if (organization !== undefined && sameName.some((one) => one.organization === undefined) && leadsTo(wanted)) {
    return { action: "use", stack: wanted };
  }
  throw new Error(
    `STACK=${wanted}: the backend already has ${sameName.map(({ stack }) => stack).join(" and ")}. A second stack is not ` +
      `created automatically: use the full name of the one you mean, or run \`pulumi stack init ${wanted}\` first. Nothing was changed.`,
  );
}

function pulumi(args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync("pulumi", [...args, "--non-interactive"], { encoding: "utf8" });
  return { code: status, stdout, stderr: error?.message ?? stderr };
}

function listedByCli(): string[] {
  const { code, stdout, stderr } = pulumi(["stack", "ls", "--json"]);
  if (code !== 0) {
    throw new Error(`pulumi stack ls failed: ${stderr.trim()}`);
  }
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

function main(wanted: string): void {
  parseStackReference(wanted);
  const { name: project } = parse(readFileSync("Pulumi.yaml", "utf8")) as { name: string };
  const listed = namesInFiles(process.env["PULUMI_BACKEND_URL"] ?? "", project) ?? listedByCli();
  const leadsTo = (stack: string): boolean => pulumi(["stack", "--show-name", "--stack", stack]).code === 0;
  const { action, stack } = chooseStack(wanted, project, listed, leadsTo);
  console.log(`${action} ${stack}`);
  const { environment } = parseStackReference(stack);
  const own = listed
    .map(parseStackReference)
    .filter((one) => one.environment === environment && one.tenant !== undefined);
  if (own.length > 0) {
    console.log(own.map(({ tenant }) => tenant).join(", "));
  }
}

if (require.main === module) {
  try {
    main(process.argv[2] ?? "");
  } catch (error) {
    console.error(`odoo-fleet: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
