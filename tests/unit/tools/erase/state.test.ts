import { repositoryKeys } from "../../../../components/tenant/derivedSecrets";
import { keptIn, possibleKeys, withoutKept } from "../../../../tools/erase/state";

const urn = (type: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${type}::${name}`;
const component = "odoo-fleet:index:TenantStack";
const lastBackup = { environment: "dev", host: "local", slot: 1, at: "2026-11-27T05:00:00.000Z", isKept: true };
const root = "R".repeat(40);
const direct = "c".repeat(64);
const secret = (value: unknown): object => ({
  "4dabf18193072939515e22adb298388d": "1b47",
  plaintext: JSON.stringify(value),
});
const state = JSON.stringify({
  deployment: {
    resources: [
      { urn: urn(component, "acme"), type: component, outputs: { lastBackup } },
      { urn: urn(`${component}$docker:index/volume:Volume`, "acme-repository"), type: "volume", protect: true },
      { urn: urn(`${component}$random`, "acme-backup-password"), type: "password", protect: true },
      { urn: urn(`${component}$docker:index/volume:Volume`, "other-acme-repository"), type: "volume", protect: true },
      {
        urn: urn("x", "globex-backup-password"),
        type: "password",
        outputs: { result: secret(root), id: "d".repeat(64) },
      },
      { urn: urn("x", "config"), type: "file", outputs: { content: secret(`repo1-cipher-pass=${direct}\n`) } },
    ],
  },
});

it("finds what is kept of a tenant that has left", () => {
  expect(keptIn(state, "acme")).toEqual(lastBackup);
  expect(keptIn(state, "globex")).toBeUndefined();
});

it("lets the tenant's own backups and their secret go, and nobody else's", () => {
  const { deployment } = JSON.parse(withoutKept(state, "acme")) as {
    deployment: { resources: { protect?: boolean }[] };
  };
  expect(deployment.resources.map(({ protect }) => protect)).toEqual([
    undefined,
    undefined,
    undefined,
    true,
    undefined,
    undefined,
  ]);
  expect(deployment.resources[0]).toMatchObject({ outputs: { lastBackup: { isKept: false } } });
});

it("tries what secrets say and what follows from them, and nothing that is no secret", () => {
  const { databaseKey, filesKey } = repositoryKeys(root);
  expect(possibleKeys(state)).toEqual({ database: [direct, databaseKey], files: [direct, filesKey] });
});
