import { type ConfigProblem, parseFleet, resolveFleet } from "../../../fleet";
import { remotePath, showLock } from "../../../fleet/offsite";
import { shipperSubnet } from "../../../fleet/subnets";
import { fleetOfStackFile } from "../../../tools/stackFile";

const s3 = {
  endpoint: "https://s3.example.com",
  bucket: "copies",
  accessKeyId: "AKIA",
  secretAccessKey: "not-to-be-shown",
};
const sftp = {
  host: "backup.example.com",
  user: "fleet",
  hostKeys: ["ssh-ed25519 AAAA"],
  privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90LXRvLWJl\n-----END OPENSSH PRIVATE KEY-----\n",
};
const declare = (backup: object): Record<string, unknown> => ({ hosts: { local: {} }, tenants: { acme: {} }, backup });
const problems = (backup: object, secretKeys?: string[]): readonly ConfigProblem[] => {
  const result = parseFleet(declare(backup), "dev", secretKeys);
  return result.ok ? [] : result.problems;
};

describe("where copies of backups go", () => {
  test("is nowhere unless it is said", () => {
    expect(resolveFleet({ hosts: { local: {} } }, "dev").offsite).toBeUndefined();
  });

  test("is a bucket, whose secret is apart from the fleet", () => {
    const result = parseFleet(declare({ s3: { ...s3, lockDays: 35 } }), "dev", ["backup"]);
    if (!result.ok) {
      throw new Error(JSON.stringify(result.problems));
    }
    expect(JSON.stringify(result.fleet)).not.toContain(s3.secretAccessKey);
    expect(result.secrets.offsite).toEqual({ secretAccessKey: s3.secretAccessKey });
    const offsite = result.fleet.offsite!;
    expect(offsite.target).toMatchObject({ kind: "s3", region: "us-east-1" });
    expect([remotePath(offsite, "acme"), showLock(offsite)]).toEqual(["target:copies/dev/acme", "35d"]);
  });

  test("is a server with a login for SFTP, whose exception has its reason", () => {
    const { offsite } = resolveFleet(declare({ sftp, folder: "odoo/prod", unlocked: "snapshots each night" }), "prod");
    expect(offsite!.target).toMatchObject({ kind: "sftp", port: 22 });
    expect([remotePath(offsite!), showLock(offsite!)]).toEqual(["target:odoo/prod", "none: snapshots each night"]);
  });

  test.each([
    ["backup", {}],
    ["backup", { s3: { ...s3, lockDays: 1 }, sftp }],
    ["backup.s3.endpoint", { s3: { ...s3, endpoint: "http://s3.example.com", lockDays: 1 } }],
    ["backup.s3.secretAccessKey", { s3: { ...s3, secretAccessKey: "two words", lockDays: 1 } }],
    ["backup.s3.lockDays", { s3: { ...s3, lockDays: 0 } }],
    ["backup.sftp.hostKeys", { sftp: { ...sftp, hostKeys: [] }, unlocked: "snapshots each night" }],
    ["backup.sftp.privateKey", { sftp: { ...sftp, privateKey: "id_ed25519" }, unlocked: "snapshots each night" }],
    ["backup.unlocked", { s3 }],
    ["backup.unlocked", { s3, unlocked: "no" }],
    ["backup.unlocked", { s3: { ...s3, lockDays: 1 }, unlocked: "snapshots each night" }],
    ["backup.folder", { s3: { ...s3, lockDays: 1 }, folder: "../other" }],
  ])("is refused at odoo-fleet:%s: %j", (path, backup) => {
    expect(problems(backup).map((problem) => problem.path)).toEqual([`odoo-fleet:${path}`]);
  });

  test("is refused with a secret in plain text, which no message repeats", () => {
    const found = problems({ s3: { ...s3, lockDays: 1 } }, []);
    expect(found).toMatchObject([{ path: "odoo-fleet:backup.s3.secretAccessKey", value: "(hidden)" }]);
    expect(JSON.stringify(found)).not.toContain(s3.secretAccessKey);
  });

  test.each([
    { s3: { ...s3, secretAccessKey: { secure: "v1:x" }, lockDays: 7 } },
    { sftp: { ...sftp, privateKey: { secure: "v1:x" } }, unlocked: "snapshots each night" },
  ])("is read by the tools from a file in which the secret is encrypted", (backup) => {
    const text = JSON.stringify({ config: { "odoo-fleet:hosts": { local: {} }, "odoo-fleet:backup": backup } });
    expect(fleetOfStackFile(text, "dev").offsite).toBeDefined();
  });

  test("has a network of its own, behind those of monitoring and the edge", () => {
    expect(shipperSubnet("10.200.0.0/16")).toEqual({ subnet: "10.200.250.128/29", gateway: "10.200.250.129" });
  });
});
