import fc from "fast-check";
import {
  type Fleet,
  freeSlot,
  hashedSlot,
  parseFleet,
  slotCount,
  type Tenant,
  tenantNames,
  tenantPorts,
} from "../../../fleet";
import { ephemeralPortStart, maxPortBase, portsPerSlot, sharedPortCount } from "../../../fleet/ports";
import { subnetBaseFault, tenantAddresses, tenantSubnets } from "../../../fleet/subnets";
import { tenantName, tenantsConfig } from "./arbitraries";

/** The fleet of these tenants on one host, or a case that is skipped because two names hash to one slot. */
function fleetOf(tenants: Record<string, unknown>): Fleet {
  const result = parseFleet({ hosts: { local: {} }, tenants }, "dev");
  fc.pre(result.ok);
  return result.fleet;
}

/** What must never move. */
function place({ slot, ports, subnets, addresses, names, url, database }: Tenant): unknown {
  return { slot, ports, subnets, addresses, names, url, database };
}

function range(subnet: string): [number, number] {
  const [address, bits] = subnet.split("/") as [string, string];
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

describe("a tenant's place", () => {
  test("is the same in every order of the configuration", () => {
    fc.assert(
      fc.property(
        tenantsConfig.chain((tenants) =>
          fc.tuple(
            fc.constant(tenants),
            fc.shuffledSubarray(Object.keys(tenants), { minLength: Object.keys(tenants).length }),
          ),
        ),
        ([tenants, order]) => {
          const permuted = Object.fromEntries(order.map((name) => [name, tenants[name]]));
          expect(JSON.stringify(fleetOf(permuted))).toEqual(JSON.stringify(fleetOf(tenants)));
        },
      ),
    );
  });

  test("stays when tenants are added or removed", () => {
    fc.assert(
      fc.property(tenantsConfig, fc.nat(), (tenants, pick) => {
        const names = Object.keys(tenants);
        const gone = names[pick % names.length]!;
        const all = fleetOf(tenants).tenants;
        const fewer = fleetOf(Object.fromEntries(Object.entries(tenants).filter(([name]) => name !== gone))).tenants;
        expect(Object.keys(fewer)).toHaveLength(names.length - 1);
        for (const tenant of Object.values(fewer)) {
          expect(place(tenant)).toEqual(place(all[tenant.name]!));
        }
      }),
    );
  });

  test("is nobody else's: slots, ports, subnets, names and databases are unique", () => {
    fc.assert(
      fc.property(tenantsConfig, (tenants) => {
        const all = Object.values(fleetOf(tenants).tenants);
        const unique = (values: unknown[]): void => expect(new Set(values).size).toBe(values.length);
        unique(all.map((tenant) => tenant.slot));
        unique(all.map((tenant) => tenant.ports.http));
        unique(all.flatMap(({ subnets }) => Object.values<string>({ ...subnets })));
        unique(all.flatMap(({ addresses }) => Object.values<string>({ ...addresses })));
        unique(all.flatMap(({ names }) => Object.values<string>({ ...names })));
        unique(all.map((tenant) => tenant.database));
      }),
    );
  });
});

describe("slots", () => {
  test("follow from a name alone and are in range", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(hashedSlot(name)).toBe(hashedSlot(name));
        expect(hashedSlot(name)).toBeGreaterThanOrEqual(0);
        expect(hashedSlot(name)).toBeLessThan(slotCount);
      }),
    );
  });

  test("of known names never change: containers are out there", () => {
    expect(["acme", "globex", "initech", "b"].map(hashedSlot)).toEqual([615, 822, 345, 77]);
  });

  test("spread evenly", () => {
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index++) {
      counts[Math.floor(hashedSlot(`tenant-${index}`) / 100)]!++;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
  });

  test("proposed ones are free, and there is one as long as the host isn't full", () => {
    fc.assert(
      fc.property(tenantName, fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 999 }), (name, taken) => {
        const slot = freeSlot(name, new Set(taken));
        expect(slot).toBeDefined();
        expect(taken).not.toContain(slot);
        expect(taken.includes(hashedSlot(name)) || slot === hashedSlot(name)).toBe(true);
      }),
    );
    expect(freeSlot("acme", new Set(Array.from({ length: slotCount }, (_, slot) => slot)))).toBeUndefined();
  });
});

describe("ports and subnets", () => {
  test("ports stay below the ephemeral range for every host that validation lets through", () => {
    const last = tenantPorts(maxPortBase, slotCount - 1).http + portsPerSlot - 1;
    expect(last + sharedPortCount).toBe(ephemeralPortStart - 1);
    expect(tenantPorts(20000, 1)).toEqual({ http: 20010, edge: 20011 });
  });

  test("all subnets of a host are disjoint and inside its network, and hold the fixed addresses", () => {
    const base = "10.200.0.0/16";
    const [first, last] = range(base);
    let end = first - 1;
    for (let slot = 0; slot < slotCount; slot++) {
      const { internal, front } = tenantSubnets(base, slot);
      const addresses = tenantAddresses(base, slot);
      for (const [subnet, inside] of [
        [internal, [addresses.internalGateway, addresses.odooInternal, addresses.postgresInternal]],
        [front, [addresses.frontGateway, addresses.odooFront, addresses.nginxFront]],
      ] as const) {
        const [low, high] = range(subnet);
        expect(low).toBeGreaterThan(end);
        expect(high - low).toBe(31);
        inside.forEach((address, index) => expect(range(`${address}/32`)[0]).toBe(low + 1 + index));
        end = high;
      }
    }
    expect(end).toBeLessThanOrEqual(last);
  });

  test.each(["10.200.0.0/16", "172.16.0.0/16", "172.31.0.0/16", "192.168.0.0/16"])(
    "%s may be a host's network",
    (base) => {
      expect(subnetBaseFault(base)).toBeUndefined();
    },
  );

  test.each([
    "10.200.0.0/24",
    "10.200.1.0/16",
    "172.17.0.0/16",
    "172.32.0.0/16",
    "8.8.0.0/16",
    "10.256.0.0/16",
    "fleet",
  ])("%s may not", (base) => {
    expect(subnetBaseFault(base)).toBeDefined();
  });
});

describe("names", () => {
  test("fit: host names have at most 63 characters for every tenant that validation lets through", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/),
        fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/),
        (environment, name) => {
          const result = parseFleet({ hosts: { local: {} }, tenants: { [name]: {} } }, environment);
          if (result.ok) {
            const tenant = result.fleet.tenants[name]!;
            expect(
              Math.max(...[tenant.names.postgres, tenant.names.odoo, tenant.names.nginx].map((host) => host.length)),
            ).toBeLessThanOrEqual(63);
            expect(tenant.database.length).toBeLessThanOrEqual(63);
            expect(tenant.database).toMatch(/^[a-z][a-z0-9_]*$/);
          } else {
            expect(
              tenantNames(environment, name).postgres.length > 63 ||
                /^(all|postgres|replication|same\w+|template[01])$/.test(name),
            ).toBe(true);
          }
        },
      ),
    );
  });
});
