import * as pulumi from "@pulumi/pulumi";
import { readStackState } from "../../../../components/run/stackState";

const urn = (chain: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${chain}::${name}`;
const labels = (values: Record<string, string>): object => ({
  labels: Object.entries(values).map(([label, value]) => ({ label: `odoo-fleet.${label}`, value })),
});
const volume = "docker:index/volume:Volume";
const own = { host: "local", environment: "dev" };

/** What is known of the tenants with data, by a state with these resources. */
async function withData(outputs: Record<string, object>, environment?: string): Promise<string[]> {
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
  return [...(await readStackState(environment)).withData].sort();
}

test("a tenant has data once its database's volume has been made, and others of its volumes don't say so", async () => {
  const tenant = (name: string): object => labels({ ...own, tenant: name, service: "postgres" });
  const state = {
    [urn(volume, "acme-database")]: tenant("acme"),
    [urn(volume, "globex-postgres-config")]: tenant("globex"),
    [urn(`odoo-fleet:index:TenantStack$${volume}`, "initech-database")]: tenant("initech"),
  };
  expect(await withData(state)).toEqual(["acme", "initech"]);
  expect(await withData(state, "other")).toEqual([]);
});

test("a component tells of it where a refresh has found the volume gone, and one that never had a volume doesn't", async () => {
  const data = { environment: "dev", database: "dev-acme-database" };
  const state = {
    [urn("odoo-fleet:index:TenantStack", "acme")]: { url: "http://localhost", data },
    [urn("odoo-fleet:index:TenantStack", "targeted")]: { data: { environment: "dev" } },
    [urn("odoo-fleet:index:TenantStack", "older")]: { url: "http://localhost" },
    [urn("odoo-fleet:index:PortalStack", "portal")]: { data },
  };
  expect(await withData(state)).toEqual(["acme", "portal"]);
  expect(await withData(state, "dev")).toEqual(["acme", "portal"]);
  expect(await withData(state, "other")).toEqual([]);
});

test("so does the volume of the portal's database", async () => {
  const state = {
    [urn(`odoo-fleet:index:PortalStack$${volume}`, "portal-database")]: labels({
      ...own,
      tenant: "portal",
      service: "postgres",
    }),
  };
  expect(await withData(state)).toEqual(["portal"]);
});
