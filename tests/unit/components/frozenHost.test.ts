import { createFleet } from "../../../components";
import { preflight } from "../../../components/run/preflight";
import { readStackState } from "../../../components/run/stackState";
import { settled, startMocks } from "../../support/mocks";

jest.mock("../../../components/run/preflight", () => ({ preflight: jest.fn() }));
// Pulumi's mocks know no hooks.
jest.mock("../../../components/container/orphans", () => ({ orphanHooks: () => undefined }));
jest.mock("../../../components/run/stackState", () => ({ readStackState: jest.fn() }));

const problem = { path: "odoo-fleet:hosts.one.address", value: "192.0.2.1", expected: "a host", wayOut: "start it" };
const hostKey = "ssh-ed25519 AAAA";
const dependingResources = [
  "acme-drill-copies",
  "one-copies",
  "one-edge",
  "one-monitoring-prometheus",
  "one-shipper",
  "one-snapshots",
];

/** What is registered for all tenants of a host that doesn't answer, and that the state knows to have these services, and of these tenants volumes for copies. */
async function register(services: readonly string[] = [], drillCopies: readonly string[] = []): Promise<string[]> {
  jest.mocked(preflight).mockResolvedValue({ unreachable: new Map([["one", problem]]), bare: new Set() });
  jest.mocked(readStackState).mockResolvedValue({
    ...{
      bootstrapped: new Set(),
      playbooks: new Map(),
      data: new Map(),
      madeVolumes: new Map(),
      lastBackups: new Map(),
    },
    tenants: new Map([["one", new Set(["acme"])]]),
    drillCopies: new Set(drillCopies),
    images: new Set(),
    objects: new Map(),
    shared: new Map([["one", new Set(["backup-turn", ...services])]]),
  });
  const registered = startMocks();
  await createFleet({
    environment: "dev",
    hosts: { one: { connection: "ssh://ops@192.0.2.1", hostKey, bootstrap: "none" } },
    tenants: { acme: { slot: 1 }, globex: { slot: 2 } },
    edge: { domain: "localhost", certificates: "internal" },
    monitoring: { mail: { smtp: "mail.example.com:587", from: "a@example.com", to: ["b@example.com"] } },
    backup: {
      s3: {
        endpoint: "https://s3.example.com",
        bucket: "copies",
        accessKeyId: "AKIA",
        secretAccessKey: "not-to-be-shown",
        lockDays: 9,
      },
    },
  });
  await settled();
  const names = registered.map(({ name }) => name);
  expect(names).toContain("acme-odoo");
  expect(names).not.toContain("globex-odoo");
  return dependingResources.filter((name) => names.includes(name));
}

test("a host that doesn't answer keeps what it has, and nothing new is put on it", async () => {
  expect(await register()).toEqual([]);
  expect(await register(["edge"])).toEqual(["one-edge"]);
  expect(await register(["monitoring"])).toEqual(["one-monitoring-prometheus"]);
  expect(await register(["shipper"])).toEqual(["one-shipper"]);
  expect(await register(["shipper"], ["acme"])).toEqual(["acme-drill-copies", "one-shipper"]);
  expect(await register(["copies"])).toEqual(["one-copies"]);
  expect(await register(["edge", "snapshots"])).toEqual(["one-edge", "one-snapshots"]);
});
