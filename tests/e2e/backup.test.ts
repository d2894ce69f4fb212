import { stringify } from "yaml";
import { removeObjects } from "../support/engine";
import { docker } from "../support/imagesSandbox";
import { administrator, ask, environment, project, slot, wrongKey } from "./backup/fleet";
// One tenant with the defaults of backups, through everything that may happen to its data; each as those before have left it.
import "./backup/kept";
import "./backup/restores";
import "./backup/drills";
import "./backup/dumps";

beforeAll(async () => {
  const hosts = { local: { subnetBase: "10.218.0.0/16" } };
  const text = stringify({ config: { "odoo-fleet:hosts": hosts } });
  project.declare(`${text}  odoo-fleet:tenants:\n    acme: # ours\n      slot: ${slot}\n`);
  await project.must("up", "--skip-preview");
  administrator.password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  await ask("CREATE TABLE marks (what text, at timestamptz)");
});

afterAll(async () => {
  await removeObjects(environment);
  await docker("volume", "rm", "--force", wrongKey);
  project.remove();
});
