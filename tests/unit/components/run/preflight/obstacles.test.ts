import type { ConfigProblem } from "../../../../../fleet/errors";
import { resolveFleet } from "../../../../../fleet";
import type { ContainerFact, HostFacts } from "../../../../../components/run/preflight/hostFacts";
import { findObstacles } from "../../../../../components/run/preflight/obstacles";
import { goodEngine } from "../../../support/engineFacts";

const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 }, globex: { slot: 2 } } }, "dev");
const tenants = Object.values(fleet.tenants);
const declared = { environment: "dev", host: fleet.hosts["local"]!, tenants, ownsEnvironment: true };
const nothing: HostFacts = {
  containers: [],
  networks: [],
  listeners: [],
  engine: goodEngine,
  cpus: 2,
  freeDiskMiB: 100_000,
  missingImages: {},
};

const container = (environment: string, tenant: string, port?: number): ContainerFact => ({
  name: `${environment}-${tenant}-nginx`,
  labels: { "odoo-fleet.environment": environment, "odoo-fleet.tenant": tenant },
  published: port ? [{ address: "127.0.0.1", port }] : [],
});

const find = (facts: Partial<HostFacts>): ReturnType<typeof findObstacles> =>
  findObstacles(declared, { ...nothing, ...facts });

describe("findObstacles", () => {
  it("finds none on an empty host, nor on one that runs what is declared", () => {
    expect(find({})).toEqual([]);
    expect(
      find({
        containers: [container("dev", "acme", 20010), container("dev", "globex", 20020)],
        networks: [
          { name: "dev-acme-front", labels: { "odoo-fleet.environment": "dev" }, subnets: ["10.200.0.96/27"] },
          { name: "bridge", labels: {}, subnets: ["172.17.0.0/16"] },
        ],
        listeners: [{ address: "127.0.0.1", port: 20010, process: "docker-proxy (pid 1)" }],
      }),
    ).toEqual([]);
  });

  it.each([
    ["a process", { listeners: [{ address: "0.0.0.0", port: 20010, process: "python3 (pid 7)" }] }, "python3 (pid 7)"],
    ["a nameless process", { listeners: [{ address: "::", port: 20010 }] }, "::"],
    [
      "a container of another environment",
      { containers: [container("prod", "initech", 20010)] },
      "container prod-initech-nginx of tenant initech in environment prod",
    ],
    [
      "a container of nobody",
      { containers: [{ name: "web", labels: {}, published: [{ address: "0.0.0.0", port: 20010 }] }] },
      "container web",
    ],
  ])("names %s that has a tenant's port", (_, facts: Partial<HostFacts>, owner) => {
    const [problem, ...others] = find(facts);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: "odoo-fleet:tenants.acme.slot", value: "1" });
    expect(problem!.expected).toContain("port 20010");
    expect(problem!.expected).toContain(owner);
    expect(problem!.wayOut).toContain("odoo-fleet:tenants.acme.slot");
  });

  it("lets another address have the same port", () => {
    expect(find({ listeners: [{ address: "192.168.7.7", port: 20010, process: "sshd (pid 1)" }] })).toEqual([]);
  });

  it.each([["10.200.0.64/27"], ["10.200.0.0/24"], ["10.0.0.0/8"], ["10.200.0.70/32"]])(
    "names a network that has %s",
    (subnet) => {
      const problems = find({ networks: [{ name: "theirs", labels: {}, subnets: [subnet] }] });
      expect(problems.length).toBeGreaterThan(0);
      expect(problems[0]).toMatchObject({ path: "odoo-fleet:hosts.local.subnetBase" });
      expect(problems[0]!.expected).toContain(`network theirs has ${subnet}`);
    },
  );

  it("doesn't have a network removed that serves a tenant", () => {
    const labels = { "odoo-fleet.environment": "prod", "odoo-fleet.tenant": "initech" };
    const of = (given: object): ConfigProblem =>
      find({
        networks: [
          { name: "prod-initech-front", labels: given as Record<string, string>, subnets: ["10.200.0.64/27"] },
        ],
      })[0]!;
    expect(of({}).wayOut).toMatch(/^remove that network, or give the host another range/);
    expect(of(labels).expected).toContain(
      "network prod-initech-front of tenant initech in environment prod has 10.200.0.64/27",
    );
    expect(of(labels).wayOut).toMatch(
      /^leave that network, and give tenant acme another slot, or give the host another range/,
    );
  });

  const vpn = { subnet: "10.200.0.0/24", interface: "wg0" };
  const own = ["front", "internal"].map((kind) => ({
    name: `dev-acme-${kind}`,
    labels: { "odoo-fleet.environment": "dev" },
    subnets: [declared.tenants.find(({ name }) => name === "acme")!.subnets[kind as "front" | "internal"]],
    bridge: `br-${kind}`,
  }));

  it.each([
    ["a VPN's interface", vpn, "interface wg0 of the machine has 10.200.0.0/24"],
    ["a route without an interface", { subnet: "10.0.0.0/8" }, "a route of the machine has 10.0.0.0/8"],
    [
      "one address",
      { subnet: "10.200.0.70/32", interface: "cni0" },
      "interface cni0 of the machine has 10.200.0.70/32",
    ],
  ])("names %s of the machine that has a tenant's subnet", (_, route, owner) => {
    const problems = find({ routes: [route] });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem.path).toBe("odoo-fleet:hosts.local.subnetBase");
      expect(problem.expected).toContain(owner);
    }
  });

  it("doesn't take the engine's own bridges, or a machine's other networks, for somebody else's", () => {
    const routes = [
      ...own.map(({ bridge, subnets }) => ({ subnet: subnets[0]!, interface: bridge })),
      { subnet: "192.168.1.0/24", interface: "eth0" },
    ];
    expect(find({ networks: own, routes })).toEqual([]);
  });

  it("leaves a tenant alone whose networks are there already, and names the new one beside it", () => {
    const problems = find({ networks: own, routes: [{ subnet: "10.0.0.0/8", interface: "tun0" }] });
    expect(problems.map(({ expected }) => /of tenant (\w+)/.exec(expected)![1])).toEqual(["globex", "globex"]);
  });

  it("takes no offence at other networks, IPv6 ones included", () => {
    expect(find({ networks: [{ name: "theirs", labels: {}, subnets: ["10.201.0.0/16", "fd00::/64"] }] })).toEqual([]);
  });

  it("names a base image that can't be had, once", () => {
    const reference = declared.host.images.nginx;
    expect(find({ missingImages: { [reference]: "no such host" } })).toEqual([
      expect.objectContaining({
        path: "odoo-fleet:images.nginx",
        value: JSON.stringify(reference),
        expected: expect.stringContaining("no such host") as unknown,
      }),
    ]);
  });

  it("refuses a plan that wants more CPUs for a container than the host has", () => {
    expect(find({ cpus: 1 }).map(({ path }) => path)).toEqual([]);
    const [problem, ...others] = find({ cpus: 0.5 });
    expect(problem).toMatchObject({ path: "odoo-fleet:tenants.acme.plan", value: '"starter"' });
    expect(problem!.expected).toContain("at most the 0.5 CPUs of host local");
    expect(others).toHaveLength(1);
  });

  it("refuses a full disk for a new tenant and not for one that runs", () => {
    expect(find({ freeDiskMiB: 10, containers: [container("dev", "acme")] })).toEqual([
      expect.objectContaining({
        path: "odoo-fleet:hosts.local",
        value: "10 MiB free",
        expected: expect.stringMatching(/2048 MiB.*for globex$/) as unknown,
      }),
    ]);
    expect(find({ freeDiskMiB: 10, containers: [container("dev", "acme"), container("dev", "globex")] })).toEqual([]);
    expect(find({ freeDiskMiB: undefined })).toEqual([]);
    expect(find({ freeInodes: 500, containers: [container("dev", "acme")] })).toEqual([
      expect.objectContaining({
        value: "500 inodes free",
        expected: expect.stringMatching(/100000 inodes.*for globex$/) as unknown,
      }),
    ]);
    expect(find({ freeInodes: 100_000 })).toEqual([]);
  });

  it("refuses to lose a tenant that was left out, unless the stack doesn't hold the environment", () => {
    const facts = {
      containers: [container("dev", "initech"), container("dev", "initech"), container("prod", "hooli")],
    };
    expect(find(facts)).toEqual([
      expect.objectContaining({
        path: "odoo-fleet:tenants.initech",
        wayOut: expect.stringContaining("decommissioned") as unknown,
      }),
    ]);
    expect(findObstacles({ ...declared, ownsEnvironment: false }, { ...nothing, ...facts })).toEqual([]);
  });
});

describe("a tenant behind an edge of another stack", () => {
  const served = resolveFleet(
    { hosts: { local: {} }, tenants: { acme: { slot: 1 } }, edge: { domain: "localhost", certificates: "internal" } },
    "dev",
  );
  const own = {
    ...declared,
    host: served.hosts["local"]!,
    tenants: Object.values(served.tenants),
    ownsEnvironment: false,
  };
  const network = { name: "dev-edge", labels: {}, subnets: ["10.200.250.64/26"] };

  it("has to find the edge's network, by its name and its subnet", () => {
    expect(findObstacles(own, { ...nothing, networks: [network] })).toEqual([]);
    for (const networks of [[], [{ ...network, name: "prod-edge" }], [{ ...network, subnets: ["10.201.250.64/26"] }]]) {
      expect(findObstacles(own, { ...nothing, networks })).toContainEqual(
        expect.objectContaining({
          path: "odoo-fleet:tenants.acme.host",
          expected: expect.stringContaining("network dev-edge isn't there") as string,
          wayOut: expect.stringContaining("createFleet") as string,
        }),
      );
    }
  });
});

describe("a tenant whose own stack copies its backups", () => {
  const own = { ...declared, ownsEnvironment: false, shipsAlone: true };
  const network = { name: "dev-copies", labels: {}, subnets: ["10.200.252.0/22"] };

  it("has to find the network that the host has for that, by its name and its subnet", () => {
    expect(findObstacles(own, { ...nothing, networks: [network] })).toEqual([]);
    for (const networks of [
      [],
      [{ ...network, name: "prod-copies" }],
      [{ ...network, subnets: ["10.201.252.0/22"] }],
    ]) {
      expect(findObstacles(own, { ...nothing, networks })).toEqual([
        expect.objectContaining({
          path: "odoo-fleet:tenants.acme.host",
          expected: expect.stringContaining("network dev-copies isn't there") as string,
          wayOut: expect.stringContaining("createFleet") as string,
        }),
      ]);
    }
  });

  it("needs that subnet of its host, which may be another's", () => {
    const whole = { ...declared, hasCopies: true };
    const labels = { "odoo-fleet.environment": "dev" };
    expect(findObstacles(whole, { ...nothing, networks: [{ ...network, labels }] })).toEqual([]);
    expect(findObstacles(whole, { ...nothing, networks: [{ ...network, name: "vpn" }] })).toEqual([
      expect.objectContaining({ path: "odoo-fleet:hosts.local.subnetBase" }),
    ]);
  });
});

test("a tenant that isn't declared was left out, unless its containers are another stack's", () => {
  const left = container("dev", "hooli");
  const others = { ...left, labels: { ...left.labels, "odoo-fleet.stack-id": "other" } };
  const own = { ...left, labels: { ...left.labels, "odoo-fleet.stack-id": "own" } };
  const refused = expect.objectContaining({ path: "odoo-fleet:tenants.hooli" }) as unknown;
  const of = (found: ContainerFact, stackId?: string): ReturnType<typeof findObstacles> =>
    findObstacles({ ...declared, stackId }, { ...nothing, containers: [found] });
  expect(of(others, "own")).toEqual([]);
  expect(of(own, "own")).toEqual([refused]);
  expect(of(left, "own")).toEqual([refused]);
  // A stack that was never brought up can't tell.
  expect(of(others)).toEqual([refused]);
});
