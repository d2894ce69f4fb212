import type { DataFacts } from "../../../../components/run/preflight/dataFacts";
import { resolveFleet } from "../../../../fleet";
import { describe as inWords, inOrder, isEmpty, planUpdate } from "../../../../tools/update/plan";

const declared = { slot: 1, odoo: "19.0", postgres: 17, modules: ["contacts", "crm"], company: "Acme" };
const { acme } = resolveFleet({ hosts: { local: {} }, tenants: { acme: declared } }, "dev").tenants;
const facts: DataFacts = {
  addons: { visits: "new", unused: "new", same: "1" },
  last: { odoo: "19.0", postgres: 17, modules: ["base", "contacts", "web"], company: "Acme", addons: {} },
  database: { installed: ["base", "contacts", "same", "visits", "web"], updatedWith: { visits: "old", same: "1" } },
};
const images = { declared: "odoo:new", running: ["odoo:old"] };
const plan = (change: Partial<DataFacts> = {}): ReturnType<typeof planUpdate> =>
  planUpdate(acme!, { ...facts, ...change }, images);

describe("an update", () => {
  it("updates installed modules of another content, and installs what is new in the list", () => {
    expect(plan()).toEqual({ plan: { update: ["visits"], install: ["crm"], hasNewImage: true }, problems: [] });
    expect(inWords(plan().plan)).toBe("updates visits and installs crm");
  });

  it("of an image alone leaves the database as it is", () => {
    const { plan: found } = plan({ database: undefined });
    expect(found).toEqual({ update: [], install: [], hasNewImage: true });
    expect(inWords(found)).toContain("the database stays");
    expect(isEmpty(found)).toBe(false);
  });

  it("of PostgreSQL alone moves the database", () => {
    const last = { ...facts.last, postgres: 16, modules: ["base", "contacts", "crm", "web"] };
    const same = { declared: "a", running: ["a"] };
    const { plan: found, problems } = planUpdate(acme!, { addons: facts.addons, last }, same);
    expect(problems).toEqual([]);
    expect(found).toEqual({ update: [], install: [], hasNewImage: false, postgres: { from: 16, to: 17 } });
    expect(inWords(found)).toBe("moves its database from PostgreSQL 16 to 17");
    expect(isEmpty(found)).toBe(false);
  });

  it("of Odoo's release migrates everything that is installed, and installs what is new in the list", () => {
    const { plan: found, problems } = plan({ last: { ...facts.last, odoo: "18.0" } });
    expect(problems).toEqual([]);
    expect(found).toEqual({ update: [], install: ["crm"], hasNewImage: true, odoo: { from: "18.0", to: "19.0" } });
    expect(inWords(found)).toBe("migrates it from Odoo 18.0 to 19.0, by OpenUpgrade and installs crm");
    expect(isEmpty({ ...found, install: [], hasNewImage: false })).toBe(false);
  });

  it("is empty where the image that runs is the declared one, under any of its names", () => {
    const same = planUpdate(acme!, { ...facts, database: undefined }, { declared: "a", running: ["b", "a"] });
    expect(isEmpty(same.plan)).toBe(true);
  });

  it.each<[string, Partial<DataFacts>, string]>([
    ["an older major", { last: { ...facts.last, postgres: 18 } }, "postgres"],
    ["a newer major together with modules", { last: { ...facts.last, postgres: 16 } }, "postgres"],
    ["a newer major together with a release", { last: { ...facts.last, odoo: "18.0", postgres: 16 } }, "postgres"],
    ["the release after the next", { last: { ...facts.last, odoo: "17.0" } }, "odoo"],
    ["another company", { last: { ...facts.last, company: "Globex" } }, "company"],
    ["a module that left the list", { last: { ...facts.last, modules: ["contacts", "same", "web"] } }, "modules"],
    ["an installed module that is gone", { addons: { same: "1" } }, "addons"],
    ["a database that doesn't answer", { unanswered: "it is stopped", database: undefined }, "addons"],
  ])("is refused with %s", (_, change, key) => {
    expect(plan(change).problems.map(({ path }) => path)).toEqual([`odoo-fleet:tenants.acme.${key}`]);
  });
});

test("an update of all begins with the canary, goes on as declared, and leaves out what doesn't run", () => {
  const tenants = { a: { slot: 1 }, b: { slot: 2 }, gone: { slot: 3, state: "decommissioned" }, c: { slot: 4 } };
  const fleet = resolveFleet({ hosts: { local: {} }, tenants }, "dev");
  expect(inOrder(fleet, "b")).toEqual(["b", "a", "c"]);
  expect(inOrder(fleet, undefined)).toEqual(["a", "b", "c"]);
});
