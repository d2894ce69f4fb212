import { dashboardPath } from "../../../monitoring/dashboards/catalogue";

/** The portal's pages load nothing of monitoring's, and know these paths: see portal/tests/alerts/dashboards.test.ts. */
test("dashboards of hosts and tenants are where the portal links to", () => {
  expect(dashboardPath("host", { host: "paris" })).toBe("/d/odoo-fleet-host?var-host=paris");
  expect(dashboardPath("tenant", { tenant: "t1" })).toBe("/d/odoo-fleet-tenant?var-tenant=t1");
});
