import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { namesInFiles, writtenInFiles } from "../fileStacks";
import { inPrivateFile } from "../privateFile";
import { parseStackReference } from "../stackName";
import { type FoundStack, type Note, readNote, writeNote } from "./plan";

/** The project of all of them, which Pulumi.yaml names. */
const project = "odoo-fleet";

/** The stacks of an environment. */
export interface FoundStacks {
  /** Its own; undefined: it has none yet. */
  readonly own?: FoundStack;
  /** Those of its tenants, by tenant. */
  readonly tenants: ReadonlyMap<string, FoundStack>;
}

/** What tags of the environment's own stack are called that say what a tenant's stack was brought up as, and what it was itself. */
const [tenantTag, ownTag, groundTag] = ["tenant:", "own-stack", "own-ground"] as const;

/** The stacks of an environment in Pulumi's backend, and what is noted of them there. */
export class Backend {
  /** Ends with the last note: a backend of files keeps all tags of a stack in one of them. */
  private last: Promise<unknown> = Promise.resolve();

  /** @param stack the environment's own, as the CLI takes it. */
  constructor(readonly stack: string) {}

  /** The stack of a tenant, as the CLI takes it. */
  stackOf(tenant: string): string {
    return `${this.stack}.${tenant}`;
  }

  /** All stacks of the environment; one question, however many there are. */
  async stacks(): Promise<FoundStacks> {
    const wanted = parseStackReference(this.stack);
    const tenants = new Map<string, FoundStack>();
    let own: FoundStack | undefined;
    for (const { reference, ...stack } of await listStacks()) {
      const found = parseStackReference(reference);
      const isOther = (one: string | undefined, other: string | undefined): boolean =>
        one !== undefined && other !== undefined && one !== other;
      const isElsewhere =
        isOther(found.project, wanted.project ?? project) || isOther(found.organization, wanted.organization);
      if (found.environment !== wanted.environment || isElsewhere) {
        continue;
      }
      if (found.tenant === undefined) {
        own = stack;
      } else {
        tenants.set(found.tenant, stack);
      }
    }
    return { ...(own && { own }), tenants };
  }

  /** What is noted. */
  async notes(): Promise<{
    readonly own?: Note;
    readonly ground?: string;
    readonly tenants: ReadonlyMap<string, Note>;
  }> {
    const listed = await pulumi(["stack", "tag", "ls", "--json", "--stack", this.stack]);
    // The CLI prints null where there is none.
    const tags = (JSON.parse(listed) as Record<string, string> | null) ?? {};
    const own = readNote(tags[ownTag] ?? "");
    const tenants = Object.entries(tags).flatMap(([tag, value]) => {
      const note = tag.startsWith(tenantTag) ? readNote(value) : undefined;
      return note === undefined ? [] : [[tag.slice(tenantTag.length), note] as const];
    });
    return { ...(own && { own }), ...(tags[groundTag] && { ground: tags[groundTag] }), tenants: new Map(tenants) };
  }

  /** Notes that the environment's own stack has just been brought up. */
  noteOwn(hash: string, ground: string): Promise<void> {
    return this.inTurn(async () => {
      const { own } = await this.stacks();
      await this.tag(ownTag, writeNote({ hash, written: own?.written ?? "never" }));
      await this.tag(groundTag, ground);
    });
  }

  /** Notes that a tenant's stack has just been brought up. */
  noteTenant(tenant: string, hash: string, keptUntil?: string): Promise<void> {
    return this.inTurn(async () => {
      const written = (await this.stacks()).tenants.get(tenant)?.written ?? "never";
      await this.tag(`${tenantTag}${tenant}`, writeNote({ hash, written, ...(keptUntil && { keptUntil }) }));
    });
  }

  /** Removes a tenant's stack, which has nothing any more, and what is noted of it. */
  async forget(tenant: string): Promise<void> {
    await pulumi(["stack", "rm", "--yes", "--stack", this.stackOf(tenant)]);
    await this.inTurn(() =>
      pulumi(["stack", "tag", "rm", `${tenantTag}${tenant}`, "--stack", this.stack]).catch(() => ""),
    );
  }

  /** Makes a tenant's stack, empty, where there is none. */
  async make(tenant: string): Promise<void> {
    if ((await this.stacks()).tenants.has(tenant)) {
      return;
    }
    const { name } = parseStackReference(this.stackOf(tenant));
    const folder = join("build", "stacks");
    const prepared = ["--require", "tsx/cjs", "tools/prepare-stack.ts", name, join(folder, `Pulumi.${name}.yaml`)];
    await promisify(execFile)(process.execPath, prepared);
    await pulumi(["-C", folder, "stack", "init", this.stackOf(tenant), "--no-select"]);
  }

  /** Puts a state in the place of a tenant's. @param folder for the file that the CLI reads it from; only its owner reads it, and it is gone afterwards. */
  async put(tenant: string, state: string, folder: string): Promise<void> {
    await inPrivateFile(folder, state, (file) =>
      pulumi(["stack", "import", "--file", file, "--stack", this.stackOf(tenant)]),
    );
  }

  /** Names of what a tenant's stack has: all of its resources but Pulumi's own and the stack's id, and of these the protected ones. */
  async resourcesOf(tenant: string): Promise<{ readonly all: readonly string[]; readonly held: readonly string[] }> {
    const { deployment } = JSON.parse(await pulumi(["stack", "export", "--stack", this.stackOf(tenant)])) as {
      deployment?: { resources?: readonly { urn: string; type: string; protect?: boolean }[] };
    };
    const own = (deployment?.resources ?? []).filter(
      ({ type, urn }) => !type.startsWith("pulumi:") && !urn.endsWith("::stack-id"),
    );
    const names = (some: typeof own): string[] => some.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)).sort();
    return { all: names(own), held: names(own.filter(({ protect }) => protect)) };
  }

  /** An output of a tenant's stack that is a text and no secret; undefined: it has none of that name. */
  async outputOf(tenant: string, name: string): Promise<string | undefined> {
    const args = ["stack", "output", "--json", "--stack", this.stackOf(tenant)];
    return (JSON.parse(await pulumi(args)) as Record<string, string | undefined>)[name];
  }

  private async tag(name: string, value: string): Promise<void> {
    await pulumi(["stack", "tag", "set", name, value, "--stack", this.stack]);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined);
    return next;
  }
}

/** All stacks of the backend, and when the state of each was last written. */
async function listStacks(): Promise<readonly ({ readonly reference: string } & FoundStack)[]> {
  const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
  const names = namesInFiles(backend, project);
  if (names !== undefined) {
    return names.map((reference) => ({ reference, written: writtenInFiles(backend, project, reference) }));
  }
  const listed = JSON.parse(await pulumi(["stack", "ls", "--json"])) as { name: string; lastUpdate?: string }[];
  return listed.map(({ name: reference, lastUpdate: written }) => ({ reference, written }));
}

/** Runs the CLI. @throws Error with what it said. */
async function pulumi(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", [...args, "--non-interactive"], { maxBuffer: 1 << 30 });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`pulumi ${args.slice(0, 3).join(" ")} failed: ${stderr?.trim() || message.split("\n")[0]}`);
  }
}
