import fc from "fast-check";
import { sharedNames, tenantNames } from "../../../fleet/names";
import {
  defaultPortBase,
  maxPortBase,
  portsPerSlot,
  sharedPortCount,
  sharedPorts,
  tenantPorts,
} from "../../../fleet/ports";
import { sharedServices } from "../../../fleet/monitoringTypes";
import { slotCount } from "../../../fleet/slots";
import {
  copiesSubnet,
  edgeSubnet,
  sharedAddresses,
  sharedSubnet,
  shipperSubnet,
  wildcardSubnet,
  tenantAddresses,
  tenantSubnets,
} from "../../../fleet/subnets";
import { tenantName } from "./arbitraries";

const slot = fc.integer({ min: 0, max: slotCount - 1 });
const subnetBase = fc.integer({ min: 0, max: 255 }).map((second) => `10.${second}.0.0/16`);

/** First and last address of a network, as numbers. */
function range(subnet: string): [number, number] {
  const [address, bits] = subnet.split("/");
  const first = address!.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

describe("what the tenants of a host share", () => {
  test("has ports that no slot has, below the ephemeral range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: maxPortBase }), slot, (portBase, slot) => {
        const { http } = tenantPorts(portBase, slot);
        const ports = Object.values(sharedPorts(portBase)) as number[];
        expect(new Set(ports).size).toBe(ports.length);
        for (const port of ports) {
          expect(port < http || port >= http + portsPerSlot).toBe(true);
          expect(port).toBeLessThan(portBase + slotCount * portsPerSlot + sharedPortCount);
          expect(port).toBeLessThan(32768);
        }
      }),
    );
    expect(sharedPorts(defaultPortBase)).toEqual({
      prometheus: 30000,
      alertmanager: 30001,
      grafana: 30002,
      gateway: 30003,
    });
  });

  test("has networks that overlap neither each other nor the last tenant's", () => {
    fc.assert(
      fc.property(subnetBase, (base) => {
        const { internal, front } = tenantSubnets(base, slotCount - 1);
        const all = [
          internal,
          front,
          sharedSubnet(base),
          edgeSubnet(base),
          shipperSubnet(base).subnet,
          wildcardSubnet(base).subnet,
          copiesSubnet(base).subnet,
        ].map(range);
        all.slice(1).forEach(([first], index) => expect(first).toBeGreaterThan(all[index]![1]));
        expect(all.at(-1)![1]).toBeLessThanOrEqual(range(base)[1]);
      }),
    );
  });

  test("has a network that no tenant's overlaps, inside the host's, with an address of its own for each service", () => {
    fc.assert(
      fc.property(subnetBase, slot, (base, slot) => {
        const [first, last] = range(sharedSubnet(base));
        for (const subnet of Object.values(tenantSubnets(base, slot)) as string[]) {
          const [low, high] = range(subnet);
          expect(high < first || low > last).toBe(true);
        }
        expect(last).toBeLessThanOrEqual(range(base)[1]);
        const { engine, services } = sharedAddresses(base);
        const addresses = [engine, ...Object.values(services)].map((address) => range(`${address}/32`)[0]);
        expect(new Set(addresses).size).toBe(sharedServices.length + 1);
        for (const address of addresses) {
          expect(address > first && address < last).toBe(true);
        }
      }),
    );
  });

  test("has addresses in a tenant's networks that the tenant's own containers don't have", () => {
    fc.assert(
      fc.property(subnetBase, slot, (base, slot) => {
        const addresses = tenantAddresses(base, slot);
        expect(new Set(Object.values(addresses)).size).toBe(Object.keys(addresses).length);
        const [low, high] = range(tenantSubnets(base, slot).front);
        for (const address of [addresses.blackboxExporterFront, addresses.nginxlogExporterFront]) {
          const at = range(`${address}/32`)[0];
          expect(at > low && at < high).toBe(true);
        }
        const [from, to] = range(tenantSubnets(base, slot).internal);
        const exporter = range(`${addresses.postgresExporterInternal}/32`)[0];
        expect(exporter > from && exporter < to).toBe(true);
      }),
    );
  });

  test("has names that no tenant's objects can have", () => {
    const names = sharedNames("dev");
    const shared = [
      names.network,
      ...Object.values(names.containers),
      ...Object.values(names.configVolumes),
      ...Object.values(names.dataVolumes),
    ];
    expect(new Set(shared).size).toBe(shared.length);
    const tenants = fc.oneof(tenantName, fc.constantFrom(...sharedServices, "monitoring", "prometheus-data"));
    fc.assert(
      fc.property(tenants, (tenant) => {
        for (const name of Object.values(tenantNames("dev", tenant)) as string[]) {
          expect(shared).not.toContain(name);
        }
      }),
    );
  });
});
