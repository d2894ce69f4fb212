import type { EngineEvent, StepMetadata } from "../../../../tools/preview/events";
import { parseEvents } from "../../../../tools/preview/events";
import { exitCodes, knownFailure } from "../../../../tools/preview/exitCodes";
import { markdown } from "../../../../tools/preview/markdown";
import { type Summary, summarize } from "../../../../tools/preview/summary";

// The shapes are those that the CLI 3.259 streams.
const tenantType = "odoo-fleet:index:TenantStack";
const containerType = "docker:index/container:Container";
const urn = (chain: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${chain}::${name}`;
const odoo = urn(`${tenantType}$odoo-fleet:index:OdooServer$${containerType}`, "acme-odoo");
const image = urn("odoo-fleet:index:HostImages$docker:index/remoteImage:RemoteImage", "local-odoo");

function step(op: string, ofUrn: string, more: Partial<StepMetadata> & Record<string, unknown> = {}): EngineEvent {
  const type = ofUrn.split("::")[2]!.split("$").at(-1)!;
  const state = { custom: !type.startsWith("odoo-fleet:"), parent: "", inputs: { password: "hunter2" } };
  const metadata = { op, urn: ofUrn, type, old: op === "create" ? null : state, new: op === "delete" ? null : state };
  return { resourcePreEvent: { metadata: { ...metadata, ...more } } };
}

function policy(level: string, resourceUrn?: string): EngineEvent {
  return {
    policyEvent: {
      resourceUrn,
      message: "what is wrong | why\nwhat to set\n",
      policyName: "no-latest",
      policyPackName: "odoo-fleet",
      policyPackVersion: "1.0.0",
      enforcementLevel: level,
    },
  };
}

const summaryOf = (events: EngineEvent[], code = 0): Summary =>
  summarize({ stack: "dev", events, code, policyPack: true });

test("nothing to do", () => {
  const summary = summaryOf([step("same", odoo), { summaryEvent: { resourceChanges: { same: 55 } } }]);
  expect(summary).toMatchObject({ exitCode: exitCodes.nothingToDo, changes: [] });
  expect(markdown(summary)).toContain("nothing to do");
});

test("a replaced service is downtime, once, with the properties that force it", () => {
  const detailedDiff = {
    "networksAdvanced[0].ipv4Address": { diffKind: "update-replace" },
    memory: { diffKind: "update" },
  };
  const summary = summaryOf([
    step("delete-replaced", odoo),
    step("replace", odoo, { detailedDiff, keys: ["networksAdvanced"] }),
    step("create-replacement", odoo, { detailedDiff }),
  ]);
  expect(summary.exitCode).toBe(exitCodes.changes);
  expect(summary.changes).toEqual([
    {
      operation: "replace",
      name: "acme-odoo",
      type: "docker:Container",
      urn: odoo,
      tenant: "acme",
      properties: ["networksAdvanced[0].ipv4Address"],
      downtime: true,
    },
  ]);
  const text = markdown(summary);
  expect(text).toContain("### Tenant `acme`");
  expect(text).toContain("| replaced **with downtime** | `acme-odoo` |");
});

test("a label that differs is named, not counted", () => {
  const state = (...names: string[]): StepMetadata["new"] => ({
    custom: true,
    inputs: { labels: names.map((label) => ({ label, value: "not to be shown" })) },
  });
  const detailedDiff = {
    "labels[1].value": { diffKind: "update-replace" },
    "labels[2]": { diffKind: "delete-replace" },
    "labels[7]": { diffKind: "add-replace" },
  };
  const summary = summaryOf([
    step("replace", odoo, { detailedDiff, old: state("a", "config-hash", "left"), new: state("a", "config-hash") }),
  ]);
  expect(summary.changes[0]!.properties).toEqual(["labels.config-hash", "labels.left", "labels[7]"]);
  expect(JSON.stringify(summary) + markdown(summary)).not.toContain("not to be shown");
});

test("a label that goes is named by its place among those that the provider keeps, which are sorted", () => {
  const labels = (...names: string[]): Record<string, unknown> => ({
    labels: names.map((label) => ({ label, value: "not to be shown" })),
  });
  const state = (names: string[], kept: string[]): StepMetadata["new"] => ({
    ...{ custom: true, inputs: labels(...names), outputs: labels(...kept) },
  });
  // As official plugins tell another value of one label.
  const detailedDiff = { "labels[0]": { kind: "delete-replace" }, "labels[1]": { kind: "add-replace" } };
  const names = ["environment", "config-hash"];
  const summary = summaryOf([
    step("replace", odoo, { detailedDiff, old: state(names, [...names].sort()), new: state(names, []) }),
  ]);
  expect(summary.changes[0]!.properties).toEqual(["labels.config-hash"]);
  expect(JSON.stringify(summary) + markdown(summary)).not.toContain("not to be shown");
});

test("a variable that differs is named, and its value isn't shown", () => {
  const state = (...envs: string[]): StepMetadata["new"] => ({ custom: true, inputs: { envs } });
  const detailedDiff = { "envs[1]": { diffKind: "update-replace" }, "envs[9]": { diffKind: "add-replace" } };
  const summary = summaryOf([
    step("replace", odoo, { detailedDiff, old: state("A=1", "TOKEN=hidden"), new: state("A=1", "TOKEN=hidden too") }),
  ]);
  expect(summary.changes[0]!.properties).toEqual(["envs.TOKEN", "envs[9]"]);
  expect(JSON.stringify(summary) + markdown(summary)).not.toContain("hidden");
});

test("the container that carries configuration into a volume is replaced without downtime", () => {
  const chain = `${tenantType}$odoo-fleet:index:OdooServer$odoo-fleet:index:ServiceConfig$${containerType}`;
  const writer = urn(chain, "acme-odoo-config-writer");
  const summary = summaryOf([step("replace", writer, { keys: ["uploads"] })]);
  expect(summary.changes[0]).toMatchObject({ downtime: false, properties: ["uploads"], tenant: "acme" });
  expect(markdown(summary)).toContain("replaced, no downtime");
});

test("the edge and the portal are downtime too, and for whom; what only helps them isn't", () => {
  const edge = (name: string): string => urn(`odoo-fleet:index:EdgeServer$${containerType}`, name);
  const portal = (component: string, name: string): string =>
    urn(`odoo-fleet:index:PortalStack$${component}${containerType}`, name);
  const told = (...urns: string[]): Record<string, boolean> => {
    const { changes } = summaryOf(urns.map((one) => step("replace", one, { keys: ["image"] })));
    return Object.fromEntries(changes.map(({ name, downtime }) => [name, downtime]));
  };
  expect(told(edge("paris-edge"), edge("paris-edge-engine-proxy"), edge("paris-edge-config-writer"))).toEqual({
    ...{ "paris-edge": true, "paris-edge-engine-proxy": false, "paris-edge-config-writer": false },
  });
  const database = portal("odoo-fleet:index:PostgresDatabase$", "portal-postgres");
  expect(told(portal("", "portal-web"), database, portal("odoo-fleet:index:TenantBackup$", "portal-backup"))).toEqual({
    ...{ "portal-web": true, "portal-postgres": true, "portal-backup": false },
  });
  const text = (one: string): string => markdown(summaryOf([step("replace", one, { keys: ["image"] })]));
  expect(text(edge("paris-edge"))).toMatch(
    /\*\*Downtime\*\*: `paris-edge` .* no tenant of an edge's host answers by HTTPS/,
  );
  expect(text(portal("", "portal-web"))).not.toContain("by HTTPS");
});

test("a new tenant and an updated resource have no downtime; a deleted service has", () => {
  const volume = urn(`${tenantType}$docker:index/volume:Volume`, "globex-database");
  const summary = summaryOf([
    step("create", volume),
    step("update", image, { diffs: ["keepLocally"] }),
    step("delete", odoo),
  ]);
  expect(summary.changes.map(({ name, operation, downtime }) => [name, operation, downtime])).toEqual([
    ["local-odoo", "update", false],
    ["acme-odoo", "delete", true],
    ["globex-database", "create", false],
  ]);
  expect(markdown(summary)).toMatch(/### Shared parts\n\n(.*\n)+\| updated \| `local-odoo`/);
});

test("a tenant's name with a hyphen is found by its parents", () => {
  const parent = urn(tenantType, "acme-north");
  const volume = urn(`${tenantType}$docker:index/volume:Volume`, "acme-north-database");
  const state = { custom: true, parent };
  const summary = summaryOf([
    step("create", urn(tenantType, "acme")),
    step("create", parent),
    step("create", volume, { new: state }),
  ]);
  expect(summary.changes.map(({ tenant }) => tenant)).toEqual(["acme-north"]);
});

test("a broken mandatory rule decides the exit code and comes first; bars can't break the table", () => {
  const summary = summaryOf([step("create", odoo), policy("advisory"), policy("mandatory", odoo)], 255);
  expect(summary.exitCode).toBe(exitCodes.policyBroken);
  expect(summary.policies.map(({ level, resource }) => [level, resource])).toEqual([
    ["mandatory", "acme-odoo"],
    ["advisory", undefined],
  ]);
  expect(markdown(summary)).toContain(
    "| **mandatory** | `no-latest` | `acme-odoo` | what is wrong \\| why<br>what to set |",
  );
});

test("an advisory result alone changes no exit code", () => {
  expect(summaryOf([policy("advisory", odoo)]).exitCode).toBe(exitCodes.nothingToDo);
});

test("values never appear, only paths", () => {
  const summary = summaryOf([step("update", odoo, { diffs: ["password"] })]);
  expect(JSON.stringify(summary) + markdown(summary)).not.toContain("hunter2");
});

test("a failed preview ends with 1 and says the errors", () => {
  const summary = summaryOf([{ diagnosticEvent: { severity: "error", message: "the port is taken\n" } }], 255);
  expect(summary).toMatchObject({ exitCode: exitCodes.failed, errors: ["the port is taken"] });
  expect(markdown(summary)).toContain("the port is taken");
  // Nothing was judged.
  expect(markdown(summary)).not.toContain("passed");
  expect(markdown(summaryOf([]))).toContain("All policies passed.");
});

test("lines that are no event are passed over", () => {
  expect(parseEvents('warning: x\n{"sequence":1,"cancelEvent":{}}\n{cut')).toHaveLength(1);
});

test.each([
  ['error: policy pack "/p" failed to start: could not read plugin [/p]: exit status 32', 10],
  ["error: policy pack not started: could not read policy pack port: io: read/write on closed pipe", 10],
  ['error: failed to load Pulumi policy project located at "/p": no such file', 10],
  ["error: no stack named 'x' found", 12],
  ["error: getting stack configuration: get stack secrets manager: incorrect passphrase", 13],
  ["error: the stack is currently locked by 1 lock(s).", 14],
])("%s: %d", (line, code) => {
  expect(knownFailure(`warning: something\n${line}\n`)?.code).toBe(code);
});

test("an unknown failure stays one", () => {
  expect(knownFailure("error: preview failed")).toBeUndefined();
});

test("what a host has beside its tenants is said of each", () => {
  const slots = { used: 1, limit: 1000, left: 999 };
  const host = { host: "local", tenants: ["acme"], memoryMiB: { used: 1024 }, cpus: { used: 1 }, slots, ports: slots };
  const beside = {
    monitoring: { memoryMiB: 900, cpus: 2 },
    edge: { memoryMiB: 129, cpus: 1 },
    offsite: { memoryMiB: 192, cpus: 0.5 },
  };
  const table = (one: object): string => markdown({ ...summaryOf([]), hosts: [{ ...host, ...one }] });
  expect(table(beside)).toContain(
    "| 1024 MiB used, no limit, and 900 MiB for monitoring, and 129 MiB for the edge, and 192 MiB for off-site copies | " +
      "1 used, no limit, and 2 for monitoring, and 1 for the edge, and 0.5 for off-site copies |",
  );
  expect(table({})).toContain("| 1024 MiB used, no limit | 1 used, no limit |");
});

test("tenants that don't run by their own times are named with the reason, also where nothing changes", () => {
  const suspended = [{ tenant: "acme", why: "suspended: it has expired (lifecycle.expiresAt)" }];
  const summary = summarize({ stack: "dev", events: [], code: 0, policyPack: true, suspended });
  expect(summary).toMatchObject({ exitCode: exitCodes.nothingToDo, suspended });
  expect(markdown(summary)).toContain(
    "### Suspended by their own times\n\n- `acme` is suspended: it has expired (lifecycle.expiresAt)\n",
  );
  expect(markdown(summaryOf([]))).not.toContain("Suspended by");
});

test("tenants that are updated first are announced with what is done, and when", () => {
  const due = [{ tenant: "acme", what: "updates visits", isBegun: false }];
  const of = (updates: object): string =>
    markdown(summarize({ stack: "dev", events: [], code: 0, policyPack: true, updates: { due, ...updates } }));
  expect(of({})).toContain("### Updated first\n\n`make up` carries these out before it applies anything.");
  expect(of({})).toContain("- `acme` updates visits\n");
  expect(of({ opens: "Sun 2026-11-29 02:00 UTC" })).toContain("The first `make up` from Sun 2026-11-29 02:00 UTC on");
  expect(of({ due: [] })).not.toContain("Updated first");
});

test("a customer's domain that is lost is a difference, and no more than that", () => {
  const lost = ["acme: erp.acme.test isn't proven any more: it is still served"];
  const input = { stack: "dev", events: [], code: 0, policyPack: true };
  const summary = summarize({ ...input, lostDomains: lost });
  expect(summary).toMatchObject({ exitCode: exitCodes.changes, lostDomains: lost });
  const text = markdown(summary);
  expect(text).toContain("## Preview of `dev`: 1 of customers' domains lost; no change of a resource");
  expect(text).toMatch(
    /### Customers' domains\n\n[^]+make domains[^]+\n\n- acme: erp\.acme\.test isn't proven any more/,
  );
  expect(summarize({ ...input, code: 1, lostDomains: lost }).exitCode).toBe(exitCodes.failed);
  const none = summarize({ ...input, lostDomains: [] });
  expect(none.exitCode).toBe(exitCodes.nothingToDo);
  expect(markdown(none)).not.toContain("domains");
});
