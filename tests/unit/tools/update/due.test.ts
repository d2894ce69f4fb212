import { resolveFleet } from "../../../../fleet";
import { tenantsOfStack } from "../../../../tools/update/due";

const fleet = (layout: string): ReturnType<typeof resolveFleet> =>
  resolveFleet({ layout, hosts: { local: {} }, tenants: { acme: { slot: 1 }, globex: { slot: 2 } } }, "prod");

it("updates before an up are those of the stack's own tenants", () => {
  expect(tenantsOfStack(fleet("single"), { environment: "prod" })).toEqual(["acme", "globex"]);
  expect(tenantsOfStack(fleet("perTenant"), { environment: "prod", tenant: "globex" })).toEqual(["globex"]);
  expect(tenantsOfStack(fleet("perTenant"), { environment: "prod" })).toEqual([]);
});
