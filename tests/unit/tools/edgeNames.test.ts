import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-names-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the edge serves of what tenants claim, and the names that it leaves out. */
function served(routes: readonly string[], former: readonly string[] = []): { routes: string[]; disputed: string[] } {
  const lines = (text: string): string[] => text.split("\n").filter(Boolean);
  const [was, disputed] = [join(folder, "routes"), join(folder, "disputed")];
  writeFileSync(was, former.map((line) => `${line}\n`).join(""));
  const input = routes.map((line) => `${line}\n`).join("");
  const output = execFileSync("sh", ["images/edge/odoo-fleet-names", was, disputed], { input, encoding: "utf8" });
  return { routes: lines(output), disputed: lines(readFileSync(disputed, "utf8")) };
}

const globex = "globex running 20021 erp.acme.com,globex.example.com R2xvYmV4";
const acme = "acme wakeable 20011 erp.acme.com,acme.example.com QWNtZQ== 30 60";
const rest = "globex running 20021 globex.example.com R2xvYmV4";

test("a name that two tenants claim stays with the one that had it, whoever comes first", () => {
  expect(served([acme, globex], [globex])).toEqual({
    routes: ["acme wakeable 20011 acme.example.com QWNtZQ== 30 60", globex],
    disputed: ["erp.acme.com acme globex"],
  });
  expect(served([acme, globex], [acme, rest])).toEqual({
    routes: [acme, rest],
    disputed: ["erp.acme.com globex acme"],
  });
});

test("it goes over when the one that had it lets it go, or leaves", () => {
  expect(served([acme, rest], [globex]).routes).toEqual([acme, rest]);
  expect(served([acme], [globex])).toEqual({ routes: [acme], disputed: [] });
});

test("of two that come at once one has it, and a tenant keeps its name while its route is replaced", () => {
  expect(served([acme, globex])).toEqual({ routes: [acme, rest], disputed: ["erp.acme.com globex acme"] });
  const suspended = acme.replace("wakeable", "suspended");
  expect(served([acme, suspended], [acme])).toEqual({ routes: [acme, suspended], disputed: [] });
});

test("a tenant that is left without a name isn't served", () => {
  expect(served(["globex running 20021 erp.acme.com R2xvYmV4"], [acme])).toMatchObject({ disputed: [] });
  expect(served([acme, "globex running 20021 erp.acme.com R2xvYmV4"], [acme])).toEqual({
    routes: [acme],
    disputed: ["erp.acme.com globex acme"],
  });
});
