import type { DeclaredObject, ObjectKind } from "../../../../components/container/serviceContext";
import { lossWarning, missingObjects } from "../../../../components/run/missingObjects";

const host = { name: "odoo-1" };
const none = { container: new Set<string>(), network: new Set<string>(), volume: new Set<string>() };

function declared(
  kind: ObjectKind,
  name: string,
  { tenant, service = "odoo", isProtected = false }: { tenant?: string; service?: string; isProtected?: boolean } = {},
): Omit<DeclaredObject, "resource"> {
  const labels = { "odoo-fleet.service": service, ...(tenant && { "odoo-fleet.tenant": tenant }) };
  return { kind, name, labels, isProtected };
}

describe("what is declared and gone", () => {
  it("is named, with whose it is and the way out", () => {
    const objects = [
      declared("container", "dev-acme-odoo", { tenant: "acme" }),
      declared("network", "dev-acme-internal", { tenant: "acme" }),
      declared("volume", "dev-portal-route", { tenant: "portal" }),
      declared("volume", "dev-backup-turn"),
    ];
    expect(missingObjects(objects, none, host)).toEqual([
      {
        path: "odoo-fleet:tenants.acme",
        value: "container dev-acme-odoo on host odoo-1 is gone",
        expected: "it is there, as it was made; nothing that is declared of it changed, so it was left as it is",
        wayOut: "make refresh (pulumi up --refresh) makes it anew",
      },
      expect.objectContaining({ value: "network dev-acme-internal on host odoo-1 is gone" }),
      expect.objectContaining({ path: "odoo-fleet:portal" }),
      expect.objectContaining({ path: "odoo-fleet:hosts.odoo-1" }),
    ]);
  });

  it("says of a volume with data that what it held isn't made anew", () => {
    const [found] = missingObjects([declared("volume", "dev-acme-repository", { isProtected: true })], none, host);
    expect(found?.wayOut).toMatch(/makes it anew, and empty: what it held is in backups/);
  });

  it("is nothing of what is there, and of its kind", () => {
    const objects = [declared("container", "one"), declared("network", "two"), declared("volume", "three")];
    const found = { container: new Set(["one"]), network: new Set(["two"]), volume: new Set(["three"]) };
    expect(missingObjects(objects, found, host)).toEqual([]);
    expect(missingObjects([declared("network", "one")], found, host)).toHaveLength(1);
  });

  it("is nothing that has done its work: a container that carried files into volumes", () => {
    expect(
      missingObjects([declared("container", "dev-acme-tenant-config", { service: "tenant-config" })], none, host),
    ).toEqual([]);
    expect(
      missingObjects([declared("volume", "dev-acme-odoo-config", { service: "odoo-config" })], none, host),
    ).toHaveLength(1);
  });
});

describe("the warning before a run", () => {
  const stored = ["a", "b", "c", "d"].map((name) => ({ kind: "container" as const, name, service: "odoo" }));

  it("names three of what an engine has lost, and what to do", () => {
    const warning = lossWarning([{ kind: "network", name: "n", service: "internal" }, ...stored], none, host);
    expect(warning).toContain(
      "host odoo-1: gone from its engine without this stack: network n, container a, container b, 2 more.",
    );
    expect(warning).toContain("make refresh (pulumi up --refresh)");
  });

  it("isn't given where all is there, or what is gone was to carry files alone", () => {
    expect(lossWarning(stored, { ...none, container: new Set(["a", "b", "c", "d"]) }, host)).toBeUndefined();
    expect(lossWarning([{ kind: "container", name: "w", service: "acme-config" }], none, host)).toBeUndefined();
  });
});
