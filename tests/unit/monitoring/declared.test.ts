import { parse } from "yaml";
import { declaredMetrics } from "../../../monitoring/contract";
import type { WatchedFleet } from "../../../fleet/watched";
import { targetsOn } from "../../../monitoring/targets";
import { renderDeclaredRules } from "../../../monitoring/rules/declared";
import { monitoredFleets, serverOn, serversOf, watched } from "../../support/monitoringFleets";

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

function rules(fleet: WatchedFleet, host = "a"): readonly Rule[] {
  const text = renderDeclaredRules(fleet, serverOn(fleet, host));
  return (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
}

const named = (all: readonly Rule[], name: string): readonly Rule[] => all.filter(({ record }) => record === name);

describe("the declaration as series", () => {
  test.each(Object.entries(monitoredFleets))("of %s has each series once", (_, fleet) => {
    for (const { host, watches } of serversOf(fleet)) {
      const series = rules(fleet, host).map(({ record, labels }) => JSON.stringify([record, labels]));
      expect(new Set(series).size).toBe(series.length);
      expect(
        new Set(named(rules(fleet, host), declaredMetrics.hostSlotsLeft).map(({ labels }) => labels.host)),
      ).toEqual(new Set(watches));
    }
  });

  test("has the containers of each running tenant, and only the word of one that doesn't run", () => {
    const all = rules(monitoredFleets["many hosts, central"]);
    const containers = named(all, declaredMetrics.containerDeclared);
    expect(containers.filter(({ labels }) => labels.tenant === "globex").map(({ labels }) => labels.name)).toEqual([
      "dev-globex-postgres",
      "dev-globex-odoo",
      "dev-globex-nginx",
      "dev-globex-backup",
      "dev-globex-files",
    ]);
    const old = all.filter(({ labels }) => labels.tenant === "old");
    expect(old).toEqual([
      {
        record: declaredMetrics.tenantInfo,
        expr: "vector(1)",
        labels: {
          environment: "dev",
          host: "b",
          tenant: "old",
          plan: "starter",
          state: "decommissioned",
          odoo_version: "19.0",
          postgres_version: "17",
        },
      },
    ]);
  });

  test("leaves the portal's containers to its own label, and probes its name on its host", () => {
    const fleet = watched({
      hosts: { a: {}, b: { docker: "ssh://ops@b", bindAddress: "10.0.0.2" } },
      edge: { domain: "localhost", certificates: "internal" },
      monitoring: { host: "a" },
      portal: {
        host: "b",
        slots: { a: { from: 500, to: 509 } },
        plans: { starter: { price: 2900, currency: "EUR" } },
        mail: { smtp: "smtp.example.com:587", from: "p@example.com" },
      },
    });
    const own = rules(fleet).filter(({ labels }) => labels.tenant === "portal");
    expect(own).toEqual([]);
    const probes = targetsOn(fleet, fleet.hosts["b"]!).filter(({ labels }) => labels["tenant"] === "portal");
    expect(probes).toMatchObject([
      { labels: { service: "edge", instance: "https://portal.localhost" }, params: { hostname: "portal.localhost" } },
      {
        labels: { service: "portal-worker", instance: "https://portal.localhost" },
        params: { hostname: "portal.localhost", target: expect.stringMatching(/:8443\/api\/worker$/) as unknown },
      },
    ]);
    expect(targetsOn(fleet, fleet.hosts["a"]!).filter(({ labels }) => labels["tenant"] === "portal")).toEqual([]);
  });

  test("has of a suspended tenant what it is and its web server, and promises it nothing", () => {
    const all = rules(
      watched({ hosts: { a: {} }, tenants: { acme: { slot: 1, state: "suspended" } }, monitoring: {} }),
    );
    const own = all.filter(({ labels }) => labels.tenant === "acme");
    expect(own.map(({ record, labels }) => [record, labels.state ?? labels.name])).toEqual([
      [declaredMetrics.tenantInfo, "suspended"],
      [declaredMetrics.containerDeclared, "dev-acme-nginx"],
    ]);
  });

  test("has the containers of one that a visit wakes as those that run or don't", () => {
    const tenants = { acme: { slot: 1, state: "suspended", wakeOnRequest: true } };
    const all = rules(watched({ hosts: { a: {} }, tenants, edge: { domain: "odoo.example.com" }, monitoring: {} }));
    const own = all.filter(({ labels }) => labels.tenant === "acme");
    expect(own.map(({ record, labels }) => [record, labels.state ?? labels.name])).toEqual([
      [declaredMetrics.tenantInfo, "suspended"],
      [declaredMetrics.containerDeclared, "dev-acme-nginx"],
      ...["postgres", "odoo", "backup", "files"].map((name) => [declaredMetrics.containerWakeable, `dev-acme-${name}`]),
    ]);
  });

  test("has every service that a host shares, by the container's name", () => {
    const fleet = monitoredFleets["many hosts, central"];
    const containers = named(rules(fleet), declaredMetrics.containerDeclared);
    for (const { host, services, names } of serversOf(fleet)) {
      const shared = containers.filter(({ labels }) => labels.host === host && labels.tenant === undefined);
      expect(shared.map(({ labels }) => labels.name)).toEqual([
        "dev-snapshots",
        ...services.map((service) => names.containers[service]),
      ]);
    }
  });

  test("has the edge of a host, and what copies its backups", () => {
    const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
    const s3 = { ...keys, endpoint: "https://s3.example.com", bucket: "example-backups", lockDays: 7 };
    const shared = (more: object): unknown[] =>
      named(
        rules(watched({ hosts: { a: {} }, tenants: { acme: { slot: 1 } }, monitoring: {}, ...more })),
        declaredMetrics.containerDeclared,
      )
        .filter(({ labels }) => ["edge", "shipper"].includes(labels.service!))
        .map(({ labels }) => labels.name);
    expect(shared({})).toEqual([]);
    expect(shared({ edge: { domain: "odoo.example.com" } })).toEqual(["dev-edge"]);
    expect(shared({ backup: { s3 } })).toEqual(["dev-shipper"]);
  });

  test("has limits of hosts that state them, and a tenant's as its plan's", () => {
    const all = rules(monitoredFleets["many hosts, central"]);
    expect(named(all, declaredMetrics.hostMemoryLimit)).toEqual([
      {
        record: declaredMetrics.hostMemoryLimit,
        expr: `vector(${8192 * 1024 * 1024})`,
        labels: { environment: "dev", host: "a" },
      },
    ]);
    const acme = named(all, declaredMetrics.tenantMemoryLimit).find(({ labels }) => labels.tenant === "acme")!;
    const plan = named(all, declaredMetrics.planMemory).find(({ labels }) => labels.plan === "starter")!;
    expect(acme.expr).toBe(plan.expr);
  });

  test("quotes nothing that could be PromQL: names are declared ones", () => {
    const fleet = watched({
      hosts: { a: {} },
      tenants: { acme: { slot: 1, company: '"} or vector(1) #' } },
      monitoring: {},
    });
    expect(renderDeclaredRules(fleet, serverOn(fleet, "a"))).not.toContain("or vector(1)");
  });
});
