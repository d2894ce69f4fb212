import { alertCases, renderCases, stopped } from "../../../monitoring/rules/cases";
import { files } from "../../../monitoring/contract";
import { renderRecordingRules } from "../../../monitoring/rules/recording";
import { renderAlertRules } from "../../../monitoring/rules/render";
import type { AlertCase } from "../../../monitoring/rules/case";
import { monitoredFleets, watched } from "../../support/monitoringFleets";
import { runTool, withFiles } from "../../support/prometheusTools";

const fleet = monitoredFleets["one host with mail and heartbeat"];
const french = watched({ hosts: { a: {} }, monitoring: { language: "fr" } });

async function prove(cases: readonly AlertCase[], { monitoring } = fleet): Promise<void> {
  const watcher = monitoring.hosts.a!;
  const rendered = {
    [files.prometheus.recordingRules]: renderRecordingRules(),
    [files.prometheus.alertRules]: renderAlertRules(monitoring, watcher),
    "cases.yml": renderCases(cases, monitoring, watcher),
  };
  await withFiles(rendered, async (folder) => {
    const { code, output } = await runTool("promtool", ["test", "rules", "cases.yml"], folder);
    expect(output).toContain("SUCCESS");
    expect(code).toBe(0);
  });
}

const groups = Object.entries(alertCases);

describe("alerts, evaluated by Prometheus's own engine", () => {
  test.each(groups)("of %s fire, stay quiet and resolve as their cases say", async (_, cases) => {
    await prove(cases);
  });

  test.each(["containers", "databases"])("of %s say the same in French", async (group) => {
    await prove(
      alertCases[group]!.filter(({ kind }) => kind === "fires"),
      french,
    );
  });

  test("of a tenant that doesn't run, on purpose, are quiet", async () => {
    const told = Object.values(alertCases)
      .flat()
      .filter(({ kind, expected }) => kind === "fires" && expected.some(({ labels }) => labels.tenant !== undefined))
      // What still runs of such a tenant is not declared, and that is to be told.
      .filter(({ alert }) => alert !== "ContainerUndeclared");
    expect(told.length).toBeGreaterThan(20);
    await prove(told.map((one) => stopped(one, "decommissioned")));
    await prove(told.filter(({ at }) => at.length < 6).map((one) => stopped(one, "suspended")));
  });

  test("are really compared: a wrong expectation is found", async () => {
    const one = alertCases.hosts!.find(({ kind }) => kind === "fires")!;
    await expect(prove([{ ...one, expected: [] }])).rejects.toThrow();
    await expect(prove([{ ...one, expected: [{ ...one.expected[0]!, value: "1" }] }])).rejects.toThrow();
  });
});
