import { HostImages, seedsOn } from "../../../../components/host/hostImages";
import { resolveFleet } from "../../../../fleet";
import type { Fleet } from "../../../../fleet/types";
import { ofType, settled, startMocks } from "../../../support/mocks";

const set = (module: string): object => ({ modules: [module], title: { en: module }, summary: { en: module } });

const fleetWith = (sets: object): Fleet =>
  resolveFleet(
    {
      hosts: { local: {} },
      edge: { domain: "localhost", certificates: "internal" },
      tenants: { acme: { slot: 1, modules: ["crm"] } },
      portal: {
        slots: { local: { from: 500, to: 509 } },
        plans: { starter: { price: 2900, currency: "EUR" } },
        mail: { smtp: "smtp.example.com:587", from: "portal@example.com" },
        sets,
      },
    },
    "dev",
  );

/** The images of Odoo that a host builds: the modules of each, by the name of its resource. */
async function seeds(sets: object, there?: ReadonlySet<string>): Promise<Record<string, string>> {
  const registered = startMocks();
  const fleet = fleetWith(sets);
  const host = fleet.hosts["local"]!;
  const tenants = [fleet.tenants["acme"]!] as never[];
  new HostImages("local", { host, tenants, isWatched: false, seeds: seedsOn(host, fleet.portal, there) });
  await settled();
  return Object.fromEntries(
    Object.entries(ofType(registered, "docker:index/remoteImage:RemoteImage")).flatMap(([name, { build }]) => {
      const { SEED_MODULES } = (build as { buildArgs: Record<string, string> }).buildArgs;
      return SEED_MODULES === undefined ? [] : [[name, SEED_MODULES]];
    }),
  );
}

test("what is offered on the portal is prepared, and what a tenant has already isn't twice", async () => {
  const without = await seeds({});
  expect(Object.values(without)).toEqual(["base,crm,web"]);
  const prepared = await seeds({ sales: set("crm"), projects: set("project") });
  expect(Object.values(prepared)).toEqual(["base,crm,web", "base,project,web"]);
  expect(prepared).toMatchObject(without);
});

test("on a host that doesn't answer what was prepared stays, and nothing new is", async () => {
  const sets = { projects: set("project"), stock: set("stock") };
  const names = Object.entries(await seeds(sets));
  const [there] = names.find(([, modules]) => modules.includes("project"))!;
  expect(Object.values(await seeds(sets, new Set([there])))).toEqual(["base,crm,web", "base,project,web"]);
});
