import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetSettings } from "odoo-fleet";

/** A tenant as odoo-fleet declares it. */
export type Declaration = NonNullable<FleetSettings["tenants"]>[string];

/** The tenants that customers ordered: the service's own records, one file that is replaced as a whole. */
export class Declarations {
  private readonly file: string;
  private tenants: Record<string, Declaration>;

  constructor(folder: string) {
    this.file = join(folder, "tenants.json");
    this.tenants = existsSync(this.file)
      ? (JSON.parse(readFileSync(this.file, "utf8")) as Record<string, Declaration>)
      : {};
  }

  /** All tenants, by name. */
  all(): Readonly<Record<string, Declaration>> {
    return this.tenants;
  }

  /** Writes a tenant down, or takes it out. */
  set(name: string, declaration: Declaration | undefined): void {
    const others = Object.entries(this.tenants).filter(([other]) => other !== name);
    this.tenants = Object.fromEntries(declaration ? [...others, [name, declaration]] : others);
    writeFileSync(`${this.file}.part`, JSON.stringify(this.tenants, null, 2));
    renameSync(`${this.file}.part`, this.file);
  }
}
