import { resolveFleet } from "../../../../../fleet";
import type { ContainerFact, HostFacts } from "../../../../../components/run/preflight/hostFacts";
import { isPortals, portalImages, portalObstacles } from "../../../../../components/run/preflight/portalObstacles";
import { goodEngine } from "../../../support/engineFacts";

const { hosts, portal } = resolveFleet(
  {
    hosts: { local: {} },
    edge: { domain: "localhost", certificates: "internal" },
    portal: {
      slots: { local: { from: 500, to: 509 } },
      plans: { starter: { price: 2900, currency: "EUR" } },
      mail: { smtp: "smtp.example.com:587", from: "p@example.com" },
    },
  },
  "dev",
);
const declared = { environment: "dev", host: hosts["local"]!, tenants: [], ownsEnvironment: true, portal };
const nothing: HostFacts = {
  ...{ containers: [], networks: [], listeners: [], engine: goodEngine },
  ...{ cpus: 2, freeDiskMiB: 100_000, missingImages: {} },
};
/** A file that is there in place of what its image is built from. */
const archive = __filename;

const networks = (name: string): HostFacts["networks"] => [
  { name, labels: { "odoo-fleet.environment": "dev" }, subnets: ["10.200.249.192/27"] },
];

test("nothing is in the way of a portal on an empty host, nor of one that is there; without one nothing is looked for", () => {
  expect(portalObstacles(declared, nothing, archive)).toEqual([]);
  expect(portalObstacles(declared, { ...nothing, networks: networks("dev-portal-internal") }, archive)).toEqual([]);
  expect(portalObstacles({ ...declared, portal: undefined }, nothing, "/nowhere")).toEqual([]);
});

test("a subnet of its that somebody has is named with the slot, and what its image is built from with how to make it", () => {
  expect(portalObstacles(declared, { ...nothing, networks: networks("foreign") }, archive)).toMatchObject([
    { path: "odoo-fleet:portal.slot", value: "999", wayOut: expect.stringContaining("portal.slot") as string },
  ]);
  expect(portalObstacles(declared, nothing, "/nowhere")).toMatchObject([
    { path: "odoo-fleet:portal", wayOut: expect.stringContaining("setup/setup.sh portal") as string },
  ]);
});

test("the base images that it needs are looked for", () => {
  expect(portalImages(portal).map(([path]) => path)).toEqual([
    "odoo-fleet:images.node",
    'odoo-fleet:images.postgres["17"]',
  ]);
  expect(portalImages(undefined)).toEqual([]);
});

test("its containers aren't a tenant's that was left out, but those of a tenant that is called so without a portal are", () => {
  const of = (service: string, environment = "dev"): ContainerFact => ({
    name: `${environment}-portal-${service}`,
    labels: {
      "odoo-fleet.environment": environment,
      "odoo-fleet.tenant": "portal",
      "odoo-fleet.service": service,
    },
    published: [],
  });
  const postgres = of("postgres");
  expect(isPortals(postgres, { ...nothing, containers: [postgres, of("web")] })).toBe(true);
  expect(isPortals(postgres, { ...nothing, containers: [postgres, of("odoo"), of("web", "prod")] })).toBe(false);
});
