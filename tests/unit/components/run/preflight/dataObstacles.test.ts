import { resolveFleet } from "../../../../../fleet";
import type { DataFacts } from "../../../../../components/run/preflight/dataFacts";
import { dataObstacles } from "../../../../../components/run/preflight/dataObstacles";
import { readDataLabel } from "../../../../../components/tenant/dataLabel";

const declared = { slot: 1, odoo: "19.0", postgres: 17, modules: ["contacts"], company: "Acme" };
const { acme } = resolveFleet({ hosts: { local: {} }, tenants: { acme: declared } }, "dev").tenants;
const modules = ["base", "contacts", "web"];
/** What the tenant was brought up as, and its database, which has one module of its own. */
const addons = { visits: "aaaa" };
const last = { odoo: "19.0", postgres: 17, modules, company: "Acme", addons };
const database = { installed: ["base", "contacts", "visits", "web"], updatedWith: addons };
const find = (facts: Partial<DataFacts>): ReturnType<typeof dataObstacles> =>
  dataObstacles(acme!, { addons, last, ...facts });

describe("dataObstacles", () => {
  it("finds none where the data is what is declared, nor where nothing is known of it", () => {
    expect(find({})).toEqual([]);
    expect(find({ database })).toEqual([]);
    expect(find({ last: {} })).toEqual([]);
    expect(find({ last: {}, unanswered: "it is stopped" })).toEqual([]);
  });

  it("refuses to begin anew where volumes with data are gone, whatever else is another, also in a planned update", () => {
    const gone = { missing: ["dev-acme-database", "dev-acme-filestore"], last: { ...last, postgres: 16 } };
    const [problem, ...others] = dataObstacles(acme!, { addons, ...gone }, { isPlanned: true });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      path: "odoo-fleet:hosts.local.docker",
      value: "an engine without the data of tenant acme",
      expected: expect.stringMatching(/^the one with dev-acme-database and dev-acme-filestore,/) as string,
      wayOut: expect.stringMatching(/make recover HOST=local .*tenants\.acme\.withoutLastBackup/) as string,
    });
  });

  it("refuses that a copy becomes a customer's, and another way round", () => {
    const tenants = { acme: declared, staging: { ...declared, slot: 2, copyOf: "acme", restored: 1 } };
    const { staging } = resolveFleet({ hosts: { local: {} }, tenants }, "dev").tenants;
    const was = (copyOf?: string): DataFacts => ({ addons, last: { ...last, copyOf } });
    const paths = (found: ReturnType<typeof dataObstacles>): string[] =>
      found.map(({ path, wayOut }) => `${path} ${wayOut}`);
    expect(paths(dataObstacles(staging!, was("acme")))).toEqual([]);
    expect(paths(dataObstacles(staging!, was()))).toEqual([
      expect.stringMatching(/^odoo-fleet:tenants\.staging\.copyOf .*config rm/),
    ]);
    expect(paths(dataObstacles(acme!, was("globex")))).toEqual([
      expect.stringMatching(/^odoo-fleet:tenants\.acme\.copyOf .*config set .*globex/),
    ]);
  });

  it.each([
    [
      "another PostgreSQL, newer",
      { postgres: 16 },
      "postgres",
      "17",
      "16, the major version",
      "tenants.acme.postgres' 16",
    ],
    [
      "another PostgreSQL, older",
      { postgres: 18 },
      "postgres",
      "17",
      "18, the major version",
      "tenants.acme.postgres' 18",
    ],
    ["an older Odoo", { odoo: "18.0" }, "odoo", '"19.0"', '"18.0", the release', "tenants.acme.odoo' 18.0"],
    ["a newer Odoo", { odoo: "20.0" }, "odoo", '"19.0"', '"20.0", the release', "tenants.acme.odoo' 20.0"],
    ["another company", { company: "Globex" }, "company", '"Acme"', "has no effect", "tenants.acme.company' Globex"],
  ])("refuses %s, whatever else is asked", (_, change, key, value, expected, wayOut) => {
    const [problem, ...others] = find({ last: { ...last, ...change } });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: `odoo-fleet:tenants.acme.${key}`, value });
    expect(problem!.expected).toContain(expected);
    expect(problem!.wayOut).toContain(wayOut);
  });

  it("leaves a newer PostgreSQL to a planned update, and an older one to nobody", () => {
    const planned = (postgres: number): ReturnType<typeof dataObstacles> =>
      dataObstacles(acme!, { addons, last: { ...last, postgres } }, { isPlanned: true });
    expect(find({ last: { ...last, postgres: 16 } })[0]!.wayOut).toContain("make update TENANT=acme");
    expect(planned(16)).toEqual([]);
    expect(planned(18).map(({ path }) => path)).toEqual(["odoo-fleet:tenants.acme.postgres"]);
  });

  it("leaves the next Odoo to a planned update that somebody has asked for, and whatever module its database lacks to the rehearsal", () => {
    const before = { last: { ...last, odoo: "18.0", modules: ["base", "crm"] }, database, addons: {} };
    const planned = (options: object, odoo = "18.0"): string[] =>
      dataObstacles(acme!, { ...before, last: { ...before.last, odoo } }, { isPlanned: true, ...options }).map(
        ({ wayOut }) => wayOut,
      );
    expect(planned({})).toEqual([]);
    expect(planned({ isUnattended: true })).toEqual([expect.stringContaining("migrate it: make update TENANT=acme,")]);
    expect(planned({}, "17.0")).toEqual([
      expect.stringMatching(
        /one release after the other: .*tenants\.acme\.odoo' 18\.0, make update TENANT=acme, .*odoo' 17\.0/,
      ),
    ]);
    expect(planned({}, "20.0")).toEqual([expect.stringContaining("no database goes back to an older release")]);
  });

  it("has a copy made anew whose tenant went to another release or major, instead of migrating it", () => {
    const tenants = { acme: declared, staging: { slot: 2, copyOf: "acme" } };
    const { staging } = resolveFleet({ hosts: { local: {} }, tenants }, "dev").tenants;
    for (const before of [{ odoo: "18.0" }, { postgres: 16 }]) {
      const copied = { ...last, copyOf: "acme", ...before };
      const [problem, ...others] = dataObstacles(staging!, { addons: {}, last: copied }, { isPlanned: true });
      expect(others).toEqual([]);
      expect(problem!.path).toBe("odoo-fleet:tenants.staging.copyOf");
      expect(problem!.wayOut).toMatch(/^make the copy anew: .* decommissioned.*make copy TENANT=staging$/);
    }
  });

  it("names a listed module that the database doesn't have, unless it was listed before", () => {
    const installed = ["base", "visits", "web"];
    const [problem, ...others] = find({
      last: { ...last, modules: ["base", "web"] },
      database: { ...database, installed },
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: "odoo-fleet:tenants.acme.modules" });
    expect(problem!.expected).toContain("contacts isn't");
    // Its customer uninstalled it, or it was listed by an earlier release of the fleet.
    expect(find({ database: { ...database, installed } })).toEqual([]);
    expect(find({ last: { odoo: "19.0" }, database: { ...database, installed } })).toEqual([]);
    // It was installed by hand.
    expect(find({ last: { ...last, modules: ["base", "web"] }, database })).toEqual([]);
  });

  it("names a module that left the list and that the database still has", () => {
    const before = { ...last, modules: [...modules, "crm"] };
    expect(find({ last: before, database })).toEqual([]);
    const [problem, ...others] = find({
      last: before,
      database: { ...database, installed: [...database.installed, "crm"] },
    });
    expect(others).toEqual([]);
    expect(problem!.expected).toContain("crm to stay in the list");
  });

  it("names an installed module of the addons whose content changes or goes, and no other", () => {
    const paths = (facts: Partial<DataFacts>): string[] =>
      find(facts).map(({ path, expected }) => `${path} ${expected}`);
    expect(paths({ database, addons: { visits: "bbbb", unused: "cccc" } })).toEqual([
      expect.stringMatching(/^odoo-fleet:tenants\.acme\.addons the content .* of visits: /),
    ]);
    expect(paths({ database, addons: {} })).toEqual([expect.stringContaining("a folder that still has visits")]);
    // One of the own modules takes the place of Odoo's, which the database has.
    expect(paths({ database, addons: { ...addons, contacts: "dddd" } })).toEqual([
      expect.stringContaining("of contacts: "),
    ]);
    // The database was updated by hand, or doesn't have it.
    expect(paths({ database: { ...database, updatedWith: { visits: "bbbb" } }, addons: { visits: "bbbb" } })).toEqual(
      [],
    );
    expect(paths({ database: { ...database, installed: ["base", "contacts", "web"] }, addons: {} })).toEqual([]);
    expect(paths({ database, addons: { ...addons, added: "eeee" } })).toEqual([]);
  });

  it("lets nothing change about modules while the database doesn't answer", () => {
    const [problem] = find({ unanswered: "container is not running" });
    expect(problem!.expected).toContain("container is not running");
  });
});

describe("readDataLabel", () => {
  it("takes no label, and one that can't be read, for nothing known", () => {
    expect(readDataLabel({})).toEqual({});
    expect(readDataLabel({ "odoo-fleet.data": "{" })).toEqual({});
    expect(readDataLabel({ "odoo-fleet.data": '{"postgres":17}' })).toEqual({ postgres: 17 });
  });
});
