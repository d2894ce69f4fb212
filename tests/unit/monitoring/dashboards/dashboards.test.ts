import type { Dashboard, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import {
  dashboardUids,
  metrics,
  recordedMetrics,
  declaredMetrics,
  scrapeMetrics,
} from "../../../../monitoring/contract";
import { renderDashboards } from "../../../../monitoring/dashboards";
import { catalogue } from "../../../../monitoring/dashboards/catalogue";
import { dashboardQueries } from "../../../../monitoring/dashboards/queries";
import { prometheusSource } from "../../../../monitoring/dashboards/sources";
import { units } from "../../../../monitoring/dashboards/style";
import { resolveFleet } from "../../../../fleet";
import { parseQuery } from "../../../support/promql";

const fleet = resolveFleet({ hosts: { local: { address: "127.0.0.1" } }, tenants: { acme: {}, globex: {} } }, "dev");
const files = renderDashboards(fleet);
const dashboards = Object.values(files).map((text) => JSON.parse(text) as Dashboard);
const queries = dashboardQueries(fleet);

/** Rows have no queries. */
const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== "row";
const panels = dashboards.flatMap(({ title, panels: all = [] }) =>
  all.filter(isPanel).map((panel) => ({ name: `${title}: ${panel.title}`, panel })),
);

test("there is one file for each dashboard of the contract, and the same fleet gives the same bytes", () => {
  expect(Object.keys(files).sort()).toEqual(
    Object.values(dashboardUids)
      .map((uid) => `${uid}.json`)
      .sort(),
  );
  expect(renderDashboards(fleet)).toEqual(files);
});

test("uids, titles, and the numbers and places of panels are unique", () => {
  const unique = (values: readonly unknown[]): void => expect(new Set(values).size).toBe(values.length);
  unique(dashboards.map(({ uid }) => uid));
  unique(dashboards.map(({ title }) => title));
  for (const { panels: all = [] } of dashboards) {
    unique(all.map(({ id }) => id));
    unique(all.map(({ gridPos }) => `${gridPos!.x} ${gridPos!.y}`));
    expect(all.filter(({ gridPos }) => gridPos!.x + gridPos!.w > 24)).toEqual([]);
  }
});

test("nobody can change a dashboard, and it belongs to its environment", () => {
  for (const { editable, tags, title } of dashboards) {
    expect({ editable, tags, title }).toMatchObject({ editable: false, tags: ["odoo-fleet", "dev"] });
    expect(title).toMatch(/ \(dev\)$/);
  }
});

describe.each(panels)("$name", ({ panel }) => {
  test("says what it shows, and each query has the data source and a letter of its own", () => {
    expect(panel.description).toMatch(/^.{20,}$/);
    expect(panel.datasource).toEqual(prometheusSource);
    const targets = (panel.targets ?? []) as unknown as { refId: string; datasource: unknown; expr: string }[];
    expect(targets.map(({ refId }) => refId)).toEqual(targets.map((_, index) => "ABCDEFGHIJKL"[index]));
    expect(targets.length).toBeGreaterThan(0);
    targets.forEach(({ datasource, expr }) => {
      expect(datasource).toEqual(prometheusSource);
      expect(expr).not.toBe("");
    });
  });

  test("has a unit of the shared ones and thresholds", () => {
    const { unit, thresholds } = panel.fieldConfig!.defaults;
    expect(Object.values(units)).toContain(unit);
    expect(thresholds!.steps[0]!.value).toBeNull();
    const values = thresholds!.steps.slice(1).map(({ value }) => value!);
    expect(values).toEqual([...values].sort((one, other) => one - other));
  });

  test("every link leads to a dashboard and sets a variable that it has", () => {
    const urls = panel
      .fieldConfig!.overrides.flatMap(({ properties }) => properties)
      .filter(({ id }) => id === "links")
      .flatMap(({ value }) => (value as { url: string }[]).map(({ url }) => url));
    urls.forEach(expectToResolve);
  });
});

test("each dashboard links to all others", () => {
  for (const { uid, links = [] } of dashboards) {
    expect(links.map(({ url }) => url).sort()).toEqual(
      dashboards
        .filter((other) => other.uid !== uid)
        .map((other) => `/d/${other.uid}`)
        .sort(),
    );
    links.forEach(({ url }) => expectToResolve(url!));
  }
});

function expectToResolve(url: string): void {
  const { pathname, searchParams } = new URL(url.replaceAll("${__data.fields.", "{"), "http://grafana");
  const [name] = Object.entries(dashboardUids).find(([, uid]) => pathname === `/d/${uid}`) ?? [];
  if (name === undefined) {
    throw new Error(`${url} leads nowhere`);
  }
  const { variables } = catalogue[name as keyof typeof catalogue];
  expect(variables).toEqual(expect.arrayContaining([...searchParams.keys()].map((key) => key.replace("var-", ""))));
}

test("variables ask the declaration", () => {
  const asked = dashboards.flatMap(({ templating }) => (templating.list ?? []).map(({ definition }) => definition!));
  const declared: readonly string[] = Object.values(declaredMetrics);
  expect(asked.length).toBeGreaterThan(0);
  for (const definition of asked) {
    expect(declared).toContain(/^label_values\((\w+), (?:host|tenant)\)$/.exec(definition)?.[1]);
  }
});

describe.each(queries)("$dashboard: $panel: $expr", ({ expr }) => {
  test("is PromQL, with every variable filled in, of metrics that are scraped, recorded or declared", async () => {
    expect(expr).not.toContain("$");
    const { selectors } = await parseQuery(expr);
    const known = new Set<string>([
      ...Object.values(metrics).flat(),
      ...scrapeMetrics,
      ...Object.values(recordedMetrics),
      ...Object.values(declaredMetrics),
      "ALERTS",
    ]);
    expect(selectors.map(({ metric }) => metric).filter((metric) => !known.has(metric))).toEqual([]);
  });
});

test("a fleet without a running tenant has no queries to ask", () => {
  expect(() => dashboardQueries({ ...fleet, tenants: {} })).toThrow("no tenant of this fleet runs");
});
