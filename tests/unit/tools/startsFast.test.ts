import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..", "..", "..");

/** The path of a file's import by which Pulumi's SDK is loaded; undefined: it isn't. */
function wayToSdk(file: string, seen = new Set<string>()): string[] | undefined {
  seen.add(file);
  const text = readFileSync(file, "utf8");
  const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"]*?\sfrom\s+)?"([^"]+)";$/gm);
  for (const [, name] of imports) {
    if (/^@pulumi\//.test(name!)) {
      return [relative(root, file), name!];
    }
    const found = [`${name}.ts`, `${name}/index.ts`].map((one) => join(dirname(file), one)).find(existsSync);
    const way = name!.startsWith(".") && found && !seen.has(found) ? wayToSdk(found, seen) : undefined;
    if (way) {
      return [relative(root, file), ...way];
    }
  }
  return undefined;
}

test.each([
  ...[
    "capacity",
    "copy",
    "drills",
    "erase",
    "lifecycle",
    "move",
    "pack-config",
    "passwordLink",
    "perTenant",
    "prepare-stack",
    "preview",
    "recover",
  ],
  ...["restore", "stackName", "trust", "up", "update"],
])("tools/%s starts without Pulumi's SDK, which would take two seconds", (tool) => {
  expect(wayToSdk(join(root, "tools", `${tool}.ts`))).toBeUndefined();
});

test("the way to the SDK is seen where there is one", () => {
  expect(wayToSdk(join(root, "components", "tenant", "tenantStack.ts"))?.at(-1)).toMatch(/^@pulumi\//);
});
