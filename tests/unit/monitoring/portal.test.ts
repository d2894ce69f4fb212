/** What the portal knows of monitoring, of which it loads nothing: paths of dashboards and names of alerts are these. */
import { readFileSync } from "node:fs";
import { dashboardPath } from "../../../monitoring/dashboards/catalogue";
import { alertCases } from "../../../monitoring/rules/cases";

/** A module of another kind than those here, so that its text is what is read. */
function source(path: string): string {
  return readFileSync(path, "utf8");
}

test("the portal links to the dashboards of hosts and tenants as alerts do", () => {
  for (const path of [dashboardPath("host", { host: "${host}" }), dashboardPath("tenant", { tenant: "${tenant}" })]) {
    expect(source("portal/pages/operator/dashboards.ts")).toContain(`\`${path}\``);
  }
});

test("the alerts that close a host to orders are there, and say of which host they are", () => {
  const [, listed] = /const fullDisks = \[(.+)\]/.exec(source("portal/src/orders/slots.ts"))!;
  const names = [...listed!.matchAll(/"(\w+)"/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const told = Object.values(alertCases)
      .flat()
      .filter(({ alert }) => alert === name)
      .flatMap(({ expected }) => expected);
    expect(told.map(({ labels }) => [name, "host" in labels])).toContainEqual([name, true]);
    expect(told.every(({ labels }) => "host" in labels)).toBe(true);
  }
});
