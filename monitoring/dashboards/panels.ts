import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import * as stats from "@grafana/grafana-foundation-sdk/stat";
import * as tables from "@grafana/grafana-foundation-sdk/table";
import * as series from "@grafana/grafana-foundation-sdk/timeseries";
import { prometheusSource } from "./sources";
import { neutral, type Scale, statusColours, type Unit, units } from "./style";

/** A panel under construction; its number is given by the dashboard. */
export interface PanelDraft extends Builder<sdk.Panel> {
  id(id: number): this;
}

/** A query of a panel. */
export interface Query {
  readonly expr: string;
  /** Name of the series: text with labels as `{{tenant}}`. */
  readonly legend: string;
}

/** What every panel has. Width is in 24ths of the dashboard, height in Grafana's rows of 30 pixels. */
interface PanelSpec {
  readonly title: string;
  /** What it shows, where the figure is from, and when to worry: the panel's help. */
  readonly description: string;
  readonly width: number;
  /** Default: 4 for a figure, 8 for a chart or table. */
  readonly height?: number;
}

/** A chart or figure: one unit, one scale. */
export interface ValueSpec extends PanelSpec {
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Colours by value. Default: neutral. */
  readonly scale?: Scale;
  readonly min?: number;
  readonly max?: number;
}

/** A chart's further choices. */
export interface ChartSpec extends ValueSpec {
  /** The series add up to a whole. Default: lines. */
  readonly stacked?: boolean;
}

/** A figure's further choices. */
export interface FigureSpec extends ValueSpec {
  /** What is shown when the query has no result: "0" where no series means none. Default: "no data". */
  readonly whenEmpty?: string;
}

/** Series over time. The scale's steps are drawn as lines. */
export function chart(spec: ChartSpec): PanelDraft {
  const builder = new series.PanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .datasource(prometheusSource)
    .span(spec.width)
    .height(spec.height ?? 8)
    .unit(spec.unit)
    .min(spec.min ?? 0)
    .lineWidth(1)
    .fillOpacity(spec.stacked ? 30 : 10)
    .showPoints(common.VisibilityMode.Never)
    // A gap is a gap: a target that was down has no figures, and a line across would hide it.
    .spanNulls(false)
    .thresholds(steps(spec.scale ?? neutral))
    .colorScheme(new sdk.FieldColorBuilder().mode(sdk.FieldColorModeId.PaletteClassicByName))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        spec.scale ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    )
    .targets(targets(spec.queries, (query) => query.range()));
  if (spec.max !== undefined) {
    builder.max(spec.max);
  }
  if (spec.stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  }
  if (spec.queries.some(({ legend }) => legend === "{{status}}")) {
    for (const [name, fixedColor] of Object.entries(statusColours)) {
      builder.overrideByName(name, [{ id: "color", value: { mode: sdk.FieldColorModeId.Fixed, fixedColor } }]);
    }
  }
  return builder;
}

/** One or a few figures as they are now, coloured by the scale. */
export function figure(spec: FigureSpec): PanelDraft {
  const builder = new stats.PanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .datasource(prometheusSource)
    .span(spec.width)
    .height(spec.height ?? 4)
    .unit(spec.unit)
    .noValue(spec.whenEmpty ?? "no data")
    .thresholds(steps(spec.scale ?? neutral))
    .colorScheme(new sdk.FieldColorBuilder().mode(sdk.FieldColorModeId.Thresholds))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .targets(targets(spec.queries, (query) => query.instant()));
  if (spec.min !== undefined) {
    builder.min(spec.min);
  }
  if (spec.max !== undefined) {
    builder.max(spec.max);
  }
  return builder;
}

/** A column with a figure. Its query gives one value for each row. */
export interface ValueColumn {
  readonly title: string;
  readonly expr: string;
  readonly unit: Unit;
  readonly scale?: Scale;
  /** Digits behind the point. Default: Grafana's choice. */
  readonly decimals?: number;
  /** Shown as a bar from 0 to this. Default: a number. */
  readonly barTo?: number;
}

/** A column with a label of the rows. */
export interface LabelColumn {
  readonly label: string;
  readonly title: string;
  /** Address that a click opens, with Grafana's variables, such as `/d/uid?var-tenant=${__data.fields.Tenant}`. */
  readonly link?: string;
}

/** A table of the present: rows are joined by the labels that all queries share. */
export interface TableSpec extends PanelSpec {
  /** Query whose label sets are the rows; its values aren't shown. */
  readonly rows: string;
  readonly labels: readonly LabelColumn[];
  /** Their label sets are those of the rows, or have fewer labels. */
  readonly values: readonly ValueColumn[];
}

/** A table with a row per label set as it is now. */
export function table(spec: TableSpec): PanelDraft {
  const queries = [spec.rows, ...spec.values.map(({ expr }) => expr)].map((expr) => ({ expr, legend: "" }));
  // What Grafana calls the value of one of several queries; that of an only one is "Value".
  const field = (index: number): string => `Value #${refId(index)}`;
  const titles = [
    ...spec.labels.map(({ label, title }) => [label, title] as const),
    ...spec.values.map(({ title }, index) => [field(index + 1), title] as const),
  ];
  const builder = new tables.PanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .datasource(prometheusSource)
    .span(spec.width)
    .height(spec.height ?? 8)
    .unit(units.text)
    .noValue("none")
    .thresholds(steps(neutral))
    .targets(targets(queries, (query) => query.instant().format(PromQueryFormat.Table)))
    .transformations([
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: { Time: true, Value: true, [field(0)]: true },
          renameByName: Object.fromEntries(titles),
          indexByName: Object.fromEntries(titles.map(([name], index) => [name, index])),
        },
      },
    ]);
  for (const { title, link } of spec.labels) {
    builder.overrideByName(title, [
      ...(link === undefined ? [] : [{ id: "links", value: [{ title: "Open", url: link, targetBlank: false }] }]),
    ]);
  }
  for (const column of spec.values) {
    builder.overrideByName(column.title, columnProperties(column));
  }
  return builder;
}

function columnProperties({ unit, scale, decimals, barTo }: ValueColumn): sdk.DynamicConfigValue[] {
  const cell = barTo === undefined ? { type: scale ? "color-text" : "auto" } : { type: "gauge", mode: "basic" };
  return [
    { id: "unit", value: unit },
    { id: "thresholds", value: { mode: sdk.ThresholdsMode.Absolute, steps: [...(scale ?? neutral)] } },
    { id: "color", value: { mode: sdk.FieldColorModeId.Thresholds } },
    { id: "custom.cellOptions", value: cell },
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(barTo === undefined
      ? []
      : [
          { id: "min", value: 0 },
          { id: "max", value: barTo },
        ]),
  ];
}

function steps(scale: Scale): sdk.ThresholdsConfigBuilder {
  return new sdk.ThresholdsConfigBuilder().mode(sdk.ThresholdsMode.Absolute).steps([...scale]);
}

/** The SDK sets no refId, and Grafana then shows one query of a panel only. */
function targets(queries: readonly Query[], finish: (query: DataqueryBuilder) => DataqueryBuilder): DataqueryBuilder[] {
  return queries.map(({ expr, legend }, index) =>
    finish(new DataqueryBuilder().refId(refId(index)).datasource(prometheusSource).expr(expr).legendFormat(legend)),
  );
}

function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
