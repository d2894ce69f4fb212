/**
 * `prepare-stack.ts STACK TARGET [MORE]`: writes the configuration that a stack runs with, the keys of the file MORE among it, and removes what a killed run on
 * this machine left behind in a file backend: its lock, and a file of attributes that it couldn't finish.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Document, parse } from "yaml";
import { locksOf, stateFolder } from "./backendLocks";
import { ownerOfStack } from "../fleet/layout";
import { plainPasswords } from "./stackFile";
import { readDocument } from "./yamlFile";

/** What Pulumi writes into a stack's file to encrypt its secrets. */
const secretsKeys = ["secretsprovider", "encryptedkey", "encryptionsalt"];

function main(stack: string, target: string, more?: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, mergedConfig(`Pulumi.${ownerOfStack(stack).environment}.yaml`, target, more));
  const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
  removeStaleLocks(backend, stack);
  const state = stateFolder(backend);
  if (state !== undefined) {
    removeCutAttributes(join(state, "stacks", "odoo-fleet"), stack);
  }
}

/** The declared configuration, with what `more` has beside it, stand-in base images laid over it and the salt of an earlier run. */
function mergedConfig(source: string, previous: string, more?: string): string {
  const document = readDocument(readFileSync(source, "utf8"), source);
  refusePlainPassword(document, source);
  if (more !== undefined) {
    const { config } = parse(readFileSync(more, "utf8")) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(config).filter(([key]) => !document.hasIn(["config", key]))) {
      document.setIn(["config", key], value);
    }
  }
  const standIns = join("build", "offline-images.json");
  if (existsSync(standIns)) {
    document.setIn(["config", "odoo-fleet:images"], JSON.parse(readFileSync(standIns, "utf8")));
  }
  if (existsSync(previous) && !secretsKeys.some((key) => document.has(key))) {
    const before = parse(readFileSync(previous, "utf8")) as Record<string, unknown> | null;
    for (const key of secretsKeys.filter((one) => before?.[one] !== undefined)) {
      document.set(key, before![key]);
    }
  }
  return document.toString();
}

/**
 * Pulumi tells a program only whether anything below a key is encrypted; the file tells whether each password is.
 *
 * @throws an error that shows no value.
 */
function refusePlainPassword(document: Document, source: string): void {
  const config = (document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {};
  for (const path of plainPasswords(config)) {
    throw new Error(
      `${source}: ${path} is in plain text; expected an encrypted value. Way out: change the password, and run ` +
        `pulumi config set --secret --path '${path}'`,
    );
  }
}

/** One that a killed run left is of no use to anybody and would stop every later run. */
function removeStaleLocks(backend: string, stack: string): void {
  for (const { file, pid } of locksOf(backend, stack).filter(({ isStale }) => isStale)) {
    console.error(`odoo-fleet: the run with process id ${pid} was killed; its lock on ${stack} is removed`);
    rmSync(file);
  }
}

/**
 * Beside each state file, a file backend without `?metadata=skip` writes a `.attrs` file with its MIME type, in place:
 * a run that is killed meanwhile leaves half of it, and every later run ends with "failed to load checkpoint: EOF". The
 * state itself is written under another name and then renamed, so it is whole, and is read without the attributes too.
 */
function removeCutAttributes(folder: string, stack: string): void {
  for (const file of [`${stack}.json.attrs`, `${stack}.json.bak.attrs`].map((name) => join(folder, name))) {
    if (existsSync(file) && !isJson(readFileSync(file, "utf8"))) {
      console.error(`odoo-fleet: a killed run left ${file} unfinished; it isn't needed and is removed`);
      rmSync(file);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const [stack, target, more] = process.argv.slice(2);
try {
  main(stack!, target!, more);
} catch (error) {
  console.error(`odoo-fleet: ${(error as Error).message}`);
  process.exitCode = 1;
}
