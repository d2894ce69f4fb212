/** The portal's pages link to dashboards, and load nothing of monitoring's: the paths that they know are these. */
import { dashboardPath } from "../../../monitoring/dashboards/catalogue";
import { dashboardAt, dashboardPaths } from "../../../portal/pages/operator/dashboards";

test("the portal links to the dashboards of hosts and tenants as alerts do", () => {
  expect(dashboardPaths.host("paris")).toBe(dashboardPath("host", { host: "paris" }));
  expect(dashboardPaths.tenant("t1")).toBe(dashboardPath("tenant", { tenant: "t1" }));
});

test("a dashboard is at the Grafana of the host, else at the first there is", () => {
  const silent = { host: "a", dashboards: null };
  const monitors = [
    silent,
    { host: "b", dashboards: "http://127.0.0.1:1/" },
    { host: "c", dashboards: "http://127.0.0.1:2/" },
  ];
  const path = dashboardPaths.host("c");
  expect(dashboardAt(monitors, "c", path)).toEqual({
    host: "c",
    address: "http://127.0.0.1:2/d/odoo-fleet-host?var-host=c",
  });
  expect(dashboardAt(monitors, "a", path)?.host).toBe("b");
  expect(dashboardAt(monitors, null, path)?.host).toBe("b");
  expect(dashboardAt([silent], "a", path)).toBeUndefined();
});
