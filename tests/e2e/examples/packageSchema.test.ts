/** What the package for other languages says of itself. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../support/cliStack";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is the schema that is committed (make schema renews it), and leaves its own folder as it is", () => {
  const plugin = join(projectFolder, "plugin");
  const lock = readFileSync(join(plugin, "package-lock.json"), "utf8");
  // The package starts in this folder; what a TypeScript project has there is none of its business.
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { target: "es5", lib: ["es5"] } }));
  const schema = execFileSync("pulumi", ["package", "get-schema", plugin], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  expect(readFileSync(join(plugin, "package-lock.json"), "utf8")).toBe(lock);
  expect(JSON.parse(schema)).toEqual(JSON.parse(readFileSync(join(plugin, "schema.json"), "utf8")));
});
