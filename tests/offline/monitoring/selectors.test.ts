/**
 * Every selector of every rule and panel finds something in what the pinned exporters really say. Prometheus scrapes them with
 * the rendered configuration, so that a figure which is dropped or relabelled on the way is missed as well.
 */
import { parse } from "yaml";
import { declaredMetrics, metrics, recordedMetrics, scrapeMetrics } from "../../../monitoring/contract";
import { dashboardQueries } from "../../../monitoring/dashboards/queries";
import { renderDeclaredRules } from "../../../monitoring/rules/declared";
import { renderRecordingRules } from "../../../monitoring/rules/recording";
import { renderAlertRules } from "../../../monitoring/rules/render";
import { eventually } from "../../support/odooClient";
import { parseQuery } from "../../support/promql";
import { Capture, type SeriesLabels } from "../../support/selectors";
import { WatchedFleet, watchedFleet } from "../../support/watchedFleet";
import { serverOn } from "../../support/monitoringFleets";

const fleet = watchedFleet("test-mondash-selectors", "10.161.0.0/16");
const watcher = serverOn(fleet, "local");
const containers = new WatchedFleet(fleet);

/** Metrics of a newer cAdvisor than the stand-in: each with the first version that has it, by which the check comes back. */
const newerCadvisor: Readonly<Record<string, string>> = {
  container_health_state: "0.56",
};

/** Metrics that nobody says here, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  odoo_fleet_offsite_last_success_timestamp_seconds: "of what copies backups off a host: tests/offline/shipper.test.ts",
  odoo_fleet_repository_free_ratio: "of what copies backups off a host: tests/offline/shipper.test.ts",
  odoo_fleet_snapshots_last_success_timestamp_seconds:
    "of what backs up what services keep: tests/offline/customImages/snapshots.test.ts",
  odoo_fleet_snapshots_proof_failed: "likewise",
  odoo_fleet_snapshots_proof_timestamp_seconds: "likewise",
  odoo_fleet_tenant_offsite_within_seconds: "declared where copies leave the host, which is not so in this fleet",
  odoo_fleet_container_wakeable:
    "declared where a visit wakes a tenant, of which this fleet has none: tests/unit/monitoring/declared.test.ts",
  odoo_fleet_tenant_ends_timestamp_seconds:
    "declared where a tenant has an end, which none has here: tests/unit/monitoring/declaredTenant.test.ts",
  probe_ssl_earliest_cert_expiry: "only where an edge runs, which none does here: tests/e2e/edge.test.ts",
  container_fs_reads_bytes_total: "only where the kernel counts block I/O by control group",
  container_fs_writes_bytes_total: "only where the kernel counts block I/O by control group",
};

/** What the host's exporter says of them, by the shape of it. */
const ofShipper = ["host", "target"].map((place) => ({
  ...{ __name__: "odoo_fleet_repository_free_ratio", job: "node", host: "local", instance: "node-exporter:9100" },
  place,
}));

/** The same of what takes snapshots. */
const ofSnapshots = ["last_success_timestamp_seconds", "proof_failed", "proof_timestamp_seconds"].map((figure) => ({
  ...{ __name__: `odoo_fleet_snapshots_${figure}`, job: "node", environment: fleet.environment, host: "local" },
  instance: "node-exporter:9100",
}));

/** What the prober says of a name that an edge serves, by the shape of it. */
const ofEdge = {
  ...{ __name__: "probe_success", environment: fleet.environment, host: "local", tenant: "acme" },
  ...{ job: "blackbox", service: "edge", instance: "https://acme.example.com", certificates: "acme" },
};

/** The same of whether it could wake tenants. */
const ofWaker = {
  ...{ __name__: "probe_http_status_code", environment: fleet.environment, host: "local" },
  job: "blackbox",
  service: "waker",
};

/** The same of whether somebody works for the portal. */
const ofWorker = {
  ...{ ...ofEdge, __name__: "probe_http_status_code", tenant: "portal" },
  ...{ service: "portal-worker", instance: "https://portal.example.com" },
};

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const rulesOf = (rendered: string): Rule[] =>
  (parse(rendered) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const recordingRules = rulesOf(renderRecordingRules());
const alertRules = rulesOf(renderAlertRules(fleet.monitoring, watcher));
const queries: readonly { readonly from: string; readonly expr: string }[] = [
  ...recordingRules.map(({ record, expr }) => ({ from: `rule ${record}`, expr })),
  ...alertRules.map(({ alert, labels, expr }) => ({ from: `alert ${alert} ${labels!["severity"]}`, expr })),
  ...dashboardQueries(fleet).map(({ dashboard, panel, expr }) => ({ from: `panel ${dashboard}: ${panel}`, expr })),
];

let series: readonly SeriesLabels[] = [];
let capture = new Capture([]);
let isElsewhere = (metric: string): boolean => metric in elsewhere;

/** Which alerts fire is not the question here. */
const firing = alertRules.flatMap(({ alert, labels }) =>
  ["pending", "firing"].map((alertstate) => ({ __name__: "ALERTS", alertname: alert!, alertstate, ...labels })),
);

beforeAll(async () => {
  await containers.begin();
  const parsed = await Promise.all(queries.map(({ expr }) => parseQuery(expr)));
  // What is measured over time needs several scrapes, and comes of one tenant before it does of another. What never comes is named by the tests.
  await eventually(
    async () => {
      await containers.visit();
      series = await containers.series();
      capture = new Capture([...series, ...firing, ...ofShipper, ...ofSnapshots, ofEdge, ofWaker, ofWorker]);
      isElsewhere = (metric) => metric in elsewhere || isNewer(metric, series);
      return missing(series).length + parsed.filter((query) => capture.faults(query, isElsewhere).length > 0).length;
    },
    (lacking) => lacking === 0,
    60,
  ).catch(() => undefined);
});
afterAll(() => containers.clean());

test("every exporter says what the contract takes from it, and every recorded and declared metric comes about", () => {
  expect(missing(series)).toEqual([]);
});

test.each(queries)("$from finds what it asks for", async ({ expr }) => {
  expect(capture.faults(await parseQuery(expr), isElsewhere)).toEqual([]);
});

test.each(queries)("$from: a slip of the pen in a metric or a label is found", async ({ expr }) => {
  const { selectors, labels } = await parseQuery(expr);
  for (const { metric, matchers } of selectors.filter((one) => !isElsewhere(one.metric))) {
    expect(capture.faults({ selectors: [{ metric: `${metric}x`, matchers }], labels: [] })).toHaveLength(1);
    for (const matcher of matchers.filter(({ operator, value }) => operator !== "=" || value !== "")) {
      const slip = { ...matcher, label: `${matcher.label}x` };
      expect(capture.faults({ selectors: [{ metric, matchers: [slip] }], labels: [] })).toHaveLength(1);
    }
  }
  for (const label of labels) {
    expect(capture.faults({ selectors: [], labels: [`${label}x`] })).toHaveLength(1);
  }
});

test("Prometheus evaluates every rule without an error", async () => {
  interface State {
    readonly name: string;
    readonly health: string;
    readonly lastError?: string;
  }
  const { groups } = await eventually(
    () => containers.ask<{ groups: { rules: State[] }[] }>("rules"),
    ({ groups }) => groups.every(({ rules }) => rules.every(({ health }) => health !== "unknown")),
    30,
  );
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBe(recordingRules.length + alertRules.length + declaredRuleCount());
  expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
});

test.each(dashboardQueries(fleet))("Prometheus answers $dashboard: $panel", async ({ expr }) => {
  await expect(containers.ask("query", { query: expr })).resolves.toMatchObject({
    result: expect.any(Array) as unknown,
  });
});

test("a tenant in a stack of its own is there as it is declared, with what its helper tells and nothing else", async () => {
  const of = async (query: string): Promise<SeriesLabels[]> => {
    const { result } = await containers.ask<{ result: { metric: SeriesLabels; value: [number, string] }[] }>("query", {
      query,
    });
    return result.map(({ metric, value }) => ({ ...metric, value: value[1] }));
  };
  const own = { environment: fleet.environment, host: "local", tenant: "initech" };
  expect(await of('odoo_fleet_tenant_info{tenant="initech"}')).toEqual([
    expect.not.objectContaining({ job: expect.anything() as unknown, service: expect.anything() as unknown }),
  ]);
  expect(await of('odoo_fleet_container_declared{tenant="initech", service="odoo"}')).toEqual([
    {
      ...{ __name__: "odoo_fleet_container_declared", ...own },
      ...{ service: "odoo", name: `${fleet.environment}-initech-odoo`, value: "1" },
    },
  ]);
  const healthy = await of("odoo_fleet_container_healthy");
  expect(healthy.map(({ tenant, service, value }) => [tenant, service, value]).sort()).toEqual([
    ["initech", "backup", "1"],
    ["initech", "odoo", "1"],
    ["initech", "postgres", "1"],
  ]);
  // Each of them has the name of its tenant, and the rules of all tenants find it.
  expect(await of('tenant:postgres_database:bytes{tenant="initech"}')).toHaveLength(1);
  // Whose a figure is isn't for the helper to say, nor what it is called.
  expect(await of('{job="node", __name__=~"odoo_fleet_(wal|backup|tenants).*", tenant!=""}')).toEqual([
    expect.objectContaining({ tenant: "initech", kind: "database", value: "1764000001" }),
    expect.objectContaining({ __name__: "odoo_fleet_wal_waiting_seconds", tenant: "initech", value: "1.5" }),
  ]);
});

test("its names at the edge are found, and probed as those of the stack's own tenants", async () => {
  const common = { environment: fleet.environment, host: "local", job: "blackbox", service: "edge" };
  const ofNames = await eventually(
    async () => (await containers.targets()).filter(({ service, tenant }) => service === "edge" && tenant),
    (targets) => targets.length === 3,
    30,
  );
  expect(ofNames.map(({ instance, tenant }) => [tenant, instance]).sort()).toEqual([
    ["acme", "https://acme.localhost"],
    ["initech", "https://initech.localhost"],
    ["initech", "https://initech.test"],
  ]);
  for (const { tenant, instance, ...labels } of ofNames) {
    expect([tenant, instance, labels]).toEqual([tenant, instance, { ...common, certificates: "internal" }]);
  }
});

function declaredRuleCount(): number {
  return rulesOf(renderDeclaredRules(fleet, watcher)).length;
}

/** What nobody has said yet. */
function missing(found: readonly SeriesLabels[]): string[] {
  const said = new Set(found.flatMap(({ __name__, job }) => [`${job} ${__name__}`, `any ${__name__}`]));
  // Grafana has no container here, see grafana.test.ts.
  const scraped = Object.entries(metrics).filter(([job]) => job !== "grafana");
  return [
    ...scraped.flatMap(([job, names]) => names.map((name) => `${job} ${name}`)),
    ...[...scrapeMetrics, ...Object.values(recordedMetrics), ...Object.values(declaredMetrics)].map(
      (name) => `any ${name}`,
    ),
  ].filter((name) => !said.has(name) && !(name.split(" ")[1]! in elsewhere) && !isNewer(name.split(" ")[1]!, found));
}

function isNewer(metric: string, found: readonly SeriesLabels[]): boolean {
  const since = newerCadvisor[metric];
  const version = found.find(({ __name__ }) => __name__ === "cadvisor_version_info")?.["cadvisorVersion"] ?? "0";
  const number = (text: string): number => Number(/^v?\d+\.(\d+)/.exec(text)?.[1] ?? 0);
  return since !== undefined && number(version) < number(since);
}
