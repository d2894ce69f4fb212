import { keepBackups } from "../../../../components";
import type { LastBackup } from "../../../../components/backup/lastBackup";
import { readStackState } from "../../../../components/run/stackState";
import { settled, startMocks } from "../../../support/mocks";

// Pulumi's mocks know no hooks.
jest.mock("../../../../components/container/orphans", () => ({ orphanHooks: () => undefined }));
jest.mock("../../../../components/run/stackState", () => ({ readStackState: jest.fn() }));

const settings = { environment: "dev", hosts: { local: {} }, tenant: "acme" };
const left = { environment: "dev", host: "local", slot: 1, at: "2026-03-01T05:00:00.000Z", seconds: 40 };

/** What is registered when the state has this of the tenant. */
async function register(lastBackup: LastBackup | undefined, changes: object = {}): Promise<[unknown, string[]]> {
  jest.mocked(readStackState).mockResolvedValue({
    ...{
      bootstrapped: new Set(),
      playbooks: new Map(),
      data: new Map(),
      madeVolumes: new Map(),
      drillCopies: new Set(),
      images: new Set(),
      objects: new Map(),
      shared: new Map(),
    },
    tenants: new Map([["local", new Set(["acme"])]]),
    lastBackups: new Map(lastBackup ? [["acme", lastBackup]] : []),
  });
  const registered = startMocks();
  const outputs = await keepBackups({ ...settings, ...changes });
  await settled();
  return [outputs, registered.map(({ name }) => name).sort()];
}

const shared = ["local", "local-docker", "stack-id"];

it("keeps the backups and the secret that opens them, and neither database nor files, to the day that was promised", async () => {
  const kept = await register({ ...left, keptUntil: "2999-01-01", isKept: true });
  expect(kept).toEqual([
    { name: "acme", keptUntil: "2999-01-01" },
    ["acme", "acme-backup-password", "acme-repository", ...shared],
  ]);
});

it("still has them in the run in which the day is over, and nothing in the one after it", async () => {
  const day = "2026-03-31";
  const [, names] = await register({ ...left, keptUntil: day, isKept: true });
  expect(names).toContain("acme-repository");
  expect(await register({ ...left, keptUntil: day, isKept: false })).toEqual([{ name: "acme" }, shared]);
  expect(await register({ ...left, isKept: false })).toEqual([{ name: "acme" }, shared]);
});

it("is refused for a tenant that is declared, that wasn't decommissioned, and on a host that isn't declared any more", async () => {
  const proven = { ...left, keptUntil: "2999-01-01", isKept: true };
  await expect(register(proven, { tenants: { acme: { slot: 1 } } })).rejects.toThrow(
    /tenants\.acme\n[^]*left the declaration[^]*createTenant/,
  );
  await expect(register(undefined)).rejects.toThrow(/tenants\.acme\n[^]*last backup that was proven[^]*decommissioned/);
  await expect(register(proven, { hosts: { other: {} } })).rejects.toThrow(/hosts\.local\n[^]*backups of acme/);
});

it("goes on copying them, where a target is declared, by what copied them before", async () => {
  const s3 = {
    ...{ endpoint: "https://s3.example.com", bucket: "copies", accessKeyId: "AKIA" },
    ...{ secretAccessKey: "not-to-be-shown", lockDays: 9 },
  };
  const [, names] = await register({ ...left, keptUntil: "2999-01-01", isKept: true }, { backup: { s3 } });
  const shipper = ["acme-shipper", "acme-shipper-config", "acme-shipper-config-writer", "acme-shipper-rclone"];
  expect(names).toEqual(expect.arrayContaining(["acme-repository", ...shipper]));
});
