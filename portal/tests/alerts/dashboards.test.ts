import assert from "node:assert/strict";
import { test } from "node:test";
import { dashboardAt, dashboardPaths } from "../../pages/operator/dashboards.ts";

test("the portal links to the dashboards of hosts and tenants where monitoring has them", () => {
  // As tests/unit/monitoring/portalLinks.test.ts says.
  assert.equal(dashboardPaths.host("paris"), "/d/odoo-fleet-host?var-host=paris");
  assert.equal(dashboardPaths.tenant("t1"), "/d/odoo-fleet-tenant?var-tenant=t1");
});

test("a dashboard is at the Grafana of the host, else at the first there is", () => {
  const silent = { host: "a", dashboards: null };
  const monitors = [
    silent,
    { host: "b", dashboards: "http://127.0.0.1:1/" },
    { host: "c", dashboards: "http://127.0.0.1:2/" },
  ];
  const path = dashboardPaths.host("c");
  assert.deepEqual(dashboardAt(monitors, "c", path), {
    host: "c",
    address: "http://127.0.0.1:2/d/odoo-fleet-host?var-host=c",
  });
  assert.equal(dashboardAt(monitors, "a", path)?.host, "b");
  assert.equal(dashboardAt(monitors, null, path)?.host, "b");
  assert.equal(dashboardAt([silent], "a", path), undefined);
});
