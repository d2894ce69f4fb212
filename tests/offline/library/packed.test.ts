/** The library as another team gets it: packed, installed, type-checked and run outside of this project. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { imageSpecs } from "../../../components/host/imageSpec";
import { resolveFleet } from "../../../fleet";
import { installPackedLibrary } from "../../support/packedLibrary";
import type { RunningTenant } from "../../../fleet/types";

let folder: string;

beforeAll(() => {
  folder = installPackedLibrary();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(...args: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { code: status, output: stdout + stderr };
}

/** Checks a consumer's file strictly, the library's declarations included. */
function typeCheck(source: string): { code: number | null; output: string } {
  writeFileSync(join(folder, "consumer.ts"), source);
  const options = "--strict --noUncheckedIndexedAccess --module node16 --target es2022 --types node --noEmit".split(
    " ",
  );
  return node("node_modules/typescript/bin/tsc", ...options, "--skipLibCheck", "consumer.ts");
}

const consumer = `
  import { createFleet, createTenant, decodeFleetOutputs, decodeTenantOutputs, type Secret, type FleetSettings } from "odoo-fleet";
  import { parseFleet, type ConfigProblem } from "odoo-fleet/fleet";
  import { LocalWorkspace } from "@pulumi/pulumi/automation";
  const settings: FleetSettings = { hosts: { local: {} }, tenants: { acme: { slot: 1, plan: "pro" } } };
  export async function run(): Promise<Secret<string>> {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", projectName: "ours", program: () => createFleet(settings) });
    const { tenants, adminPasswords } = decodeFleetOutputs((await stack.up()).outputs);
    const port: number = tenants["acme"]!.port;
    const tenant = decodeTenantOutputs((await stack.up({ program: () => createTenant({ ...settings, tenant: "acme" }) })).outputs);
    const problems: readonly ConfigProblem[] = ((result) => (result.ok ? [] : result.problems))(parseFleet({}, "dev"));
    console.log(port, tenant.state === "running", problems.length);
    return adminPasswords["acme"]!;
  }`;

it("type-checks in a strict program", () => {
  expect(typeCheck(consumer)).toEqual({ code: 0, output: "" });
});

it("refuses settings of a wrong type, and a password that is used as text", () => {
  const { output } = typeCheck(
    consumer
      .replace('plan: "pro"', "plan: 5")
      .replace("return adminPasswords", 'const text: string = adminPasswords["acme"]!; return adminPasswords'),
  );
  expect(output).toMatch(/Type 'number' is not assignable to type 'string/);
  expect(output).toMatch(/Type 'Secret<string>' is not assignable to type 'string'/);
});

it("runs, and finds its Dockerfiles: the images' names follow from their content and are the same as in the project", () => {
  const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 } } }, "dev");
  const names = Object.values(imageSpecs(fleet.tenants["acme"] as RunningTenant, "")).map((spec) => spec.name);
  const { output } = node(
    "-e",
    `const { resolveFleet } = require("odoo-fleet/fleet");
     const { imageSpecs } = require(require("path").join(require.resolve("odoo-fleet"), "..", "host", "imageSpec.js"));
     const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 } } }, "dev");
     const specs = Object.values(imageSpecs(fleet.tenants.acme, ""));
     console.log(JSON.stringify(specs.map((spec) => spec.name)));`,
  );
  expect(JSON.parse(output)).toEqual(names);
});

it("has the program that encrypts the keys of backups, which runs by itself", () => {
  const program = join("node_modules", "odoo-fleet", "build", "library", "components", "backup", "encrypt-keys.mjs");
  const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  const input = JSON.stringify({ recipients: [recipient], text: "keys" });
  const printed = execFileSync(process.execPath, [program], { cwd: folder, input, encoding: "utf8" });
  expect(printed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  // What packs an export, and what makes a copy, is sent to a container.
  for (const sent of ["export/exporting.py", "copy/copying.py", "copy/update-database"]) {
    expect([sent, existsSync(join(folder, program, "..", "..", sent))]).toEqual([sent, true]);
  }
});

it("keeps the program and its inner files out", () => {
  const files = join(folder, "node_modules", "odoo-fleet");
  for (const inner of ["index.ts", "Pulumi.yaml", "tests", "offline", "components"]) {
    expect([inner, existsSync(join(files, inner))]).toEqual([inner, false]);
  }
  expect(node("-e", 'require("odoo-fleet/build/library/components/fleet.js")').output).toContain(
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  );
});

it("offers these names, and keeps what they are made of to itself", () => {
  const { output } = node("-e", 'console.log(Object.keys(require("odoo-fleet")).sort().join(" "))');
  expect(output.trim()).toBe(
    [
      "ExportVolume OutputsError RefusedError RestoreError SdkCopiesError copyTenant createFleet createTenant decodeFleetOutputs decodeTenantOutputs destroyEscrowedKeys exportTenant",
      "isLost keepBackups keepSchedules offerLogin offerPassword readAlerts readBackups readCertificates readSizes readWakes recoverTenants removeExport removeRestored removeUnrecorded restoreTenant settingsFromConfig switchRestored undoRestore",
    ].join(" "),
  );
});

interface Manifest {
  readonly private?: boolean;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

it("can be published, shares the SDK with its user, and depends upon what it loads and nothing else", () => {
  const files = join(folder, "node_modules", "odoo-fleet");
  expect(["README.md", "LICENSE"].filter((name) => !existsSync(join(files, name)))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(files, "package.json"), "utf8")) as Manifest;
  expect(manifest.private).toBeUndefined();
  const loaded = new Set(
    readdirSync(join(files, "build", "library"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.m?js$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(files, "build", "library", file), "utf8").matchAll(
          file.endsWith(".mjs")
            ? /^import .* from "((?:@[^/"]+\/)?[^./"][^/"]*)/gm
            : /(?:require|import)\("((?:@[^/"]+\/)?[^./"][^/"]*)/g,
        ),
      ])
      .map((match) => match[1]!)
      .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name)),
  );
  const isSdk = (name: string): boolean => name.startsWith("@pulumi/");
  expect([...loaded].filter((name) => !isSdk(name)).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  expect([...loaded].filter(isSdk).sort()).toEqual(Object.keys(manifest.peerDependencies).sort());
});

it("refuses to run with a second copy of the SDK beside its own", () => {
  const other = join(folder, "node_modules", "other");
  const copy = join(other, "node_modules", "@pulumi", "pulumi");
  const own = join(folder, "node_modules", "@pulumi", "pulumi");
  mkdirSync(copy, { recursive: true });
  for (const entry of readdirSync(own)) {
    // Node calls a link by what it leads to: the code has to be there, what it depends upon is found as ever.
    if (entry === "node_modules") {
      symlinkSync(join(own, entry), join(copy, entry));
    } else {
      cpSync(join(own, entry), join(copy, entry), { recursive: true });
    }
  }
  for (const entry of readdirSync(join(folder, "node_modules")).filter(
    (name) => !["@pulumi", "other"].includes(name),
  )) {
    symlinkSync(join(folder, "node_modules", entry), join(other, "node_modules", entry));
  }
  writeFileSync(join(other, "index.js"), 'module.exports = require("@pulumi/pulumi");');
  const run = (load: string, call: string): string =>
    node(
      "-e",
      `${load}; ${call}.catch((error) => console.log(String(error.message), require("util").inspect(error).length));`,
    ).output;
  const call = 'require("odoo-fleet").createFleet({ hosts: { local: {} } })';
  const refused = run('require("other")', call);
  expect(refused).toContain("2 copies of @pulumi/pulumi are loaded; expected one");
  expect(refused).toContain(join("other", "node_modules", "@pulumi", "pulumi"));
  expect(refused).toContain("npm ls @pulumi/pulumi");
  expect(run('require("other")', 'require("odoo-fleet").createTenant({ hosts: {}, tenant: "acme" })')).toContain(
    "2 copies",
  );
  // With one copy it gets as far as asking the engine of Pulumi, which isn't there.
  expect(run("0", call)).not.toContain("copies of");
});
