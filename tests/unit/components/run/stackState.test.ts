import * as pulumi from "@pulumi/pulumi";
import { readStackState } from "../../../../components/run/stackState";

const urn = (chain: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${chain}::${name}`;
const labels = (values: Record<string, string>): object => ({
  labels: Object.entries(values).map(([label, value]) => ({ label: `odoo-fleet.${label}`, value })),
});
const volume = "docker:index/volume:Volume";
const own = { host: "local", environment: "dev" };

/** Which volumes with data were made of whom, by a state with these resources. */
async function made(outputs: Record<string, object>, environment?: string): Promise<Record<string, string[]>> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs }) => ({ id: "id", state: inputs as object }),
      call: () => ({
        outputs: Object.fromEntries(Object.entries(outputs).map(([key, one]) => [key, { outputs: one }])),
      }),
    },
    "odoo-fleet",
    "dev",
    false,
    "organization",
  );
  const { madeVolumes } = await readStackState(environment);
  return Object.fromEntries([...madeVolumes].map(([owner, volumes]) => [owner, [...volumes].sort()]));
}

test("volumes with data are known by themselves, each once it has been made, and others of a tenant don't say so", async () => {
  const tenant = (name: string): object => labels({ ...own, tenant: name, service: "postgres" });
  const state = {
    [urn(volume, "acme-database")]: tenant("acme"),
    [urn(volume, "globex-postgres-config")]: tenant("globex"),
    [urn(`odoo-fleet:index:TenantStack$${volume}`, "initech-database-2")]: tenant("initech"),
    [urn(`odoo-fleet:index:TenantStack$${volume}`, "initech-filestore-2")]: tenant("initech"),
    [urn(`odoo-fleet:index:TenantStack$${volume}`, "hooli-filestore")]: tenant("hooli"),
  };
  expect(await made(state)).toEqual({
    acme: ["database"],
    initech: ["database", "filestore"],
    hooli: ["filestore"],
  });
  expect(await made(state, "other")).toEqual({});
});

test("a component tells of it where a refresh has found the volume gone, and one that never had a volume doesn't", async () => {
  const data = { environment: "dev", database: "dev-acme-database" };
  const both = { ...data, filestore: "dev-acme-filestore" };
  const state = {
    [urn("odoo-fleet:index:TenantStack", "acme")]: { url: "http://localhost", data: both },
    [urn("odoo-fleet:index:TenantStack", "targeted")]: { data: { environment: "dev" } },
    [urn("odoo-fleet:index:TenantStack", "older")]: { url: "http://localhost" },
    [urn("odoo-fleet:index:PortalStack", "portal")]: { data },
  };
  const expected = { acme: ["database", "filestore"], portal: ["database"] };
  expect(await made(state)).toEqual(expected);
  expect(await made(state, "dev")).toEqual(expected);
  expect(await made(state, "other")).toEqual({});
});

test("so does the volume of the portal's database", async () => {
  const state = {
    [urn(`odoo-fleet:index:PortalStack$${volume}`, "portal-database")]: labels({
      ...own,
      tenant: "portal",
      service: "postgres",
    }),
  };
  expect(await made(state)).toEqual({ portal: ["database"] });
});
