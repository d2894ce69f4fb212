import { parse, stringify } from "yaml";
import { alertCases, renderCases, stopped } from "../../../monitoring/rules/cases";
import { files } from "../../../monitoring/contract";
import { renderRecordingRules } from "../../../monitoring/rules/recording";
import { renderAlertRules } from "../../../monitoring/rules/render";
import type { AlertCase } from "../../../monitoring/rules/case";
import { monitoredFleets, watched } from "../../support/monitoringFleets";
import { runTool, withFiles } from "../../support/prometheusTools";

const fleet = monitoredFleets["one host with mail and heartbeat"];
const french = watched({ hosts: { a: {} }, monitoring: { language: "fr" } });

/** Groups of rules that the alerts of a group need. The others are left out: some cases last for days. */
const needs: Readonly<Record<string, readonly string[]>> = {
  hosts: ["use", "hosts"],
  containers: ["containers"],
  databases: ["use", "databases"],
  backups: ["backups"],
  tenants: ["tenants"],
  edge: ["edge"],
  portal: ["portal"],
  snapshots: ["snapshots"],
  objectives: ["service", "tenants", "databases", "hosts", "objectives"],
  monitoring: ["monitoring"],
};

function only(groups: readonly string[], rules: string): string {
  const parsed = parse(rules) as { groups: { name: string }[] };
  return stringify({ groups: parsed.groups.filter(({ name }) => groups.includes(name)) });
}

async function prove(group: string, cases: readonly AlertCase[], { monitoring } = fleet): Promise<void> {
  const watcher = monitoring.hosts.a!;
  const rendered = {
    [files.prometheus.recordingRules]: only(needs[group]!, renderRecordingRules()),
    [files.prometheus.alertRules]: only(needs[group]!, renderAlertRules(monitoring, watcher)),
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
  test.each(groups)("of %s fire, stay quiet and resolve as their cases say", async (group, cases) => {
    await prove(group, cases);
  });

  test.each(["containers", "databases", "edge"])("of %s say the same in French", async (group) => {
    await prove(
      group,
      alertCases[group]!.filter(({ kind }) => kind === "fires"),
      french,
    );
  });

  test.each(["containers", "databases", "backups", "tenants", "edge", "objectives"])(
    "of %s are quiet for a tenant that doesn't run, on purpose",
    async (group) => {
      const told = alertCases[group]!.filter(
        ({ kind, expected }) => kind === "fires" && expected.some(({ labels }) => labels.tenant !== undefined),
      )
        // What still runs of such a tenant is not declared, and that is to be told.
        .filter(({ alert }) => alert !== "ContainerUndeclared");
      expect(told.length).toBeGreaterThanOrEqual(2);
      await prove(
        group,
        told.flatMap((one) => [
          stopped(one, "decommissioned"),
          ...(one.at.length < 5 ? [stopped(one, "suspended")] : []),
        ]),
      );
    },
  );

  test("are really compared: a wrong expectation is found", async () => {
    const one = alertCases.hosts!.find(({ kind }) => kind === "fires")!;
    await expect(prove("hosts", [{ ...one, expected: [] }])).rejects.toThrow();
    await expect(prove("hosts", [{ ...one, expected: [{ ...one.expected[0]!, value: "1" }] }])).rejects.toThrow();
  });
});
