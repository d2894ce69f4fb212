import assert from "node:assert/strict";
import { test } from "node:test";
import { dashboardAt, dashboardPaths } from "../../pages/operator/dashboards.ts";

test("a dashboard is at the Grafana of the host, else at the first there is, and nowhere where there is none", () => {
  const without = { host: "a", dashboards: null };
  const others = ["b", "c"].map((host, index) => ({ host, dashboards: `http://127.0.0.1:${index + 1}/` }));
  const monitors = [without, ...others];
  const path = dashboardPaths.host("c");
  const address = "http://127.0.0.1:2/d/odoo-fleet-host?var-host=c";
  assert.deepEqual(dashboardAt(monitors, "c", path), { host: "c", address });
  assert.equal(dashboardAt(monitors, "a", path)?.host, "b");
  assert.equal(dashboardAt(monitors, null, path)?.host, "b");
  assert.equal(dashboardAt([without], "a", path), undefined);
});
