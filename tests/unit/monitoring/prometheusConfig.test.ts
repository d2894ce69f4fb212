import { parse } from "yaml";
import { renderPrometheusConfig } from "../../../monitoring/config/prometheus";
import { type Job, jobs, metrics, targetLabels, tenantMetrics } from "../../../monitoring/contract";
import type { WatchedFleet } from "../../../fleet/watched";
import { monitoredFleets, serverOn, serversOf, watched } from "../../support/monitoringFleets";

interface ScrapeConfig {
  readonly job_name: string;
  readonly sample_limit: number;
  readonly scheme?: string;
  readonly tls_config?: object;
  readonly basic_auth?: { username: string; password_file: string };
  readonly track_timestamps_staleness?: boolean;
  readonly http_sd_configs?: readonly { url: string; basic_auth?: object; tls_config?: object }[];
  readonly relabel_configs?: readonly { source_labels: readonly string[]; target_label: string; replacement: string }[];
  readonly static_configs: readonly { targets: readonly string[]; labels: Readonly<Record<string, string>> }[];
  readonly metric_relabel_configs: readonly { source_labels?: readonly string[]; regex: string; action?: string }[];
}

function allScrapes(fleet: WatchedFleet, host = "a"): readonly ScrapeConfig[] {
  const text = renderPrometheusConfig(fleet, serverOn(fleet, host));
  return (parse(text) as { scrape_configs: ScrapeConfig[] }).scrape_configs;
}

/** Those whose targets are declared. */
function scrapes(fleet: WatchedFleet, host = "a"): readonly ScrapeConfig[] {
  return allScrapes(fleet, host).filter((scrape) => scrape.http_sd_configs === undefined);
}

/** The labels of a target that is found under a name, as Prometheus fills them in. */
function found({ relabel_configs: rules }: ScrapeConfig, name: string): Readonly<Record<string, string>> {
  expect(rules!.every(({ source_labels: labels }) => labels.join() === "__address__")).toBe(true);
  // What they are filled in from comes last, since it is among them.
  expect(rules!.map(({ target_label: label }) => label).indexOf("__address__")).toBe(rules!.length - 1);
  return Object.fromEntries(
    rules!.map(({ target_label: label, replacement }) => [label, replacement.replaceAll("$1", name)]),
  );
}

function targets(fleet: WatchedFleet, host = "a"): Readonly<Record<string, string>>[] {
  return scrapes(fleet, host).flatMap((scrape) => scrape.static_configs.map(({ labels }) => labels));
}

const hosts = { a: {} };
const withTenants = (tenants: object): WatchedFleet => watched({ hosts, tenants, monitoring: {} });

describe("prometheus.yml", () => {
  test.each(Object.entries(monitoredFleets))(
    "of %s names each job once, bounds it, and labels every target",
    (_, fleet) => {
      for (const { host } of serversOf(fleet)) {
        const all = scrapes(fleet, host);
        const names = all.map((scrape) => scrape.job_name);
        expect(new Set(names).size).toBe(names.length);
        for (const scrape of all) {
          expect(scrape.sample_limit).toBeGreaterThan(0);
          const job = scrape.static_configs[0]!.labels.job as Job;
          expect(scrape.metric_relabel_configs[0]).toEqual({
            source_labels: ["__name__"],
            regex: [...metrics[job], ...(job === jobs.node ? tenantMetrics : [])].join("|"),
            action: "keep",
          });
          for (const { labels, targets: addresses } of scrape.static_configs) {
            expect(addresses).toHaveLength(1);
            for (const label of targetLabels.filter((one) => one !== "tenant")) {
              expect(labels[label]).toMatch(/./);
            }
            expect(labels.job).toBe(job);
          }
        }
        const identities = targets(fleet, host).map(({ job, host: on, instance }) => `${job} ${on} ${instance}`);
        expect(new Set(identities).size).toBe(identities.length);
      }
    },
  );

  test("gets three targets for each new tenant and nothing else, and loses them with it", () => {
    const before = targets(withTenants({ acme: { slot: 1 } }));
    const after = targets(withTenants({ acme: { slot: 1 }, globex: { slot: 2 } }));
    const added = after.filter((target) => !before.some((one) => JSON.stringify(one) === JSON.stringify(target)));
    expect(added.map(({ job, service, tenant }) => [job, service, tenant])).toEqual([
      ["blackbox", "odoo", "globex"],
      ["blackbox", "nginx", "globex"],
      ["postgres", "postgres", "globex"],
    ]);
    expect(after).toHaveLength(before.length + 3);
    const left = withTenants({ acme: { slot: 1 }, globex: { slot: 2, state: "decommissioned" } });
    expect(targets(left)).toEqual(before);
  });

  test("asks the edge for each of a tenant's names, by the name, and says who signs", () => {
    const edge = { domain: "odoo.example.com", httpsPort: 8443 };
    const tenants = {
      acme: { slot: 1, domains: ["erp.acme.com", "acme.fr"], proven: ["erp.acme.com"] },
      old: { slot: 2, state: "decommissioned" },
    };
    const all = targets(watched({ hosts, tenants, edge, monitoring: {} })).filter(({ service }) => service === "edge");
    expect(all.map(({ instance, __param_hostname: name }) => [instance, name])).toEqual([
      ["https://erp.acme.com:8443", "erp.acme.com"],
      ["https://acme.odoo.example.com:8443", "acme.odoo.example.com"],
    ]);
    expect(all[0]).toMatchObject({
      job: "blackbox",
      tenant: "acme",
      certificates: "acme",
      __param_module: "edge",
      __param_target: "https://10.200.250.66:8443/odoo-fleet/health",
    });
  });

  test.each(["central", "perHost"] as const)(
    "finds the names of tenants in stacks of their own, and probes them as those of its own (%s)",
    (mode) => {
      const edge = { domain: "odoo.example.com", httpsPort: 8443 };
      const fleet = (tenants: object): WatchedFleet =>
        watched({
          hosts: { a: {}, b: { docker: "ssh://ops@b", bindAddress: "10.0.0.2", address: "10.0.0.2" } },
          ...{ edge, tenants, monitoring: mode === "central" ? { mode, host: "a" } : { mode } },
        });
      const empty = fleet({});
      for (const { host, watches } of serversOf(empty)) {
        const all = allScrapes(empty, host).filter((scrape) => scrape.http_sd_configs !== undefined);
        expect(all).toHaveLength(watches.length);
        for (const [index, on] of watches.entries()) {
          const declared = fleet({ hooli: { host: on, slot: 1 } });
          const scrape = scrapes(declared, host).find(
            ({ job_name: name }) => name.split("@")[0] === "blackbox" && (on === host) === !name.includes("@"),
          )!;
          const target = scrape.static_configs.find(({ labels }) => labels.service === "edge")!;
          const { tenant, ...labels } = target.labels;
          expect(tenant).toBe("hooli");
          const { __address__: address, ...filled } = found(all[index]!, "hooli.odoo.example.com");
          expect(filled).toEqual(labels);
          expect([address]).toEqual(target.targets);
          const same = ({
            sample_limit,
            metric_relabel_configs,
            scheme,
            tls_config,
            basic_auth,
          }: ScrapeConfig): object => ({
            ...{ sample_limit, metric_relabel_configs, scheme, tls_config, basic_auth },
          });
          expect(same(all[index]!)).toEqual(same(scrape));
        }
      }
    },
  );

  test("learns of them from a host's own exporter, and of another host's through its gateway with a login", () => {
    const fleet = watched({
      hosts: { a: {}, b: { docker: "ssh://ops@b", bindAddress: "10.0.0.2", address: "10.0.0.2" } },
      ...{ edge: { domain: "odoo.example.com" }, monitoring: { host: "a" } },
    });
    const [near, far] = allScrapes(fleet).flatMap((scrape) => scrape.http_sd_configs ?? []);
    expect(near).toEqual({ url: "http://10.200.250.5:9101/names.json", refresh_interval: "15s" });
    expect(far).toMatchObject({
      url: "https://10.0.0.2:30003/node-exporter/names.json",
      tls_config: { ca_file: "/etc/odoo-fleet/gateway-ca.pem", server_name: "b" },
      basic_auth: { username: "prometheus", password_file: "/etc/odoo-fleet/gateway-password" },
    });
    expect(allScrapes(monitoredFleets["many hosts, central"]).flatMap((one) => one.http_sd_configs ?? [])).toEqual([]);
  });

  test("asks the edge whether it could wake tenants, and whether two claim one name", () => {
    const all = targets(watched({ hosts, tenants: {}, edge: { domain: "odoo.example.com" }, monitoring: {} }));
    const [waker, ...others] = all.filter(({ service }) => service === "waker");
    expect(waker).toMatchObject({
      job: "blackbox",
      __param_module: "http",
      __param_target: "http://10.200.250.66:8082/",
    });
    expect(waker!["tenant"]).toBeUndefined();
    expect(all.find(({ service }) => service === "names")).toMatchObject({
      __param_target: "http://10.200.250.66:8082/names",
    });
    expect(others).toHaveLength(Object.keys(hosts).length - 1);
  });

  test("asks through Nginx for Odoo with its database, at the tenant's fixed addresses", () => {
    const all = targets(withTenants({ "acme-corp": { slot: 1 } }));
    expect(all.find(({ service }) => service === "odoo")).toMatchObject({
      __metrics_path__: "/probe",
      __param_module: "odoo",
      __param_target: "http://10.200.0.99:8080/odoo-fleet/ready",
    });
    expect(all.find(({ job }) => job === jobs.postgres)).toMatchObject({
      __param_target: "10.200.0.67:5432/acme_corp",
      __param_auth_module: "acme-corp",
    });
  });

  test("reaches another host's exporters through its gateway alone: TLS, a login, a path for each", () => {
    const all = scrapes(monitoredFleets["many hosts, central"]);
    const remote = all.filter((scrape) => scrape.job_name.includes("@"));
    const near = all.filter((scrape) => !scrape.job_name.includes("@"));
    expect(remote.map((scrape) => scrape.job_name)).toEqual(
      expect.arrayContaining(["node@b", "postgres@b", "cadvisor@c", "blackbox@b"]),
    );
    for (const scrape of remote) {
      const host = scrape.job_name.split("@")[1]!;
      expect(scrape).toMatchObject({
        scheme: "https",
        tls_config: { ca_file: "/etc/odoo-fleet/gateway-ca.pem", server_name: host },
        basic_auth: { username: "prometheus", password_file: "/etc/odoo-fleet/gateway-password" },
      });
      for (const { targets: addresses, labels } of scrape.static_configs) {
        expect(addresses).toEqual([host === "b" ? "10.0.0.2:30003" : "[fd00::3]:30003"]);
        expect(labels.__metrics_path__).toMatch(/^\/[a-z-]+-exporter\/(metrics|probe)$|^\/cadvisor\/metrics$/);
        expect(labels.host).toBe(host);
      }
    }
    for (const scrape of near) {
      expect(scrape.scheme).toBeUndefined();
    }
    expect(near.find((scrape) => scrape.job_name === jobs.prometheus)!.basic_auth).toMatchObject({ username: "admin" });
  });

  test("watches its own host alone where each host has one", () => {
    const fleet = monitoredFleets["many hosts, one each"];
    for (const host of ["a", "b", "c"]) {
      expect(new Set(targets(fleet, host).map((labels) => labels.host))).toEqual(new Set([host]));
    }
  });

  test("lets a tenant cost so many series at most, however many there are", () => {
    const limit = (count: number): number => {
      const tenants = Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, { slot: index }]));
      const all = scrapes(withTenants(tenants));
      return all.reduce((sum, scrape) => sum + scrape.sample_limit * scrape.static_configs.length, 0);
    };
    expect(limit(2) - limit(1)).toBe(490);
    expect(limit(20) - limit(19)).toBe(490);
  });

  test("forgets containers at once that are gone", () => {
    const cadvisor = scrapes(monitoredFleets["one host"]).find((scrape) => scrape.job_name === jobs.cadvisor)!;
    expect(cadvisor.track_timestamps_staleness).toBe(true);
    // Another environment's containers on the same engine are kept out, the machine's own figures aren't.
    const keep = new RegExp(`^(?:${cadvisor.metric_relabel_configs[1]!.regex})$`);
    expect(keep.test("container_last_seen;dev")).toBe(true);
    expect(keep.test("machine_memory_bytes;")).toBe(true);
    expect(keep.test("container_last_seen;prod")).toBe(false);
    expect(keep.test("container_last_seen;")).toBe(false);
  });
});
