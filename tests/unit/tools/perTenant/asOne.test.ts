import { asOne, codeOfAll, type StackPreview } from "../../../../tools/perTenant/asOne";
import type { Summary } from "../../../../tools/preview/summary";
import { markdown } from "../../../../tools/preview/markdown";

const change = (name: string, tenant?: string): Summary["changes"][number] => ({
  ...{ operation: "create", name, type: "docker:Container", urn: name, properties: [], downtime: false },
  ...(tenant && { tenant }),
});
const summary = (more: Partial<Summary>): Summary => ({
  ...{ stack: "x", exitCode: 0, changes: [], policies: [], policyPack: true, hosts: [], suspended: [], errors: [] },
  ...more,
});
const beside = { hosts: [], suspended: [], policyPack: true, later: [], unchanged: 998 };

test("the previews of several stacks are one, and say which they are of", () => {
  const previews: StackPreview[] = [
    { stack: "prod", code: 0, summary: summary({}) },
    {
      ...{ stack: "prod.acme", tenant: "acme", code: 2 },
      summary: summary({ exitCode: 2, changes: [change("stack-id"), change("acme-odoo", "acme")] }),
    },
  ];
  const one = asOne("prod", previews, beside);
  expect(one).toMatchObject({ stack: "prod", exitCode: 2 });
  expect(one.changes.map(({ name, tenant }) => [name, tenant])).toEqual([
    ["stack-id", "acme"],
    ["acme-odoo", "acme"],
  ]);
  const text = markdown(one);
  expect(text).toContain("## Preview of `prod`: 2 created");
  expect(text).toContain("- Previewed: `prod`, `prod.acme`.\n- Unchanged: 998 stacks.");
});

test("what is updated first is told of all of them", () => {
  const updated = (tenant: string): StackPreview => ({
    ...{ stack: `prod.${tenant}`, tenant, code: 2 },
    summary: summary({
      exitCode: 2,
      updates: { due: [{ tenant, what: "installs sale", isBegun: false }], opens: "Sun, 02:00" },
    }),
  });
  const one = asOne("prod", [updated("acme"), updated("globex")], beside);
  expect(one.updates).toMatchObject({ due: [{ tenant: "acme" }, { tenant: "globex" }], opens: "Sun, 02:00" });
  expect(markdown(one)).toMatch(/Updated first[^]*acme[^]*globex/);
});

test("domains that are lost are told of all of them, and of none where they weren't looked for", () => {
  const looked = (tenant: string, lostDomains: string[]): StackPreview => ({
    ...{ stack: `prod.${tenant}`, tenant, code: lostDomains.length > 0 ? 2 : 0 },
    summary: summary({ exitCode: lostDomains.length > 0 ? 2 : 0, lostDomains }),
  });
  const one = asOne("prod", [looked("acme", ["acme: a"]), looked("globex", []), looked("hooli", ["hooli: b"])], beside);
  expect(one).toMatchObject({ exitCode: 2, lostDomains: ["acme: a", "hooli: b"] });
  expect(asOne("prod", [{ stack: "prod", code: 0, summary: summary({}) }], beside).lostDomains).toBeUndefined();
});

test("one that fails fails the whole, and is named", () => {
  const one = asOne(
    "prod",
    [
      { stack: "prod.acme", tenant: "acme", code: 1, summary: summary({ exitCode: 1, errors: ["a port is taken"] }) },
      { stack: "prod.globex", tenant: "globex", code: 14 },
    ],
    beside,
  );
  expect(one.exitCode).toBe(1);
  expect(one.errors).toEqual([
    "prod.acme: a port is taken",
    "prod.globex: no preview could be made (14); what it printed says why",
  ]);
});

test("stacks that can't be previewed yet are changes", () => {
  const one = asOne("prod", [{ stack: "prod", code: 0, summary: summary({}) }], { ...beside, later: ["prod.acme"] });
  expect(one.exitCode).toBe(2);
  expect(markdown(one)).toContain("isn't there yet: `prod.acme`");
});

test.each([
  [[], 0],
  [[0, 0], 0],
  [[0, 2], 2],
  [[2, 14, 0], 14],
  [[3, 14], 1],
])("the code of %j is %i", (codes, expected) => {
  expect(codeOfAll(codes)).toBe(expected);
});
