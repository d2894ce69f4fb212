import { parse } from "yaml";
import type { Tenant } from "../../../fleet/types";
import { declaredOfPortal, declaredSeries, declaredText } from "../../../monitoring/declaredTenant";
import { renderDeclaredRules } from "../../../monitoring/rules/declared";
import { serverOn, watched } from "../../support/monitoringFleets";

const fleet = watched({
  hosts: { a: {} },
  edge: { domain: "example.com" },
  tenants: {
    acme: { slot: 1, plan: "pro", domains: ["erp.acme.com", "acme.fr"], proven: ["erp.acme.com"] },
    globex: { slot: 2, state: "suspended", wakeOnRequest: true },
    initech: { slot: 3, state: "decommissioned" },
  },
  monitoring: {},
  portal: {
    slots: { a: { from: 500, to: 509 } },
    plans: { starter: { price: 2900, currency: "EUR" } },
    mail: { smtp: "smtp.example.com:587", from: "p@example.com" },
  },
});

function lines(tenant: string): string[] {
  const text = declaredText(declaredSeries(fleet.tenants[tenant] as Tenant, false));
  expect(text.endsWith("\n")).toBe(true);
  return text.trimEnd().split("\n");
}

describe("what is declared of a tenant in a stack of its own", () => {
  test("is what rules say of one in monitoring's own stack", () => {
    const { groups } = parse(renderDeclaredRules(fleet, serverOn(fleet, "a"))) as {
      groups: { rules: { record: string; expr: string; labels: Record<string, string> }[] }[];
    };
    for (const tenant of Object.keys(fleet.tenants)) {
      const ruled = groups
        .flatMap(({ rules }) => rules)
        .filter(({ labels }) => labels["tenant"] === tenant)
        .map(({ record, expr, labels: { environment, host, ...labels } }) => {
          expect([environment, host]).toEqual(["dev", "a"]);
          const named = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
          return `${record}{${named.join(",")}} ${/^vector\((.*)\)$/.exec(expr)![1]}`;
        });
      expect(lines(tenant)).toEqual(ruled);
    }
  });

  test("says when its time or its trial is over, whichever comes first, and nothing where neither ends", () => {
    const metric = "odoo_fleet_tenant_ends_timestamp_seconds";
    const ends = (times: object): string[] => {
      const { tenants } = watched({
        hosts: { a: {} },
        tenants: { acme: { slot: 1, lifecycle: times } },
        monitoring: {},
      });
      const text = declaredText(declaredSeries(tenants["acme"] as Tenant, false));
      return text.split("\n").filter((line) => line.startsWith(metric));
    };
    const [sooner, later] = ["2099-01-01T00:00:00Z", "2099-02-01T00:00:00Z"];
    expect(ends({})).toEqual([]);
    expect(ends({ expiresAt: sooner })).toEqual([`${metric}{tenant="acme"} ${Date.parse(sooner) / 1000}`]);
    expect(ends({ expiresAt: later, trial: sooner })).toEqual([
      `${metric}{tenant="acme"} ${Date.parse(sooner) / 1000}`,
    ]);
  });

  test("names what copies its backups, while it is suspended too, where that is of its own stack", () => {
    const own = (tenant: string): string =>
      declaredText(declaredSeries(fleet.tenants[tenant] as Tenant, true, `dev-${tenant}-shipper`));
    const within = "odoo_fleet_tenant_offsite_within_seconds";
    for (const tenant of ["acme", "globex"]) {
      expect(own(tenant)).toContain(`{tenant="${tenant}",service="shipper",name="dev-${tenant}-shipper"} 1`);
    }
    expect([own("acme").includes(within), own("globex").includes(within)]).toEqual([true, false]);
  });

  test("names its state, its plan, its containers and how often it is backed up", () => {
    expect(lines("acme")).toEqual(
      expect.arrayContaining([
        'odoo_fleet_tenant_info{tenant="acme",plan="pro",state="running",odoo_version="19.0",postgres_version="17"} 1',
        'odoo_fleet_container_declared{tenant="acme",service="odoo",name="dev-acme-odoo"} 1',
        'odoo_fleet_tenant_backup_every_seconds{tenant="acme",kind="files"} 86400',
      ]),
    );
    expect(lines("globex")).toContain(
      'odoo_fleet_container_wakeable{tenant="globex",service="odoo",name="dev-globex-odoo"} 1',
    );
    expect(lines("initech")).toHaveLength(1);
  });

  test("names where the edge serves it: what is proven, and nothing of one that is suspended", () => {
    const names = (tenant: string): string[] =>
      lines(tenant).filter((line) => line.startsWith("odoo_fleet_edge_name_declared"));
    expect(names("acme")).toEqual([
      'odoo_fleet_edge_name_declared{tenant="acme",hostname="erp.acme.com"} 1',
      'odoo_fleet_edge_name_declared{tenant="acme",hostname="acme.example.com"} 1',
    ]);
    expect([names("globex"), names("initech")]).toEqual([[], []]);
  });

  test("of the portal is its containers, and how often its database is backed up and drilled", () => {
    expect(declaredText(declaredOfPortal(fleet.portal!)).trimEnd().split("\n")).toEqual([
      'odoo_fleet_tenant_backup_every_seconds{tenant="portal",kind="database"} 86400',
      'odoo_fleet_tenant_drill_every_seconds{tenant="portal"} 604800',
      'odoo_fleet_container_declared{tenant="portal",service="web",name="dev-portal-web"} 1',
      'odoo_fleet_container_declared{tenant="portal",service="postgres",name="dev-portal-postgres"} 1',
      'odoo_fleet_container_declared{tenant="portal",service="backup",name="dev-portal-backup"} 1',
    ]);
    expect(declaredText(declaredOfPortal(fleet.portal!, true))).toContain(
      'odoo_fleet_tenant_offsite_within_seconds{tenant="portal"} 60\n',
    );
  });
});
