import { secondsLeft, showBytes, showSeconds } from "../../../components/restore/inTurn";
import { inOrder } from "../../../tools/recover/recovery";
import { keysIn, stackIdIn, withKeys, withoutHost } from "../../../components/restore/lostState";
import { resolveFleet } from "../../../fleet";
import { createdOf } from "../../../fleet/tenantsOn";

const urn = (type: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${type}::${name}`;
const provider = (host: string): string => `${urn("pulumi:providers:docker", `${host}-docker`)}::some-id`;
const volume = (name: string, host: string): object => ({
  urn: urn("docker:index/volume:Volume", name),
  type: "docker:index/volume:Volume",
  provider: provider(host),
  outputs: { name },
});
const password = {
  urn: urn("odoo-fleet:index:TenantStack$random:index/randomPassword:RandomPassword", "acme-backup-password"),
};
const secret = (text: string): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});
const state = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        urn: urn("random:index/randomUuid:RandomUuid", "stack-id"),
        type: "random:index/randomUuid:RandomUuid",
        outputs: { result: "an-id" },
      },
      { ...password, type: "random:index/randomPassword:RandomPassword", outputs: { result: secret("root") } },
      volume("acme-database", "paris"),
      volume("globex-database", "paris-2"),
      {
        urn: urn("odoo-fleet:index:HostBootstrap$command:local:Command", "paris-bootstrap"),
        type: "command:local:Command",
      },
      { urn: urn("command:local:Command", "paris-shipper-keys"), type: "command:local:Command" },
      {
        urn: urn("docker:index/container:Container", "gateway"),
        type: "docker:index/container:Container",
        provider: provider("berlin"),
        dependencies: [urn("docker:index/volume:Volume", "acme-database"), password.urn],
        propertyDependencies: { volumes: [urn("docker:index/volume:Volume", "acme-database")], envs: null },
      },
    ],
    pending_operations: [{ resource: volume("acme-repository", "paris"), type: "creating" }],
  },
});
interface Shown {
  readonly deployment: {
    readonly resources: { urn: string; dependencies?: string[]; propertyDependencies?: object; outputs?: object }[];
    readonly pending_operations: unknown[];
  };
}
const read = (text: string): Shown["deployment"] => (JSON.parse(text) as Shown).deployment;

test("what was on a host is forgotten, and with it what leads to it; secrets and other hosts stay", () => {
  const { resources, pending_operations } = read(withoutHost(state, "paris"));
  expect(resources.map((one) => one.urn.split("::").at(-1))).toEqual([
    "stack-id",
    "acme-backup-password",
    "globex-database",
    "paris-shipper-keys",
    "gateway",
  ]);
  expect(resources.at(-1)).toMatchObject({
    dependencies: [password.urn],
    propertyDependencies: { volumes: [], envs: null },
  });
  expect(pending_operations).toEqual([]);
  expect(withoutHost(withoutHost(state, "paris"), "paris")).toBe(withoutHost(state, "paris"));
});

test("the keys of backups follow from the state's secret, and are what was put into it", () => {
  expect(stackIdIn(state)).toBe("an-id");
  expect(stackIdIn('{"deployment":{}}')).toBeUndefined();
  const { acme } = keysIn(state, ["acme", "globex"]);
  expect(acme).toMatchObject({
    backupPassword: "root",
    databaseKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  const other = { backupPassword: "other", databaseKey: "unused", filesKey: "unused" };
  const changed = withKeys(state, { acme: other });
  expect(keysIn(changed, ["acme"])["acme"]!.backupPassword).toBe("other");
  expect(keysIn(changed, ["acme"])["acme"]!.databaseKey).not.toBe(acme!.databaseKey);
  expect(() => withKeys(state, { globex: other })).toThrow("no globex-backup-password");
});

test("tenants that were named come first, in that order, and then those that run, as they are declared, before those that don't", () => {
  const tenants = {
    a: { state: "suspended" },
    b: {},
    c: { state: "suspended" },
    d: {},
    e: {},
    f: { lifecycle: { expiresAt: "2020-01-01T00:00Z" } },
    old: { slot: 9, state: "decommissioned" },
  };
  const fleet = resolveFleet({ hosts: { local: {} }, tenants }, "dev");
  const names = (first: readonly string[]): string[] =>
    inOrder(createdOf(Object.values(fleet.tenants)), first).map(({ name }) => name);
  expect(names(["e", "c"])).toEqual(["e", "c", "b", "d", "a", "f"]);
  expect(names([])).toEqual(["b", "d", "e", "a", "c", "f"]);
});

test("the time that is left follows from the bytes that were recovered, and is none before the first", () => {
  expect(secondsLeft(300, { bytes: 100, seconds: 60 })).toBe(180);
  expect(secondsLeft(300)).toBeUndefined();
  expect(secondsLeft(300, { bytes: 0, seconds: 5 })).toBeUndefined();
  expect([90, 600, 9000].map(showSeconds)).toEqual(["90 s", "10 min", "3 h"]);
  expect([5, 3 * 2 ** 30].map(showBytes)).toEqual(["1 MiB", "3.0 GiB"]);
});
