import { type ConfigProblem, showValue } from "../../fleet/errors";
import { isObject } from "../../fleet/lenient";
import { formatPath, removeCommand } from "../../fleet/paths";
import { tenantSchema } from "../../fleet/schema";
import { type Addons, readAddons } from "./addons";

/**
 * What is wrong with the addons that tenants declare: each fault with its path, and each module that is asked for and can't be
 * installed. Whether Odoo itself has a module shows only in its image: the build checks that before it makes a seed.
 *
 * @param tenants the tenants as they were declared: what is wrong elsewhere in them hides nothing here.
 * @param project the project's folder.
 */
export function addonProblems(tenants: unknown, project: string): ConfigProblem[] {
  const read = new Map<string, Addons>();
  return Object.entries(isObject(tenants) ? tenants : {}).flatMap(([name, tenant]) => {
    const declared = tenantSchema.shape.addons.safeParse(isObject(tenant) ? tenant["addons"] : undefined);
    if (
      !isObject(tenant) ||
      !declared.success ||
      declared.data === undefined ||
      ["suspended", "decommissioned"].includes(String(tenant["state"]))
    ) {
      return [];
    }
    const folders = [declared.data].flat();
    const key = JSON.stringify(folders);
    const addons = read.get(key) ?? readAddons(folders, project);
    read.set(key, addons);
    return [...folderProblems(name, tenant["addons"], addons), ...moduleProblems(name, tenant, addons)];
  });
}

function folderProblems(tenant: string, declared: unknown, { faults }: Addons): ConfigProblem[] {
  return faults.map(({ index, path, fault, wayOut }) => ({
    path: formatPath(["tenants", tenant, "addons", ...(Array.isArray(declared) ? [index] : [])]),
    value: showValue(Array.isArray(declared) ? (declared[index] as unknown) : declared),
    expected: `a folder of Odoo modules without faults; ${path} ${fault}`,
    wayOut,
  }));
}

function moduleProblems(tenant: string, declared: Record<string, unknown>, { modules }: Addons): ConfigProblem[] {
  const closed = new Map(modules.filter(({ manifest }) => !manifest.installable).map((one) => [one.name, one.folder]));
  return ["modules", "serverWideModules"].flatMap((key) => {
    const names: unknown[] = Array.isArray(declared[key]) ? declared[key] : [];
    return names.flatMap((name, index): ConfigProblem[] => {
      const folder = closed.get(String(name));
      const path = ["tenants", tenant, key, index];
      return folder === undefined
        ? []
        : [
            {
              path: formatPath(path),
              value: showValue(name),
              expected: `an installable module; ${folder}/__manifest__.py says installable: False`,
              wayOut: `use an installable version, or remove it: ${removeCommand(path)}`,
            },
          ];
    });
  });
}
