import * as pulumi from "@pulumi/pulumi";
import { readStackState, type StackState } from "../../../../components/run/stackState";

const urn = (chain: string, name: string): string => `urn:pulumi:dev::odoo-fleet::${chain}::${name}`;
const labels = (values: Record<string, string>): object => ({
  labels: Object.entries(values).map(([label, value]) => ({ label: `odoo-fleet.${label}`, value })),
});
const volume = "docker:index/volume:Volume";
const own = { host: "local", environment: "dev" };

/** What is read of a state with these resources. */
async function read(outputs: Record<string, object>, environment?: string): Promise<StackState> {
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
  return readStackState(environment);
}

/** Which volumes with data were made of whom. */
async function made(outputs: Record<string, object>, environment?: string): Promise<Record<string, string[]>> {
  const { madeVolumes } = await read(outputs, environment);
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

test("Docker objects are known by host, and images aren't among them", async () => {
  const of = (name: string, host: string, service: string): object => ({ name, ...labels({ ...own, host, service }) });
  const tenant = "odoo-fleet:index:TenantStack$";
  // In the order of their URNs.
  const { objects } = await read(
    {
      [urn(`${tenant}odoo-fleet:index:OdooServer$docker:index/container:Container`, "acme-odoo")]: of(
        "dev-acme-odoo",
        "one",
        "odoo",
      ),
      [urn(`${tenant}docker:index/network:Network`, "acme-front")]: of("dev-acme-front", "one", "front"),
      [urn(volume, "two-backup-turn")]: of("dev-backup-turn", "two", "backup-turn"),
      [urn("docker:index/remoteImage:RemoteImage", "one-odoo")]: of("odoo:19", "one", "image"),
      [urn(`${tenant}${volume}`, "other")]: {
        name: "prod-other",
        ...labels({ ...own, environment: "prod", service: "x" }),
      },
    },
    "dev",
  );
  expect(Object.fromEntries(objects)).toEqual({
    one: [
      { kind: "network", name: "dev-acme-front", service: "front" },
      { kind: "container", name: "dev-acme-odoo", service: "odoo" },
    ],
    two: [{ kind: "volume", name: "dev-backup-turn", service: "backup-turn" }],
  });
});
