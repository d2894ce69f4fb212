import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a command of Docker prints, by line. */
export async function docker(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)("docker", args);
  return stdout.split("\n").filter((line) => line !== "");
}

/** How each kind of object is listed and removed; what uses others goes before them. */
const kinds = [
  { list: ["ps", "--all"], name: "{{.Names}}", remove: ["rm", "--force", "--volumes"] },
  { list: ["network", "ls"], name: "{{.Name}}", remove: ["network", "rm"] },
  { list: ["volume", "ls"], name: "{{.Name}}", remove: ["volume", "rm", "--force"] },
] as const;

/** Containers, networks and volumes that the engine has of a test's environment. */
export class EngineObjects {
  private readonly environment: string;

  /** @param environment begins with `test-`, so that what a killed test leaves is cleaned up. */
  constructor(environment: string) {
    this.environment = environment;
  }

  /** Names of what there is of a tenant, or of all of them, in their sequence. */
  async names(tenant?: string): Promise<string[]> {
    const found = kinds.map(({ list, name }) => docker(...list, "--format", name, ...this.filters(tenant)));
    return (await Promise.all(found)).flat().sort();
  }

  /** The same of a tenant, without what tells it from another: those of two tenants of one plan are equal. */
  async parts(tenant: string): Promise<string[]> {
    return (await this.names(tenant)).map((name) => name.replace(tenant, "TENANT").replace(/-[0-9a-f]{8}$/, "")).sort();
  }

  /** Removes what there is of a tenant, or of all of them. */
  async remove(tenant?: string): Promise<void> {
    for (const { list, remove } of kinds) {
      const ids = await docker(...list, "--quiet", ...this.filters(tenant));
      if (ids.length > 0) {
        await docker(...remove, ...ids);
      }
    }
  }

  private filters(tenant?: string): string[] {
    return [
      ...["--filter", `label=odoo-fleet.environment=${this.environment}`],
      ...(tenant === undefined ? [] : ["--filter", `label=odoo-fleet.tenant=${tenant}`]),
    ];
  }
}
