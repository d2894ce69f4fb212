import { stringify } from "yaml";
import { files, recordedMetrics } from "../../../monitoring/contract";
import { renderDeclaredRules } from "../../../monitoring/rules/declared";
import { renderRecordingRules } from "../../../monitoring/rules/recording";
import { monitoredFleets, serverOn } from "../../support/monitoringFleets";
import { runTool, withFiles } from "../../support/prometheusTools";

/** Host a: 8,192 MiB and 8 CPUs for tenants, one starter (960 MiB, 2 CPUs). Host b: no limits, one pro (4,288 MiB, 4 CPUs). */
const fleet = monitoredFleets["many hosts, central"];
const gibibyte = 1024 ** 3;

interface Expectation {
  readonly expr: string;
  readonly at: string;
  readonly samples: Readonly<Record<string, number>>;
}

async function prove(series: Readonly<Record<string, string>>, expectations: readonly Expectation[]): Promise<void> {
  const rendered = {
    [files.prometheus.declaredRules]: renderDeclaredRules(fleet, serverOn(fleet, "a")),
    [files.prometheus.recordingRules]: renderRecordingRules(),
    "cases.yml": stringify(
      {
        rule_files: [files.prometheus.declaredRules, files.prometheus.recordingRules],
        evaluation_interval: "1m",
        tests: [
          {
            interval: "1m",
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            promql_expr_test: expectations.map(({ expr, at, samples }) => ({
              expr,
              eval_time: at,
              exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
            })),
          },
        ],
      },
      { lineWidth: 0 },
    ),
  };
  await withFiles(rendered, async (folder) => {
    const { output } = await runTool("promtool", ["test", "rules", "cases.yml"], folder);
    expect(output).toContain("SUCCESS");
  });
}

const on = (host: string, tenant?: string): string =>
  `environment="dev", host="${host}"${tenant === undefined ? "" : `, tenant="${tenant}"`}`;

describe("recording rules", () => {
  test("count how many more tenants of each plan fit on a host, by memory, CPUs and slots", async () => {
    const left = (plan: string): string => `${recordedMetrics.tenantsLeft}{plan="${plan}"}`;
    const fits = (plan: string, hosts: Record<string, number>): Record<string, number> =>
      Object.fromEntries(
        Object.entries(hosts).map(([host, count]) => [
          `${recordedMetrics.tenantsLeft}{${on(host)}, plan="${plan}"}`,
          count,
        ]),
      );
    await prove(
      {
        [`node_memory_MemTotal_bytes{${on("a")}, job="node"}`]: `${64 * gibibyte}x10`,
        [`node_memory_MemTotal_bytes{${on("b")}, job="node"}`]: `${16 * gibibyte}x10`,
        [`node_memory_MemTotal_bytes{${on("c")}, job="node"}`]: `${2 * gibibyte}x10`,
      },
      [
        // a: 7,232 MiB and 6 CPUs are left; b: nine tenths of 16 GiB, less what its tenant has, and CPUs that are shared.
        { expr: left("starter"), at: "5m", samples: fits("starter", { a: 3, b: 10, c: 1 }) },
        { expr: left("basic"), at: "5m", samples: fits("basic", { a: 3, b: 4, c: 0 }) },
        { expr: left("enterprise"), at: "5m", samples: fits("enterprise", { a: 0, b: 1, c: 0 }) },
        {
          expr: `${recordedMetrics.hostMemoryLeft}{host="a"}`,
          at: "5m",
          samples: { [`${recordedMetrics.hostMemoryLeft}{${on("a")}}`]: 7232 * 1024 * 1024 },
        },
      ],
    );
  });

  test("see the worse of failed probes and failed requests", async () => {
    const probe = (tenant: string): string =>
      `probe_success{${on("a", tenant)}, job="blackbox", service="odoo", instance="x"}`;
    const count = (tenant: string, status: string): string =>
      `nginx_http_response_count_total{${on("a", tenant)}, job="nginxlog", service="nginx", status="${status}"}`;
    await prove(
      {
        [probe("probed")]: "0x20",
        [count("probed", "2xx")]: "0+60x20",
        [probe("asked")]: "1x20",
        [count("asked", "2xx")]: "0+75x20",
        [count("asked", "5xx")]: "0+25x20",
        [probe("idle")]: "1x20",
        [count("idle", "2xx")]: "5x20",
        [count("idle", "5xx")]: "5x20",
      },
      [
        {
          expr: recordedMetrics.errorRatio,
          at: "10m",
          samples: Object.fromEntries(
            Object.entries({ probed: 1, asked: 0.25, idle: 0 }).map(([tenant, ratio]) => [
              `${recordedMetrics.errorRatio}{${on("a", tenant)}}`,
              ratio,
            ]),
          ),
        },
        {
          expr: `${recordedMetrics.requestRate}{tenant="asked"}`,
          at: "10m",
          samples: { [`${recordedMetrics.requestRate}{${on("a", "asked")}}`]: 100 / 60 },
        },
      ],
    );
  });

  test("set what a tenant uses against its plan", async () => {
    const memory = (service: string): string =>
      `container_memory_working_set_bytes{${on("a", "acme")}, job="cadvisor", service="${service}", name="${service}"}`;
    const mebibyte = 1024 ** 2;
    const scope = on("a", "acme");
    await prove(
      {
        [memory("odoo")]: `${256 * mebibyte}x10`,
        [memory("postgres")]: `${128 * mebibyte}x10`,
        // What backs it up is of its plan too.
        [memory("files")]: `${96 * mebibyte}x10`,
        [`container_cpu_usage_seconds_total{${scope}, job="cadvisor", service="odoo", name="odoo", cpu="total"}`]:
          "0+30x10",
        [`pg_stat_activity_count{${scope}, job="postgres", datname="acme", state="active"}`]: "10x10",
        [`pg_settings_max_connections{${scope}, job="postgres"}`]: "43x10",
        [`pg_settings_superuser_reserved_connections{${scope}, job="postgres"}`]: "3x10",
      },
      [
        {
          expr: recordedMetrics.tenantMemoryUse,
          at: "8m",
          samples: { [`${recordedMetrics.tenantMemoryUse}{${scope}}`]: 0.5 },
        },
        {
          expr: recordedMetrics.planMemoryUse,
          at: "8m",
          samples: { [`${recordedMetrics.planMemoryUse}{environment="dev", plan="starter"}`]: 0.5 },
        },
        {
          expr: recordedMetrics.tenantCpuUse,
          at: "8m",
          samples: { [`${recordedMetrics.tenantCpuUse}{${scope}}`]: 0.25 },
        },
        {
          expr: recordedMetrics.connectionUse,
          at: "8m",
          samples: { [`${recordedMetrics.connectionUse}{${scope}}`]: 0.25 },
        },
      ],
    );
  });

  test("tell when a disk is full, and nothing of one that isn't filling", async () => {
    const disk = `${on("a")}, mountpoint="/", device="/dev/sda1"`;
    const other = `${on("a")}, mountpoint="/data", device="/dev/sdb1"`;
    await prove(
      {
        [`node_filesystem_avail_bytes{${disk}, job="node"}`]: "6000-10x400",
        [`node_filesystem_size_bytes{${disk}, job="node"}`]: "10000x400",
        [`node_filesystem_avail_bytes{${other}, job="node"}`]: "100x400",
        [`node_filesystem_size_bytes{${other}, job="node"}`]: "400x400",
      },
      [
        {
          // 2,400 bytes are left at the sixth hour, of which 10 go a minute.
          expr: `round(${recordedMetrics.diskSecondsLeft})`,
          at: "6h",
          samples: { [`{${disk}}`]: 14400 },
        },
        {
          expr: `${recordedMetrics.diskUse}{mountpoint="/data"}`,
          at: "6h",
          samples: { [`${recordedMetrics.diskUse}{${other}}`]: 0.75 },
        },
      ],
    );
  });
});
