import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { policiesOf } from "../../policy/lib/policies";
import { type Rule, types } from "../../policy/lib/rule";
import { rules } from "../../policy/rules";
import { Analyzer, type PolicySettings, type Result } from "./support/analyzer";
import { labels, type Props, type ResourceCases, type StackCases, type StackResource } from "./support/cases";

const casesFolder = join(__dirname, "rules");
const loaded = readdirSync(casesFolder).map(
  (file) => jest.requireActual<{ cases: ResourceCases | StackCases }>(join(casesFolder, file)).cases,
);
const reason = "a reason that is written down";

let analyzer: Analyzer;
beforeAll(async () => {
  analyzer = await Analyzer.start();
});
afterAll(() => analyzer.stop());
beforeEach(() => analyzer.configure({}));

/** Asks about the rule alone: an example need not please the others. */
async function ask(cases: ResourceCases | StackCases, example: unknown, stack?: string): Promise<Result[]> {
  const all = isStack(cases)
    ? await analyzer.stack(example as StackResource[])
    : await analyzer.resource(cases.type ?? cases.rule.types[0]!, example as Props, { stack });
  return all.filter(({ policy }) => namesOf(cases.rule).includes(policy));
}

const isStack = (cases: ResourceCases | StackCases): cases is StackCases => cases.rule.kind === "stack";
const namesOf = (rule: Rule): string[] => policiesOf(rule).map(({ name }) => name);
const every = (rule: Rule, settings: PolicySettings): Record<string, PolicySettings> =>
  Object.fromEntries(namesOf(rule).map((name) => [name, settings]));
const firstFailing = (cases: ResourceCases | StackCases): unknown =>
  Object.values<readonly unknown[]>(cases.fails)[0]![0];

it("has cases for every rule, in a file of the rule's name", () => {
  const files = readdirSync(join(__dirname, "..", "..", "policy", "rules")).filter((file) => file !== "index.ts");
  expect(files.map((file) => existsSync(join(casesFolder, file.replace(".ts", ".cases.ts"))))).not.toContain(false);
  expect(loaded.map(({ rule }) => rule.number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 42 }, (_, i) => i + 1),
  );
  expect(rules).toHaveLength(42);
  for (const cases of loaded) {
    expect(Object.keys(cases.passes).length).toBeGreaterThan(0);
    expect(Object.keys(cases.fails).length).toBeGreaterThan(0);
    expect(JSON.stringify(cases.unknown)).toContain("04da6b54");
  }
});

describe.each(loaded.map((cases) => [cases.rule.name, cases] as const))("%s", (_, cases) => {
  const { rule } = cases;
  const resourceCases = cases as ResourceCases;

  it.each(Object.entries<unknown>(cases.passes))("lets pass: %s", async (_what, example) => {
    expect(await ask(cases, example)).toEqual([]);
  });

  it.each(Object.entries<readonly unknown[]>(cases.fails))("refuses: %s", async (_what, [example, ...parts]) => {
    const said = parts as string[];
    const results = await ask(cases, example);
    expect(results).not.toEqual([]);
    const about = isStack(cases) ? results.filter(({ resource }) => resource === said[0]) : results;
    expect(
      about
        .map(({ message }) => message)
        .join("\n")
        .toLowerCase(),
    ).toContain(said[said.length - 1]!.toLowerCase());
    for (const { level, message } of results) {
      expect(level).toBe(rule.level);
      expect(message).toContain(rule.why);
      expect(message).toContain(rule.fix);
    }
  });

  it("makes an exception for a resource that is named with the reason", async () => {
    const resource = isStack(cases) ? Object.values(cases.fails)[0]![1] : "it";
    await analyzer.configure(every(rule, { exceptions: [{ resource, reason }] }));
    const results = await ask(cases, firstFailing(cases));
    expect(results.filter((one) => !isStack(cases) || one.resource === resource)).toEqual([]);
    await analyzer.configure(every(rule, { exceptions: [{ resource: "another", reason }] }));
    expect(await ask(cases, firstFailing(cases))).not.toEqual([]);
  });

  it("makes an exception by label", async () => {
    await analyzer.configure(every(rule, { exceptions: [{ label: "odoo-fleet.kind=special", reason }] }));
    const mark = (props: Props): Props => ({
      ...props,
      labels: [...((props["labels"] as object[] | undefined) ?? []), ...labels({ kind: "special" })],
    });
    const example = firstFailing(cases);
    const marked = isStack(cases)
      ? (example as StackResource[]).map((one) => ({ ...one, props: mark(one.props) }))
      : mark(example as Props);
    expect(await ask(cases, marked)).toEqual([]);
  });

  it("has another level when that is configured, and can be turned off", async () => {
    const other = rule.level === "mandatory" ? "advisory" : "mandatory";
    await analyzer.configure(every(rule, { enforcementLevel: other }));
    const results = await ask(cases, firstFailing(cases));
    expect(new Set(results.map(({ level }) => level))).toEqual(new Set([other]));
    await analyzer.configure(every(rule, { enforcementLevel: "disabled" }));
    expect(await ask(cases, firstFailing(cases))).toEqual([]);
  });

  it("does not refuse in a preview what isn't known yet", async () => {
    const results = await ask(cases, cases.unknown);
    if (cases.unknownIs === "not needed") {
      expect(results).toEqual([]);
    } else {
      expect(new Set(results.map(({ level }) => level))).toEqual(new Set(["advisory"]));
      expect(results.map(({ message }) => message).join()).toContain("can't be known during preview");
    }
  });

  it("leaves resources of another type alone", async () => {
    const type = "random:index/randomUuid:RandomUuid";
    const example = firstFailing(cases);
    const results = isStack(cases)
      ? await analyzer.stack((example as StackResource[]).map((one) => ({ ...one, type })))
      : await analyzer.resource(type, example as Props);
    expect(results).toEqual([]);
  });

  if (!isStack(cases) && resourceCases.strict) {
    it("is mandatory where it has to be", async () => {
      const [example, stack] = resourceCases.strict!;
      expect(await ask(cases, example, stack)).toEqual([
        expect.objectContaining({ policy: `${rule.name}-required`, level: "mandatory" }),
      ]);
    });
  }
});

it.each(Object.values(types))(
  "judges a %s that comes without its inputs, as a run of some resources shows the others",
  async (type) => {
    await expect(analyzer.resource(type, {})).resolves.toBeDefined();
    await expect(analyzer.stack([{ type, name: "it", props: {} }])).resolves.toBeDefined();
  },
);

it("never shows a secret's value", async () => {
  const secret = "hunter2-of-the-test";
  const results = await analyzer.resource(types.container, {
    image: "i",
    envs: [`DB_PASSWORD=${secret}`, `URL=https://me:${secret}@example.com/`],
    command: [`--password=${secret}`, "--token", secret],
  });
  const said = results.filter(({ policy }) => policy === "no-secret-in-environment");
  expect(said).toHaveLength(4);
  expect(JSON.stringify(results)).not.toContain(secret);
});
