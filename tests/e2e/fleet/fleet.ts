import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FleetOutputs } from "../../../components";
import { CliStack, projectFolder } from "../../support/cliStack";

type Outputs = Pick<FleetOutputs, "tenants" | "hosts"> & { adminPasswords: Record<string, string> };

export const stack = new CliStack("fleet", 211);
export const subnetBase = "10.211.0.0/16";
mkdirSync(join(projectFolder, "build"), { recursive: true });
export const addons = mkdtempSync(join(projectFolder, "build", "test-addons-"));
// `small` is the threaded server and has a module of its own, `large` has workers.
export const small = { slot: 101, plan: "starter", addons: relative(projectFolder, addons), modules: ["visits"] };
export const tenants = { small, large: { slot: 102, plan: "basic" } };
export const slots = { small: 101, large: 102 };
export const names = Object.keys(tenants) as (keyof typeof tenants)[];
export const container = (tenant: string, service: string): string => `${stack.environment}-${tenant}-${service}`;
export const summary = (output: string): string[] =>
  (output.split("Resources:")[1] ?? "").split("Duration:")[0]!.trim().split(/\n\s*/);

/** What has been brought up. */
export const fleet = {} as { outputs: Outputs };

/** The module of `small`'s own, with these fields on partners. */
export function writeModule(name: string, ...fields: string[]): void {
  const folder = join(addons, name);
  mkdirSync(folder, { recursive: true });
  const body = fields.map((field) => `    ${field} = fields.Char()\n`).join("");
  const model = `class Partner(models.Model):\n    _inherit = "res.partner"\n${body}`;
  writeFileSync(join(folder, "__manifest__.py"), `{"name": "${name}", "depends": ["base"], "license": "LGPL-3"}`);
  writeFileSync(join(folder, "__init__.py"), `from odoo import fields, models\n\n\n${model}`);
}
