import { refuseLayout } from "../../../../components/run/refuseLayout";
import { resolveFleet } from "../../../../fleet";
import { RefusedError } from "../../../../components/run/refusedError";

const fleet = (layout: string): ReturnType<typeof resolveFleet> =>
  resolveFleet({ hosts: { local: {} }, layout }, "prod");
const tenants = new Map([["local", new Set(["globex", "acme"])]]);

test("an environment whose stack has tenants keeps its layout", () => {
  expect(() => refuseLayout(fleet("perTenant"), { tenants })).toThrow(RefusedError);
  expect(() => refuseLayout(fleet("perTenant"), { tenants })).toThrow(
    /odoo-fleet:layout\n +value: +"perTenant"\n +expected: single: the stack prod has tenants, .*: acme, globex\n +way out: .*odoo-fleet:layout' single/,
  );
});

test("one without tenants may have either", () => {
  for (const layout of ["single", "perTenant"]) {
    expect(() => refuseLayout(fleet(layout), { tenants: new Map() })).not.toThrow();
  }
  expect(() => refuseLayout(fleet("single"), { tenants })).not.toThrow();
});
