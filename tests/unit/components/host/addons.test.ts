import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contentHash } from "../../../../components/container/content";
import { addonProblems } from "../../../../components/host/addonProblems";
import { addonFiles, readAddons } from "../../../../components/host/addons";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "project-"));
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, content = ""): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}
function module(folder: string, manifest = "{'name': 'Module'}"): void {
  write(`${folder}/__manifest__.py`, manifest);
  write(`${folder}/models/model.py`, "from odoo import models");
}
function link(path: string, target: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  symlinkSync(target, join(project, path));
}
const read = (...folders: string[]): ReturnType<typeof readAddons> => readAddons(folders, project);
const shipped = (...folders: string[]): string[] =>
  addonFiles(read(...folders))
    .map(({ path }) => path)
    .sort();
const faults = (...folders: string[]): string[] => read(...folders).faults.map(({ path, fault }) => `${path} ${fault}`);
const hash = (...folders: string[]): string => contentHash({ addons: addonFiles(read(...folders)) }, {});

describe("the modules of folders", () => {
  it("are found on any level, and put beside each other", () => {
    module("addons/oca/web/web_responsive");
    module("addons/oca/queue/queue_job");
    module("addons/acme/acme_crm");
    write("addons/oca/web/README.md");
    expect(shipped("addons/oca", "addons/acme")).toEqual([
      "acme_crm/__manifest__.py",
      "acme_crm/models/model.py",
      "queue_job/__manifest__.py",
      "queue_job/models/model.py",
      "web_responsive/__manifest__.py",
      "web_responsive/models/model.py",
    ]);
    expect(faults("addons/oca", "addons/acme")).toEqual([]);
  });

  it("may be one that is named itself, and one inside another's folder is its content", () => {
    module("addons/acme_crm");
    module("addons/acme_crm/tests/fixture");
    expect(shipped("addons/acme_crm")).toContain("acme_crm/tests/fixture/__manifest__.py");
    expect(read("addons/acme_crm").modules).toHaveLength(1);
  });

  it("come without what version control, tools, editors and Python keep", () => {
    module("addons/x");
    const before = hash("addons");
    for (const noise of [".git/HEAD", "__pycache__/a.py", ".pytest_cache/x", "models/a.pyc", "a.py~", ".a.py.swp"]) {
      write(`addons/x/${noise}`);
    }
    for (const noise of [".git/config", ".venv/lib/y/__manifest__.py", "node_modules/z/__manifest__.py", ".hg/a"]) {
      write(`addons/${noise}`, "{}");
    }
    expect(shipped("addons")).toEqual(["x/__manifest__.py", "x/models/model.py"]);
    expect(hash("addons")).toBe(before);
    // What a module ships itself is its content.
    write("addons/x/static/node_modules/chart/chart.js");
    expect(shipped("addons")).toContain("x/static/node_modules/chart/chart.js");
  });

  it("have one hash in whatever order and by whatever way they are reached, and another one for another content", () => {
    module("addons/a/one");
    module("addons/b/two");
    const direct = hash("addons/a", "addons/b");
    utimesSync(join(project, "addons/a/one/__manifest__.py"), 1, 1);
    link("linked/one", "../addons/a/one");
    link("linked/two", "../addons/b/two");
    expect([hash("addons/b", "addons/a"), hash("linked"), hash("addons")]).toEqual([direct, direct, direct]);
    write("addons/b/two/models/model.py", "changed");
    expect(hash("linked")).not.toBe(direct);
  });

  it("are followed through links inside the project, in and below them", () => {
    module("shared/x");
    write("shared/data.xml", "<odoo/>");
    link("addons/acme/x", "../../shared/x");
    link("shared/x/data.xml", "../data.xml");
    expect(shipped("addons/acme")).toEqual(["x/__manifest__.py", "x/data.xml", "x/models/model.py"]);
    expect(faults("addons/acme")).toEqual([]);
  });

  it("are no second ones where a repository links them again, as OCA's do", () => {
    module("addons/web/web_responsive");
    link("addons/web/setup/web_responsive/odoo/addons/web_responsive", "../../../../web_responsive");
    expect(faults("addons", "addons/web")).toEqual([]);
    expect(read("addons", "addons/web").modules).toHaveLength(1);
  });
});

describe("what can't be shipped", () => {
  it("is named with its path, all of it at once", () => {
    module("addons/a/same");
    module("addons/b/same", "{'name': 'Another'}");
    module("addons/a/odd-name");
    module("addons/a/torn", "{'name': 'Torn'");
    module("addons/a/list", "['name']");
    module("addons/a/fine");
    link("addons/a/fine/gone.xml", "nowhere.xml");
    link("addons/a/fine/out", tmpdir());
    link("addons/a/fine/models/up", "..");
    link("addons/a/self", "self");
    write("file");
    mkdirSync(join(project, "empty"));
    expect(faults("addons/a", "addons/b", "missing", "file", "empty").sort()).toEqual([
      "addons/a/fine/gone.xml is a broken link",
      "addons/a/fine/models/up is a link to a folder that contains it",
      "addons/a/fine/out points outside the project, so other machines don't have it",
      "addons/a/list/__manifest__.py isn't a Python dictionary, so Odoo would skip the module",
      "addons/a/odd-name is a module whose name Python can't import",
      "addons/a/self is a link to itself",
      "addons/a/torn/__manifest__.py isn't a Python dictionary, so Odoo would skip the module",
      'addons/b/same is a second module "same"; the first is addons/a/same',
      "empty has no module: no folder in it has a __manifest__.py",
      "file isn't a folder",
      "missing doesn't exist",
    ]);
  });

  it("is a problem of the configuration, at the folder's place in it", () => {
    module("addons/a/closed", "# a comment\n{'installable': False, 'name': \"It's {closed}\"}");
    const problems = addonProblems(
      {
        acme: { addons: ["addons/a", "missing"], modules: ["crm", "closed"], plan: 3 },
        globex: { addons: "gone" },
        hooli: { addons: "gone", state: "decommissioned" },
        wrong: { addons: "/etc" },
      },
      project,
    );
    expect(problems.map(({ path, value, expected }) => [path, value, expected])).toEqual([
      [
        "odoo-fleet:tenants.acme.addons[1]",
        '"missing"',
        "a folder of Odoo modules without faults; missing doesn't exist",
      ],
      [
        "odoo-fleet:tenants.acme.modules[1]",
        '"closed"',
        "an installable module; addons/a/closed/__manifest__.py says installable: False",
      ],
      ["odoo-fleet:tenants.globex.addons", '"gone"', "a folder of Odoo modules without faults; gone doesn't exist"],
    ]);
    expect(addonProblems(undefined, project)).toEqual([]);
  });
});
