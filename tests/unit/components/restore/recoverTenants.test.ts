/** The order of a recovery, what fails in it, and how it is gone on with; what it does to an engine and a state is proven end to end. */
import type { Stack } from "@pulumi/pulumi/automation";
import { type LostTenant, recoverTenants } from "../../../../components";
import { keysIn } from "../../../../components/restore/lostState";
import { readCopied, sizesOfCopies } from "../../../../components/restore/offsite";
import { exportState, importState } from "../../../../components/restore/ownState";
import { isDataLost } from "../../../../components/restore/presence";
import { recoverTenant } from "../../../../components/restore/recoverData";

jest.mock("../../../../components/restore/ownState", () => ({ exportState: jest.fn(), importState: jest.fn() }));
jest.mock("../../../../components/restore/presence", () => ({ isDataLost: jest.fn() }));
jest.mock("../../../../components/restore/recoverData", () => ({ recoverTenant: jest.fn() }));
jest.mock("../../../../components/restore/offsite", () => ({ sizesOfCopies: jest.fn(), readCopied: jest.fn() }));

const s3 = { endpoint: "https://s3.example.com", bucket: "copies", accessKeyId: "AKIA", lockDays: 7 };
const mib = 2 ** 20;
const sizes: Record<string, number> = { big: 300 * mib, small: mib, middle: 20 * mib, asleep: mib / 2, fresh: mib };
/** Tenants whose data isn't on the host. */
let lost: Set<string>;
/** What was done, in its sequence. */
let done: string[];
let said: string[];

const stateOf = (name: string, isNew = false): string =>
  JSON.stringify({
    deployment: {
      resources: isNew
        ? []
        : [
            { type: "random:index/randomUuid:RandomUuid", urn: "x::stack-id", outputs: { result: `id-${name}` } },
            {
              type: "random:index/randomPassword:RandomPassword",
              urn: `x::${name}-backup-password`,
              outputs: { result: `root-${name}` },
            },
            {
              type: "odoo-fleet:index:TenantStack",
              urn: `x::odoo-fleet:index:TenantStack::${name}`,
              outputs: { url: name, data: { environment: "dev", database: `dev-${name}-database` } },
            },
          ],
    },
  });

function tenant(name: string, more: Partial<LostTenant> = {}, keys: object = {}): LostTenant {
  const stack = { name } as Stack;
  return {
    settings: {
      ...{ environment: "dev", hosts: { local: {} }, tenant: name, tenants: { [name]: { slot: 1, ...keys } } },
      backup: { s3: { ...s3, secretAccessKey: "secret" } },
    },
    stack: () => Promise.resolve(stack),
    up: () => Promise.resolve(done.push(`${name} up`)),
    ...more,
  };
}

const recover = (tenants: readonly LostTenant[], more: object = {}): ReturnType<typeof recoverTenants> =>
  recoverTenants(tenants, { say: (line) => said.push(line), ...more });

beforeEach(() => {
  jest.resetAllMocks();
  [done, said, lost] = [[], [], new Set(Object.keys(sizes))];
  jest.mocked(isDataLost).mockImplementation(({ tenant: { name } }) => Promise.resolve(lost.has(name)));
  jest.mocked(exportState).mockImplementation(({ name }) => Promise.resolve(stateOf(name)));
  jest
    .mocked(sizesOfCopies)
    .mockImplementation((_, { tenants }) =>
      Promise.resolve(Object.fromEntries(tenants.map(({ name }) => [name, sizes[name]!]))),
    );
  jest.mocked(recoverTenant).mockImplementation((_, { name }, { stackId, keys }) => {
    done.push(`${name} restored`);
    lost.delete(name);
    expect([stackId, keys.backupPassword]).toEqual([`id-${name}`, `root-${name}`]);
    return Promise.resolve();
  });
});

test("those that are to run come first, the smallest of them before the others, and what is left is told with its time", async () => {
  const tenants = [tenant("asleep", {}, { state: "suspended" }), tenant("big"), tenant("small"), tenant("middle")];
  expect(await recover(tenants)).toEqual({ back: ["small", "middle", "big", "asleep"], failed: [] });
  expect(done).toEqual(["small", "middle", "big", "asleep"].flatMap((name) => [`${name} restored`, `${name} up`]));
  expect(said[0]).toBe(
    "4 of 4 ordered tenants to recover, in this order: small (1 MiB), middle (20 MiB), big (300 MiB), asleep (1 MiB)",
  );
  expect(said).toContainEqual(expect.stringMatching(/^middle: is back; 2 left, about \d+ s$/));
  expect(said.at(-1)).toBe("asleep: is back");
});

test("one that fails stops no other, is told with its reason, and is what the next call does alone", async () => {
  const tenants = [tenant("small"), tenant("middle", { title: "middle.example.com" }), tenant("big")];
  const broken = tenant("none", {}, { plan: "gold" });
  jest.mocked(recoverTenant).mockRejectedValueOnce(new Error("a segment is missing"));
  const { back, failed } = await recover([broken, ...tenants]);
  expect(back).toEqual(["middle", "big"]);
  expect(failed.map(({ tenant: name }) => name)).toEqual(["none", "small"]);
  expect(failed[0]!.error.message).toContain("gold");
  expect(said).toContainEqual(expect.stringMatching(/^small: isn't back: a segment is missing; 2 left/));

  [done, said] = [[], []];
  expect(await recover(tenants)).toEqual({ back: ["small", "middle", "big"], failed: [] });
  expect(said[0]).toBe("1 of 3 ordered tenants to recover, in this order: small (1 MiB)");
  // Of the others nothing is restored again; what was interrupted of their start is done.
  expect(done.sort()).toEqual(["big up", "middle up", "small restored", "small up"]);
});

test("an interruption ends it, and nothing after it is begun", async () => {
  const interrupt = new AbortController();
  const alone = async (work: () => Promise<void>): Promise<void> => {
    await work();
    interrupt.abort(new Error("interrupted"));
  };
  const tenants = [tenant("small", { alone }), tenant("big")];
  await expect(recover(tenants, { signal: interrupt.signal })).rejects.toThrow("interrupted");
  expect(done).toEqual(["small restored", "small up"]);
});

test("of one that never served its stack forgets what was on the host, and nothing of it is restored or brought up", async () => {
  expect(await recover([tenant("fresh", { neverServed: true })])).toEqual({ back: ["fresh"], failed: [] });
  expect(done).toEqual([]);
  expect(jest.mocked(importState).mock.calls.map(([{ name }]) => name)).toEqual(["fresh"]);
  // Else its next `up` would be refused for data that nobody has.
  expect(jest.mocked(importState).mock.calls[0]![1]).toContain('"outputs":{"url":"fresh"}');
  expect(said.at(-1)).toContain("it never served");
});

test("without copies, or without keys, nothing is changed, and the way out is said", async () => {
  const nowhere = { ...tenant("small").settings, backup: undefined };
  jest.mocked(exportState).mockImplementation(({ name }) => Promise.resolve(stateOf(name, true)));
  const { failed } = await recover([tenant("big"), { ...tenant("small"), settings: nowhere }]);
  expect(Object.fromEntries(failed.map(({ tenant: name, error }) => [name, error.message]))).toEqual({
    big: expect.stringMatching(/no keys of its backups: IDENTITY=FILE .* Nothing was changed/) as string,
    small: expect.stringContaining("odoo-fleet:backup isn't declared") as string,
  });
  expect([done, jest.mocked(importState).mock.calls, jest.mocked(readCopied).mock.calls]).toEqual([[], [], []]);
  expect(keysIn(stateOf("big"), ["big"])["big"]!.backupPassword).toBe("root-big");
  await expect(recover([tenant("big")], { at: new Date(Date.now() + 60_000) })).rejects.toThrow(/is in the future/);
});
