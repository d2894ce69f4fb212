import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { moduleChecksums } from "../../../../components/host/moduleChecksums";

const inImage = resolve(__dirname, "../../../../images/odoo/bin/modules");

describe("moduleChecksums", () => {
  let folder: string;
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  /** What both programs say, which is the same. */
  const checksums = (): Record<string, string> => {
    const ours = moduleChecksums(["."], folder);
    expect(JSON.parse(execFileSync("python3", [inImage, folder], { encoding: "utf8" }))).toEqual(ours);
    return ours;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "modules-"));
    write("visits/__manifest__.py", "{'name': 'Visits'}");
    write("visits/models/visit.py", "class Visit: ...");
    write("repository/README.md", "several");
    write("repository/deep/Zebra_9/__manifest__.py", "{}");
    write("repository/deep/a_b/__manifest__.py", "{}");
    write("repository/deep/a_b/ü.xml", "<odoo/>");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("finds modules on any level, as the image does", () => {
    expect(Object.keys(checksums())).toEqual(["Zebra_9", "a_b", "visits"]);
    expect(Object.values(checksums()).every((one) => /^[0-9a-f]{16}$/.test(one))).toBe(true);
  });

  it.each([
    ["visits/models/visit.py", "class Visit: new = 1"],
    ["visits/views/static/new.xml", "<odoo/>"],
    ["visits/i18n/fr.po", "msgid"],
    ["visits/data/__manifest__.py", "no module of its own"],
  ])("notices a change of %s in that module alone", (path, content) => {
    const before = checksums();
    write(path, content);
    const { visits, ...others } = checksums();
    expect(visits).not.toBe(before["visits"]);
    expect({ ...others, visits: before["visits"] }).toEqual(before);
  });

  it.each([
    "visits/static/src/visit.js",
    "visits/tests/test_visit.py",
    "visits/readme/USAGE.md",
    "visits/README.rst",
    "visits/i18n/visits.pot",
    "visits/models/__pycache__/visit.cpython-311.pyc",
    "visits/models/visit.pyc",
    "visits/.git/index",
    ".git/hooks/__manifest__.py",
    "repository/notes.txt",
  ])("takes no notice of %s", (path) => {
    const before = checksums();
    write(path, "new");
    expect(checksums()).toEqual(before);
  });

  it("counts what is shipped, and not what an editor keeps beside it", () => {
    const before = checksums();
    write("visits/models/visit.py~", "class Visit: old = 1");
    expect(moduleChecksums(["."], folder)).toEqual(before);
  });

  it("follows links, and takes one that leads nowhere for nothing", () => {
    const before = checksums();
    write("elsewhere/linked.py", "x = 1");
    symlinkSync("../elsewhere/nowhere.py", join(folder, "visits", "nowhere.py"));
    expect(checksums()).toEqual(before);
    symlinkSync("../elsewhere/linked.py", join(folder, "visits", "linked.py"));
    expect(checksums()["visits"]).not.toBe(before["visits"]);
  });
});
