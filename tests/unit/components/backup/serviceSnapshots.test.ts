import { createFleet, type FleetSettings } from "../../../../components";
import { preflight } from "../../../../components/run/preflight";
import { readStackState } from "../../../../components/run/stackState";
import { ofType, type Registered, settled, startMocks } from "../../../support/mocks";

jest.mock("../../../../components/run/preflight", () => ({ preflight: jest.fn() }));
// Pulumi's mocks know no hooks.
jest.mock("../../../../components/container/orphans", () => ({ orphanHooks: () => undefined }));
jest.mock("../../../../components/run/stackState", () => ({ readStackState: jest.fn() }));
jest.mock("../../../../components/run/brokenContainers", () => ({ reportBrokenContainers: jest.fn() }));

const edge = { domain: "localhost", certificates: "internal" } as const;
const monitoring = { mail: { smtp: "mail.example.com:587", from: "a@example.com", to: ["b@example.com"] } };
const s3 = { endpoint: "https://s3.example.com", bucket: "copies", accessKeyId: "AKIA", lockDays: 9 };
const backup = { s3: { ...s3, secretAccessKey: "not-to-be-shown" } };

type Container = Record<string, unknown> & {
  readonly volumes: readonly {
    readonly volumeName: string;
    readonly containerPath: string;
    readonly readOnly?: boolean;
  }[];
};

async function register(
  settings: Partial<FleetSettings>,
  preview = false,
  services: readonly string[] = [],
): Promise<Registered[]> {
  jest.mocked(preflight).mockResolvedValue({ unreachable: new Map(), bare: new Set() });
  jest.mocked(readStackState).mockResolvedValue({
    ...{
      bootstrapped: new Set(),
      playbooks: new Map(),
      data: new Map(),
      madeVolumes: new Map(),
      objects: new Map(),
      lastBackups: new Map(),
    },
    ...{ tenants: new Map(), drillCopies: new Set(), images: new Set(), shared: new Map([["one", new Set(services)]]) },
  });
  const registered = startMocks({ preview });
  await createFleet({ environment: "dev", hosts: { one: {} }, tenants: {}, ...settings });
  await settled();
  return registered;
}

function containersOf(registered: readonly Registered[]): Record<string, Container> {
  return ofType(registered, "docker:index/container:Container") as Record<string, Container>;
}

test.each([false, true])(
  "it reads what services keep, changes none, and reaches nobody (preview: %s)",
  async (preview) => {
    const { "one-snapshots": snapshots } = containersOf(await register({ edge, monitoring, backup }, preview));
    expect(snapshots!.volumes).toEqual([
      { volumeName: "dev-edge-data", containerPath: "/srv/services/edge", readOnly: true },
      { volumeName: "dev-alertmanager-data", containerPath: "/srv/services/alertmanager", readOnly: true },
      { volumeName: "dev-grafana-data", containerPath: "/srv/services/grafana", readOnly: true },
      { volumeName: "dev-snapshots-store", containerPath: "/var/lib/odoo-fleet/repository" },
      { volumeName: "dev-snapshots-scratch", containerPath: "/srv/scratch" },
      { volumeName: "dev-snapshots-figures", containerPath: "/var/lib/odoo-fleet/snapshot-figures" },
      { volumeName: "dev-snapshots-config", containerPath: "/etc/odoo-fleet", readOnly: true },
    ]);
    expect(snapshots).toMatchObject({
      networkMode: "none",
      readOnly: true,
      capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
    });
  },
);

test("its snapshots leave the host as tenants' backups do, and its figures are read", async () => {
  const containers = containersOf(await register({ edge, monitoring, backup }));
  expect(containers["one-shipper"]!.volumes).toContainEqual({
    volumeName: "dev-snapshots-store",
    containerPath: "/srv/repositories/_snapshots-one",
    readOnly: true,
  });
  const figures = { containerPath: "/var/lib/odoo-fleet/snapshot-figures", readOnly: true };
  expect(containers["one-monitoring-node-exporter"]!.volumes).toContainEqual({
    volumeName: "dev-snapshots-figures",
    ...figures,
  });
});

test("there is none where nothing is kept, and only what there is is backed up", async () => {
  expect(containersOf(await register({ backup }))).toEqual({});
  const kept = ({ "one-snapshots": snapshots }: Record<string, Container>): string[] =>
    snapshots!.volumes.map(({ containerPath }) => containerPath).filter((path) => path.startsWith("/srv/services/"));
  expect(kept(containersOf(await register({ edge })))).toEqual(["/srv/services/edge"]);
  const images = { monitoring: { grafana: null } };
  expect(kept(containersOf(await register({ monitoring, images })))).toEqual(["/srv/services/alertmanager"]);
});

test("once they are there, snapshots stay when the services go, with their key, and nothing takes or copies any", async () => {
  const registered = await register({ backup }, false, ["snapshots"]);
  expect(Object.keys(ofType(registered, "docker:index/volume:Volume"))).toContain("one-snapshots-store");
  expect(Object.keys(ofType(registered, "random:index/randomPassword:RandomPassword"))).toEqual([
    "_snapshots-one-backup-password",
  ]);
  expect(containersOf(registered)).toEqual({});
});

test("of several hosts, the one that only has exporters keeps nothing", async () => {
  const two = { docker: "ssh://ops@two", address: "10.0.0.2", bindAddress: "10.0.0.2", subnetBase: "10.201.0.0/16" };
  const hosts = { one: {}, two };
  const names = Object.keys(containersOf(await register({ hosts, monitoring: { ...monitoring, host: "one" } })));
  expect(names).toContain("two-monitoring-gateway");
  expect(names.filter((name) => name.endsWith("-snapshots"))).toEqual(["one-snapshots"]);
});
