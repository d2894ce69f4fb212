import { describeEngine, engineFacts } from "../../../../../components/run/preflight/engineFacts";
import { engineObstacles, engineWarnings } from "../../../../../components/run/preflight/engineObstacles";
import type { HostFacts } from "../../../../../components/run/preflight/hostFacts";
import { resolveFleet } from "../../../../../fleet";
import { goodEngine } from "../../../support/engineFacts";

const fleet = resolveFleet({ hosts: { web1: {} }, monitoring: {} }, "dev");
const declared = {
  environment: "dev",
  host: fleet.hosts["web1"]!,
  tenants: [],
  ownsEnvironment: true,
  monitored: fleet.monitoring!.hosts["web1"]!,
};
const facts = (engine: Partial<HostFacts["engine"]>): HostFacts => ({
  containers: [],
  networks: [],
  cpus: 2,
  missingImages: {},
  engine: { ...goodEngine, ...engine },
});

describe("what an engine says of itself", () => {
  // As Docker 20.10 on Debian 12 answered.
  const info = {
    OSType: "linux",
    Driver: "overlay2",
    DriverStatus: [["Backing Filesystem", "extfs"] as const, ["Supports d_type", "true"] as const],
    CgroupVersion: "1",
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    IPv4Forwarding: true,
    SecurityOptions: ["name=seccomp,profile=default"],
    SystemTime: "2026-01-01T00:00:10.5Z",
  };
  const at = Date.parse("2026-01-01T00:00:10Z");

  it("becomes facts", () => {
    expect(engineFacts(info, at, at + 1000)).toEqual({ ...goodEngine, cgroupVersion: "1" });
    const snapshotter = {
      ...info,
      Driver: "overlayfs",
      DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"] as const],
    };
    expect(engineFacts(snapshotter, at, at + 1000)).toMatchObject({
      imageStore: "containerd",
      storageDriver: "overlayfs",
    });
    expect(describeEngine({ ...facts(engineFacts(info, at, at)), freeDiskMiB: 9 })).toMatch(
      /^linux containers, storage driver overlay2, .*version 1, 2 CPUs, 9 MiB and \? inodes free/,
    );
  });

  it("has a clock that differs only where no time between question and answer explains it", () => {
    expect(engineFacts(info, at, at + 1000).clockAheadSeconds).toBe(0);
    expect(engineFacts(info, at + 100_500, at + 101_000).clockAheadSeconds).toBe(-100);
    expect(engineFacts(info, at - 200_000, at - 199_500).clockAheadSeconds).toBe(200);
  });

  it("counts as fine where it is silent", () => {
    expect(engineFacts({}, 0, 0)).toEqual({ ...goodEngine, storageDriver: "" });
  });
});

it("finds nothing wrong with a good engine", () => {
  expect(engineObstacles(declared, facts({}))).toEqual([]);
  expect(engineWarnings(declared, facts({}))).toEqual([]);
});

it.each([
  [{ os: "windows" }, /Linux containers/],
  [{ limits: { memory: false, swap: false, cpu: true } }, /memory control groups/],
  [{ limits: { memory: true, swap: true, cpu: false } }, /CONFIG_CFS_BANDWIDTH/],
])("refuses an engine that can't do what is declared: %j", (engine, expected) => {
  expect(engineObstacles(declared, facts(engine))).toEqual([
    expect.objectContaining({ path: "odoo-fleet:hosts.web1", expected: expect.stringMatching(expected) as unknown }),
  ]);
});

it.each([
  [{ storageDriver: "vfs" }, /vfs/],
  [{ imageStore: "containerd" as const }, /cAdvisor.*containerd-snapshotter/],
  [{ limits: { memory: true, swap: false, cpu: true } }, /swapaccount=1/],
  [{ forwardsPackets: false }, /net\.ipv4\.ip_forward/],
  [{ hasSeccomp: false }, /seccomp/],
  [{ clockAheadSeconds: 300 }, /300 s ahead of/],
  [{ clockAheadSeconds: -61 }, /61 s behind/],
])("warns of %j", (engine, expected) => {
  expect(engineObstacles(declared, facts(engine))).toEqual([]);
  expect(engineWarnings(declared, facts(engine))).toEqual([expect.stringMatching(expected)]);
  expect(engineWarnings(declared, facts(engine))[0]).toMatch(/^host web1: /);
});

it("doesn't mind where images are kept on a host that isn't watched, nor a second of difference", () => {
  const unwatched = { ...declared, monitored: undefined };
  expect(engineWarnings(unwatched, facts({ imageStore: "containerd", clockAheadSeconds: 59 }))).toEqual([]);
});
