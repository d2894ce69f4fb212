import fc from "fast-check";
import { FleetConfigError, parseFleet, type RawConfig, resolveFleet } from "../../../fleet";
import type { ConfigProblem } from "../../../fleet";
import { faults, valid, withValue } from "./faults";

function problemsOf(raw: RawConfig, environment = "dev"): readonly ConfigProblem[] {
  const result = parseFleet(raw, environment);
  return result.ok ? [] : result.problems;
}

function expectComplete(problem: ConfigProblem): void {
  for (const part of [problem.path, problem.value, problem.expected, problem.wayOut]) {
    expect(part).not.toBe("");
    expect(part).not.toMatch(/undefined|\[object/);
  }
}

describe("validation", () => {
  test("accepts the configuration that the faults are put into", () => {
    expect(problemsOf(valid())).toEqual([]);
  });

  test.each(faults.map((fault) => [fault.name, fault] as const))("refuses %s", (_name, fault) => {
    const problems = problemsOf(withValue(fault.at, fault.value));
    const problem = problems.find(({ path }) => path === fault.path);
    expect(problem).toBeDefined();
    expectComplete(problem!);
    expect(problem!.expected).toMatch(fault.expected);
    expect(problem!.wayOut).toMatch(fault.wayOut);
  });

  test("reports any number of faults at once, whatever their order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...faults], { minLength: 2 }), (chosen) => {
        const config = chosen.reduce((made, fault) => withValue(fault.at, fault.value, made), valid());
        const problems = problemsOf(config);
        const paths = problems.map(({ path }) => path);
        expect(paths).toEqual(expect.arrayContaining(chosen.map(({ path }) => path)));
        expect(new Set(paths).size).toBe(paths.length);
        problems.forEach(expectComplete);
      }),
    );
  });

  test("proposes slots that are free, and none twice", () => {
    const tenants = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { slot: 5 }]));
    const problems = problemsOf({ hosts: { local: { reservedSlots: [77, 78] } }, tenants });
    expect(problems.map(({ path }) => path)).toEqual(["b", "c", "d"].map((name) => `odoo-fleet:tenants.${name}.slot`));
    const proposed = problems.map(({ wayOut }) => Number(/ (\d+)$/.exec(wayOut)![1]));
    const repaired = { ...tenants, b: { slot: proposed[0]! }, c: { slot: proposed[1]! }, d: { slot: proposed[2]! } };
    expect(problemsOf({ hosts: { local: { reservedSlots: [77, 78] } }, tenants: repaired })).toEqual([]);
  });

  test("lets a pinned tenant keep its slot against one that got there by its name", () => {
    const problems = problemsOf({ hosts: { local: {} }, tenants: { acme: {}, zeta: { slot: 615 } } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      path: "odoo-fleet:tenants.acme.slot",
      value: "(not set; 615 by the tenant's name)",
    });
  });

  test("refuses a reserved slot", () => {
    const problems = problemsOf({ hosts: { local: { reservedSlots: [1] } }, tenants: { acme: { slot: 1 } } });
    expect(problems).toMatchObject([
      { path: "odoo-fleet:tenants.acme.slot", expected: expect.stringContaining("reservedSlots") as string },
    ]);
  });

  test("wants a host, and a tenant to say which of several", () => {
    expect(problemsOf({})).toMatchObject([
      { path: "odoo-fleet:hosts", wayOut: "pulumi config set --path 'odoo-fleet:hosts.local.address' 127.0.0.1" },
    ]);
    const hosts = { one: { docker: "ssh://ops@one" }, two: { docker: "ssh://ops@two" } };
    expect(problemsOf({ hosts, tenants: { acme: {} } })).toMatchObject([{ path: "odoo-fleet:tenants.acme.host" }]);
    expect(problemsOf({ hosts, tenants: { acme: {} }, defaults: { host: "two" } })).toEqual([]);
    expect(problemsOf({ hosts, tenants: { acme: {} }, defaults: { host: "tow" } })).toMatchObject([
      { path: "odoo-fleet:defaults.host", expected: expect.stringContaining('"two"') as string },
    ]);
  });

  test("refuses one engine under two names, but lets engines use the same slots", () => {
    expect(problemsOf({ hosts: { one: {}, two: {} } })).toMatchObject([{ path: "odoo-fleet:hosts.two.docker" }]);
    const hosts = { one: {}, two: { docker: "ssh://ops@two" } };
    const tenants = { acme: { host: "one", slot: 1 }, globex: { host: "two", slot: 1 } };
    expect(problemsOf({ hosts, tenants })).toEqual([]);
  });

  test("refuses an environment whose name can't be part of others", () => {
    expect(problemsOf(valid(), "My_Stack")).toMatchObject([
      { path: "stack name", wayOut: "pulumi stack rename my-stack" },
    ]);
    const long = { hosts: { local: {} }, tenants: { ["a".repeat(32)]: {} } };
    expect(problemsOf(long, "e".repeat(30))).toMatchObject([
      { expected: expect.stringContaining("at most 23 characters") as string },
    ]);
  });

  test("survives any input, and always has something to say when it refuses", () => {
    const key = fc.constantFrom(
      "hosts",
      "tenants",
      "plans",
      "images",
      "defaults",
      "local",
      "acme",
      "slot",
      "plan",
      "odoo",
      "__proto__",
      "password",
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(key, fc.string()), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree), (raw) => {
        problemsOf(raw).forEach(expectComplete);
      }),
    );
  });
});

describe("secrets", () => {
  test("are never repeated in a message, wherever they were put", () => {
    const secret = "s3cr3t-value";
    const raw = {
      hosts: { local: { docker: `ssh://root:${secret}@host`, password: secret } },
      tenants: { acme: { admin_password: secret, company: { apiKey: secret } }, secrets: { slot: secret } },
      dbPassword: { nested: secret },
      images: { nginx: `https://user:${secret}@registry.example.com/nginx` },
    };
    let message = "";
    try {
      resolveFleet(raw, "dev");
    } catch (error) {
      expect(error).toBeInstanceOf(FleetConfigError);
      message = (error as Error).message;
    }
    expect(message).toContain("odoo-fleet:dbPassword");
    expect(message).toContain("(hidden)");
    expect(message).not.toContain(secret);
  });
});

describe("the error's message", () => {
  test("numbers the problems and gives path, value, expectation and way out", () => {
    expect(() =>
      resolveFleet(withValue(["tenants", "acme", "plan"], "gold", withValue(["tenants", "globex", "slot"], 1)), "dev"),
    ).toThrow(
      new FleetConfigError("dev", [
        {
          path: "odoo-fleet:tenants.acme.plan",
          value: '"gold"',
          expected: "one of starter, basic, pro, enterprise",
          wayOut: "pulumi config set --path 'odoo-fleet:tenants.acme.plan' starter",
        },
        {
          path: "odoo-fleet:tenants.globex.slot",
          value: "1",
          expected: 'a slot of its own: tenants "acme" and "globex" are both on slot 1 of host "local"',
          wayOut: "pin a free slot: pulumi config set --path 'odoo-fleet:tenants.globex.slot' 822",
        },
      ]),
    );
    const { message } = new FleetConfigError("dev", [{ path: "p", value: "v", expected: "e", wayOut: "w" }]);
    expect(message).toBe(
      'The configuration of environment "dev" has 1 error. Nothing was changed.\n\n1. p\n   value:    v\n   expected: e\n   way out:  w',
    );
  });
});
