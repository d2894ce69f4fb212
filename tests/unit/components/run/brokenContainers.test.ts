import {
  brokenContainers,
  type ContainerState,
  type PlacedContainer,
} from "../../../../components/run/brokenContainers";

const container = (name: string, tenant?: string, networks: string[] = []): PlacedContainer => ({
  name,
  ...(tenant && { tenant }),
  isWaitedFor: false,
  networks,
});

/** As an engine says it. */
type State = Omit<ContainerState, "networks"> & Partial<ContainerState>;

const problems = (states: Record<string, State>): string[] =>
  brokenContainers(
    [
      container("dev-acme-odoo", "acme", ["internal-id", "front-id"]),
      container("dev-acme-nginx", "acme"),
      container("dev-prometheus"),
    ],
    new Map(Object.entries(states).map(([name, state]) => [name, { networks: networksOf(name), ...state }])),
    { name: "odoo-1" },
  ).map(({ path, value, wayOut }) => `${path}: ${value}: ${wayOut}`);

const networksOf = (name: string): string[] =>
  name === "dev-acme-odoo" ? ["dev-acme-front", "front-id", "dev-acme-internal", "internal-id"] : [];

const running: State = { state: "running" };
const works = { "dev-acme-odoo": running, "dev-acme-nginx": running, "dev-prometheus": running };

it("takes a container that runs for a good one, also while nobody knows yet whether it is healthy", () => {
  expect(problems(works)).toEqual([]);
  expect(problems({ ...works, "dev-acme-nginx": { state: "running", health: "starting" } })).toEqual([]);
});

it.each<[string, State | undefined, RegExp]>([
  [
    "unhealthy",
    { state: "running", health: "unhealthy" },
    /docker logs dev-acme-odoo.*docker rm --force dev-acme-odoo/,
  ],
  ["exited", { state: "exited" }, /docker logs dev-acme-odoo; make refresh/],
  ["paused", { state: "paused" }, /: docker unpause dev-acme-odoo$/],
  // As `docker network disconnect` leaves it: each container by itself is well.
  [
    "not on all of its networks",
    { state: "running", networks: ["dev-acme-internal", "internal-id"] },
    /docker rm --force dev-acme-odoo, then make refresh/,
  ],
  ["created", { state: "created" }, /make refresh/],
  ["restarting", { state: "restarting", health: "starting" }, /docker logs dev-acme-odoo/],
  ["gone", undefined, /make refresh \(pulumi up --refresh\) makes it anew/],
])("names one that is %s, with whose it is and the way out", (how, state, wayOut) => {
  const { "dev-acme-nginx": nginx, "dev-prometheus": prometheus } = works;
  const others = { "dev-acme-nginx": nginx, "dev-prometheus": prometheus };
  const found = problems({ ...others, ...(state && { "dev-acme-odoo": state }) });
  expect(found).toEqual([
    expect.stringContaining(`odoo-fleet:tenants.acme: container dev-acme-odoo on host odoo-1 is ${how}:`),
  ]);
  expect(found[0]).toMatch(wayOut);
});

it("names what tenants share by the key that declares it", () => {
  const shipper = { ...container("dev-shipper"), key: "backup" } as const;
  const found = brokenContainers([shipper], new Map([["dev-shipper", { state: "exited", networks: [] }]]), {
    name: "odoo-1",
  });
  expect(found).toMatchObject([{ path: "odoo-fleet:backup" }]);
  expect(problems({ ...works, "dev-prometheus": { state: "exited" } })).toEqual([
    expect.stringContaining("odoo-fleet:monitoring: container dev-prometheus on host odoo-1 is exited"),
  ]);
});
