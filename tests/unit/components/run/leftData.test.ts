import { leftDataWarning, type VolumeFact } from "../../../../components/run/leftData";

const volume = (name: string, tenant: string, service = "postgres", stackId = "one"): VolumeFact => ({
  name,
  labels: { "odoo-fleet.tenant": tenant, "odoo-fleet.service": service, "odoo-fleet.stack-id": stackId },
});
const scope = { host: "paris", tenants: new Set(["globex"]), known: new Set(["prod-acme-database-1"]), stackId: "one" };

test("data of a tenant that left, which no run removes, is named with what removes it", () => {
  const left = [volume("prod-acme-filestore", "acme", "odoo"), volume("prod-acme-database", "acme")];
  expect(leftDataWarning(scope, [...left, volume("prod-acme-database-1", "acme")])).toMatch(
    /^host paris: data of acme, which left, .* docker volume rm prod-acme-database prod-acme-filestore$/,
  );
});

test.each([
  ["a declared tenant's, which a restore or a move waits to be confirmed of", volume("v", "globex")],
  ["what the state removes by itself", volume("prod-acme-database-1", "acme")],
  ["its backups, which stay for a time of their own", volume("v", "acme", "backup")],
  ["that of another stack", volume("v", "acme", "postgres", "two")],
  ["the portal's", volume("v", "portal")],
  ["no tenant's", { name: "v", labels: { "odoo-fleet.service": "postgres" } }],
])("nothing is said of %s", (_what, one) => expect(leftDataWarning(scope, [one])).toBeUndefined());
