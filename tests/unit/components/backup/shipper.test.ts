import * as pulumi from "@pulumi/pulumi";
import { createOwnShipper } from "../../../../components/backup/ownShipper";
import { Shipper } from "../../../../components/backup/shipper";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { parseFleet } from "../../../../fleet";
import type { EscrowedKeys } from "../../../../fleet/escrow";
import { ofType, type Registered, settled, startMocks } from "../../../support/mocks";

const secretAccessKey = "not-to-be-shown";

/** A secret of mocks: its text. */
const plain = (secret: unknown): string => (secret as { value: string }).value;
const keysOf = (tenant: string): pulumi.Output<EscrowedKeys> =>
  pulumi.output({ backupPassword: `root of ${tenant}`, databaseKey: `database of ${tenant}`, filesKey: "files" });

async function register(
  preview = false,
  escrow?: string[],
  context = new ServiceContext("dev", "id-of-stack"),
  own?: string,
): Promise<Registered[]> {
  const registered = startMocks({ preview });
  const s3 = {
    endpoint: "https://s3.example.com",
    bucket: "copies",
    accessKeyId: "AKIA",
    secretAccessKey,
    lockDays: 9,
  };
  const result = parseFleet({ hosts: { local: {} }, backup: { s3, mibPerSecond: 5, escrow } }, "dev");
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const { fleet, secrets } = result;
  const common = { host: fleet.hosts["local"]!, context, offsite: fleet.offsite!, secret: secrets.offsite! };
  if (own === undefined) {
    new Shipper("local-shipper", {
      ...common,
      repositories: { acme: "dev-acme-repository", globex: "dev-globex-repository" },
      // The other one has no helpers any more.
      copies: { acme: "dev-acme-drill-copies" },
      keys: { globex: keysOf("globex"), acme: keysOf("acme") },
    });
  } else {
    const tenant = { name: own, host: "local", slot: 7 };
    const repository = pulumi.output(`dev-${own}-repository`);
    createOwnShipper({ ...common, tenant, repository, keys: keysOf(own) }, new pulumi.ComponentResource("test", own));
  }
  await settled();
  return registered;
}

test.each([false, true])(
  "what copies backups sees them to read, and nothing else of a tenant (preview: %s)",
  async (preview) => {
    const registered = await register(preview);
    const { "local-shipper": shipper, "local-shipper-config-writer": writer } = ofType(
      registered,
      "docker:index/container:Container",
    );
    expect(shipper!["volumes"]).toEqual([
      { volumeName: "dev-acme-repository", containerPath: "/srv/repositories/acme", readOnly: true },
      { volumeName: "dev-globex-repository", containerPath: "/srv/repositories/globex", readOnly: true },
      { volumeName: "dev-acme-drill-copies", containerPath: "/srv/copies/acme" },
      { volumeName: "dev-shipper-figures", containerPath: "/var/lib/odoo-fleet/figures" },
      { volumeName: "dev-shipper-config", containerPath: "/etc/odoo-fleet", readOnly: true },
    ]);
    expect(shipper).toMatchObject({
      capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
      readOnly: true,
      envs: ["SHIP_TO=target:copies/dev", "SHIP_MIB=5", "GOMEMLIMIT=134MiB"],
    });
    expect(shipper!["labels"]).toContainEqual({ label: "odoo-fleet.backup-lock", value: "9d" });
    expect(JSON.stringify(shipper)).not.toContain(secretAccessKey);
    expect(JSON.stringify(writer!["uploads"])).toContain(secretAccessKey);
  },
);

const operator = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

test("the keys of all backups are encrypted to the operators by a program, and only its output goes along", async () => {
  const registered = await register(false, [operator]);
  const { "local-shipper-keys": keys } = ofType(registered, "command:local:Command");
  const { recipients, text } = JSON.parse(plain(keys!["stdin"])) as { recipients: string[]; text: string };
  expect(recipients).toEqual([operator]);
  const { tenants } = JSON.parse(text) as { tenants: Record<string, EscrowedKeys> };
  expect(Object.entries(tenants).map(([name, { databaseKey }]) => [name, databaseKey])).toEqual([
    ["acme", "database of acme"],
    ["globex", "database of globex"],
  ]);
  const { "local-shipper": shipper, "local-shipper-config-writer": writer } = ofType(
    registered,
    "docker:index/container:Container",
  );
  expect(shipper!["envs"]).toContain("SHIP_KEYS=_keys/local.age");
  expect(JSON.stringify(writer!["uploads"])).toContain("/etc/odoo-fleet/keys.age");
  expect(JSON.stringify(writer)).not.toContain("database of acme");
});

test("a run looks whether it works", async () => {
  const context = new ServiceContext("dev", "id-of-stack");
  await register(false, undefined, context);
  expect(context.started).toMatchObject([{ name: "dev-shipper", key: "backup" }]);
});

test("without an operator's key the keys stay in the state", async () => {
  const registered = await register();
  expect(ofType(registered, "command:local:Command")).toEqual({});
  expect(JSON.stringify(registered)).not.toContain("database of acme");
});

test("a tenant in a stack of its own has one of its own, on the network that the host has for them", async () => {
  const context = new ServiceContext("dev", "id-of-stack");
  const registered = await register(false, [operator], context, "acme");
  const { "acme-shipper": shipper, "acme-shipper-config-writer": writer } = ofType(
    registered,
    "docker:index/container:Container",
  );
  expect(shipper).toMatchObject({
    name: "dev-acme-shipper",
    volumes: [
      { volumeName: "dev-acme-repository", containerPath: "/srv/repositories/acme", readOnly: true },
      { volumeName: "dev-acme-drill-copies", containerPath: "/srv/copies/acme" },
      { volumeName: "dev-acme-shipper-config", containerPath: "/etc/odoo-fleet", readOnly: true },
    ],
    networksAdvanced: [{ name: "dev-copies" }],
    memory: 64,
  });
  expect(shipper!["envs"]).toEqual(expect.arrayContaining(["SHIP_ALONE=1", "SHIP_KEYS=_keys/local/acme.age"]));
  expect(shipper!["labels"]).toEqual(
    expect.arrayContaining([
      { label: "odoo-fleet.tenant", value: "acme" },
      { label: "odoo-fleet.backup-lock", value: "9d" },
    ]),
  );
  expect(JSON.stringify(shipper)).not.toContain(secretAccessKey);
  expect(JSON.stringify(writer!["uploads"])).toContain(secretAccessKey);
  expect(ofType(registered, "docker:index/network:Network")).toEqual({});
  expect(context.started).toMatchObject([{ name: "dev-acme-shipper", tenant: "acme", isWaitedFor: false }]);
});
