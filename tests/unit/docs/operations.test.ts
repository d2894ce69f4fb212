import { readFileSync } from "node:fs";
import { defaultsSchema, fleetSchema, hostSchema, tenantSchema } from "../../../fleet/schema";

/** Paths in the first column of the table of what a change does: `tenants.*.plan`, and what stands behind it on the same row. */
function pathsInTable(): string[] {
  const text = readFileSync("docs/operations.md", "utf8");
  const [, chapter = ""] = text.split("## What a change does to a tenant with data\n");
  const rows = chapter
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("| "));
  return rows.slice(1).flatMap((row) => {
    const names = [...row.split(" | ")[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    let prefix = "";
    return names.map((name) => {
      const isWhole = Object.keys(fleetSchema.shape).includes(name.split(".")[0]!);
      prefix = isWhole ? name.slice(0, name.lastIndexOf(".") + 1) : prefix;
      return isWhole ? name : prefix + name;
    });
  });
}

describe("the table of what a change does to a tenant with data", () => {
  const paths = pathsInTable();

  it.each(Object.keys(tenantSchema.shape))("has a row for the tenants' key %s", (key) => {
    expect(paths).toContain(`tenants.*.${key}`);
  });

  // Images are named where the environment's are.
  it.each(Object.keys(hostSchema.shape).filter((key) => key !== "images"))("has a row for the hosts' key %s", (key) => {
    expect(paths).toContain(`hosts.*.${key}`);
  });

  it.each(Object.keys(defaultsSchema.shape))("has a row for the default %s", (key) => {
    expect(paths).toContain(`defaults.${key}`);
  });

  it("has no row for a key that doesn't exist", () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      tenants: Object.keys(tenantSchema.shape),
      hosts: Object.keys(hostSchema.shape),
      defaults: Object.keys(defaultsSchema.shape),
    };
    const unknown = paths.filter((path) => {
      const [root = "", ...rest] = path.split(".").filter((part) => part !== "*");
      const keys = known[root];
      return keys ? !keys.includes(rest[0] ?? "") : !Object.keys(fleetSchema.shape).includes(root);
    });
    expect(unknown).toEqual([]);
  });
});
