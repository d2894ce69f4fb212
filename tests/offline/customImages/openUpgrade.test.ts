import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openUpgradeImageSpec } from "../../../components/host/imageSpec";
import { ImageSandbox } from "../../support/customImages";
import type { Container } from "../../support/imagesSandbox";
import { baseWithOpenUpgrade } from "../../support/openUpgrade";

const sandbox = new ImageSandbox();
const folder = "/opt/odoo-fleet/openupgrade";
let context: string;
let container: Container;

beforeAll(async () => {
  context = mkdtempSync(join(tmpdir(), "odoo-fleet-openupgrade-"));
  const image = await sandbox.build(openUpgradeImageSpec(await baseWithOpenUpgrade(context), { odooVersion: "19.0" }));
  const asleep = ["-c", "sleep infinity"];
  container = await sandbox.start({ image, options: ["--network=none", "--entrypoint=sh"], command: asleep });
});
afterAll(async () => {
  await sandbox.clean();
  rmSync(context, { recursive: true });
});

it("the image that migrates has OpenUpgrade's modules, scripts and library, where Odoo and Python look for them", async () => {
  const options = ["--load=base,web,openupgrade_framework", "--stop-after-init", "--no-http"];
  // It loads server-wide modules before it looks for a database.
  const started = ["odoo", `--addons-path=${folder}/addons`, ...options];
  const log = await container.exec("env", `PYTHONPATH=${folder}/python`, ...started);
  expect(log).toContain("Setting upgrade_path to the scripts directory");
  expect(log).not.toMatch(/ERROR|CRITICAL/);
  expect(await container.exec("ls", `${folder}/addons/openupgrade_scripts/scripts/base`)).toContain("19.0.1.3");
});

it("it serves nobody, and changes nothing of what serves", async () => {
  expect(await container.exec("id", "--user", "--name")).toBe("odoo");
  expect(await container.exec("sh", "-c", `find ${folder} -perm /022 | head -n 3`)).toBe("");
  await expect(container.exec("python3", "-c", "import openupgradelib")).rejects.toThrow("No module named");
});
