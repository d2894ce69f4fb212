import { stringify } from "yaml";
import { planMove, type AskedMove, type MovePlan } from "../../../../tools/move/plan";
import { findMoveProblems, type Survey } from "../../../../tools/move/survey";
import { volumesInState } from "../../../../tools/move/stack";
import { differences } from "../../../../tools/move/data";

const config = {
  hosts: {
    one: { docker: "ssh://ops@one", memory: 8192 },
    two: { docker: "ssh://ops@two", reservedSlots: [3], memory: 8192 },
    tiny: { docker: "ssh://ops@tiny", memory: 256, reservedSlots: [4] },
  },
  tenants: {
    acme: { host: "one", slot: 1, plan: "starter" },
    globex: { host: "two", slot: 1, plan: "starter" },
    closed: { host: "one", slot: 2, plan: "starter", state: "decommissioned" },
  },
};

function textOf(settings: object): string {
  return stringify({
    config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`odoo-fleet:${key}`, value as unknown])),
  });
}

/** Each problem's place and way out. */
function refusals(asked: AskedMove): string[] {
  const { problems } = planMove(textOf(config), "prod", asked);
  return problems.map(({ path, expected, wayOut }) => `${path}: ${expected} -> ${wayOut}`);
}

function planned(): MovePlan {
  const { plan, problems } = planMove(textOf(config), "prod", { tenant: "acme", host: "two", slot: 5 });
  expect(problems).toEqual([]);
  return plan!;
}

describe("planMove", () => {
  test("tells the tenant as it is and as it will be", () => {
    const { source, target, before, after } = planned();
    expect([source.name, target.name]).toEqual(["one", "two"]);
    expect(before).toMatchObject({ host: "one", slot: 1 });
    expect(after).toMatchObject({ host: "two", slot: 5, names: before.names, database: before.database });
  });

  test("keeps the slot where it is free", () => {
    const tenants = { acme: config.tenants.acme };
    const result = planMove(textOf({ ...config, tenants }), "prod", { tenant: "acme", host: "two" });
    expect(result).toMatchObject({ problems: [], plan: { after: { slot: 1, host: "two" } } });
  });

  test("refuses an unknown tenant and an unknown host together, and says which were probably meant", () => {
    const [tenant, host, ...rest] = refusals({ tenant: "acne", host: "twoo" });
    expect(tenant).toMatch(/^TENANT: a declared tenant.* -> TENANT=acme$/);
    expect(host).toMatch(/^HOST: a declared host, one of one, two, tiny -> HOST=two$/);
    expect(rest).toEqual([]);
  });

  test("refuses a tenant that doesn't run by its own times, with the way to let it run", () => {
    const ended = { ...config.tenants.acme, lifecycle: { expiresAt: "2020-01-01T00:00Z" } };
    const { problems, plan } = planMove(textOf({ ...config, tenants: { acme: ended } }), "prod", {
      tenant: "acme",
      host: "two",
    });
    expect(plan).toBeUndefined();
    expect(problems).toEqual([
      {
        path: "odoo-fleet:tenants.acme.lifecycle",
        value: expect.stringContaining("suspended: it has expired") as string,
        expected: expect.stringContaining("until it is moved") as string,
        wayOut: expect.stringMatching(
          /pulumi config rm --path 'odoo-fleet:tenants\.acme\.lifecycle\.expiresAt'/,
        ) as string,
      },
    ]);
  });

  test("refuses the host that the tenant is on", () => {
    expect(refusals({ tenant: "acme", host: "one" })).toEqual([
      "HOST: another host than the one that acme is on -> HOST=two",
    ]);
  });

  test("refuses a slot that is taken, reserved or none, and proposes a free one", () => {
    expect(refusals({ tenant: "acme", host: "two" })).toEqual([
      expect.stringMatching(/^SLOT: a slot that is free on host two; tenant globex has it -> SLOT=\d+$/),
    ]);
    expect(refusals({ tenant: "acme", host: "two", slot: 3 })).toEqual([
      expect.stringMatching(/^SLOT: a slot that host two doesn't reserve -> SLOT=\d+$/),
    ]);
    expect(refusals({ tenant: "acme", host: "two", slot: 1000 })).toEqual([
      expect.stringMatching(/^SLOT: a slot from 0 to 999 -> SLOT=\d+$/),
    ]);
  });

  test("proposes a slot that it then takes, and plans with it, so that hosts are asked too", () => {
    const [problem] = refusals({ tenant: "acme", host: "two" });
    expect(planMove(textOf(config), "prod", { tenant: "acme", host: "two" }).plan).toBeDefined();
    const slot = Number(/SLOT=(\d+)$/.exec(problem!)![1]);
    expect(planMove(textOf(config), "prod", { tenant: "acme", host: "two", slot })).toMatchObject({
      problems: [],
      plan: { after: { slot } },
    });
  });

  test("refuses a host without room, and a taken slot together with it", () => {
    expect(refusals({ tenant: "acme", host: "tiny" })).toEqual([expect.stringContaining("hosts.tiny.memory")]);
    expect(refusals({ tenant: "acme", host: "tiny", slot: 4 })).toEqual([
      expect.stringMatching(/^SLOT: /),
      expect.stringContaining("hosts.tiny.memory"),
    ]);
  });

  test("refuses a tenant that doesn't run", () => {
    expect(refusals({ tenant: "closed", host: "two", slot: 9 })).toEqual([
      expect.stringMatching(/^odoo-fleet:tenants\.closed\.state: running/),
    ]);
  });
});

describe("findMoveProblems", () => {
  const source = { stopped: [], stackId: "id", foreignObjects: [], databaseMiB: 3000, filestoreMiB: 1000 };
  const fine: Survey = {
    source,
    target: { obstacles: [], taken: [], freeMiB: 20_000 },
    localFreeMiB: 20_000,
  };

  test("finds nothing where there is nothing", () => {
    expect(findMoveProblems(planned(), fine)).toEqual([]);
  });

  test("names everything at once", () => {
    const obstacle = { path: "odoo-fleet:hosts.two.subnetBase", value: "", expected: "", wayOut: "" };
    const found: Survey = {
      source: {
        ...source,
        stopped: ["prod-acme-odoo"],
        stackId: undefined,
        foreignObjects: ["role boss", "database old"],
      },
      target: { obstacles: [obstacle], taken: ["prod-acme-database"], freeMiB: 9047 },
      localFreeMiB: 3999,
    };
    const texts = findMoveProblems(planned(), found).map(
      ({ path, value, expected }) => `${path}: ${value}: ${expected}`,
    );
    expect(texts).toEqual([
      expect.stringContaining("prod-acme-odoo"),
      expect.stringContaining("prod-acme-database, prod-acme-filestore"),
      expect.stringContaining("role boss, database old"),
      expect.stringContaining("hosts.two.subnetBase"),
      expect.stringContaining("prod-acme-database"),
      expect.stringContaining("this machine: 3999 MiB free: at least 4000 MiB"),
      expect.stringContaining("hosts.two: 9047 MiB free: at least 9048 MiB"),
    ]);
  });

  test("names both hosts where neither answers, and judges nothing that it doesn't know", () => {
    const silent = (path: string) => ({ path, value: "", expected: "", wayOut: "" });
    const found: Survey = { source: silent("one"), target: silent("two"), localFreeMiB: 0 };
    expect(findMoveProblems(planned(), found).map(({ path }) => path)).toEqual(["one", "two"]);
  });
});

test("differences names the lines that two sides don't share, and a changed order as well", () => {
  expect(differences("a\nb\n", "a\nb\n")).toEqual([]);
  expect(differences("a|1\nb\n", "a|2\nb\n")).toEqual(["source: a|1", "target: a|2"]);
  expect(differences("a\nb\n", "b\na\n")).toEqual([expect.stringContaining("order")]);
});

test("volumesInState finds a tenant's data volumes on its host alone", () => {
  const { before } = planned();
  const volume = (name: string, host: string, type = "docker:index/volume:Volume") => ({
    urn: `urn:${name}:${host}:${type}`,
    type,
    outputs: { name, labels: [{ label: "odoo-fleet.host", value: host }] },
  });
  const resources = [
    volume("prod-acme-database", "one"),
    volume("prod-acme-filestore", "two"),
    volume("prod-acme-odoo-config", "one"),
    volume("prod-globex-database", "one"),
    volume("prod-acme-database", "one", "other:index:Thing"),
    { urn: "urn:stack", type: "pulumi:pulumi:Stack" },
  ];
  expect(volumesInState(JSON.stringify({ deployment: { resources } }), before)).toEqual([
    "urn:prod-acme-database:one:docker:index/volume:Volume",
  ]);
});
