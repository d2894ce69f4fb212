/** The portal's pages link to dashboards, and load nothing of monitoring's: the paths that they know are these. */
import { readFileSync } from "node:fs";
import { dashboardPath } from "../../../monitoring/dashboards/catalogue";

test("the portal links to the dashboards of hosts and tenants as alerts do", () => {
  // A module of another kind than those here, so that its text is what is read.
  const source = readFileSync("portal/pages/operator/dashboards.ts", "utf8");
  for (const path of [dashboardPath("host", { host: "${host}" }), dashboardPath("tenant", { tenant: "${tenant}" })]) {
    expect(source).toContain(`\`${path}\``);
  }
});
