import { parse } from "yaml";
import { configFolder } from "../../../fleet/security";
import { renderPostgresExporterConfig } from "../../../monitoring/config/postgresExporter";
import { renderWebConfig } from "../../../monitoring/config/web";
import { files } from "../../../monitoring/contract";
import { renderHostFiles } from "../../../monitoring/files";
import type { WatchedFleet } from "../../../fleet/watched";
import { monitoredFleets, serversOf } from "../../support/monitoringFleets";
import { runTool, withFiles } from "../../support/prometheusTools";

/** A certificate authority's certificate, since promtool reads what the configuration names. */
const secretFiles = {
  [files.prometheus.password]: "x",
  [files.prometheus.gatewayPassword]: "x",
  [files.prometheus.gatewayCa]: "",
  [files.alertmanager.mailPassword]: "x",
  [files.alertmanager.heartbeatUrl]: "https://heartbeat.example.com",
  [files.prometheus.web]: renderWebConfig("$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"),
};

const watchers = Object.entries(monitoredFleets).flatMap(([name, fleet]) =>
  serversOf(fleet).map(({ host }) => [name, host, fleet] as const),
);

/** A service's files in one folder, whose path the configuration has in place of the container's. */
async function inFolder(
  fleet: WatchedFleet,
  host: string,
  service: "prometheus" | "alertmanager",
  check: (folder: string) => Promise<void>,
): Promise<void> {
  await withFiles({}, async (folder) => {
    const all = { ...renderHostFiles(fleet, host)[service]!, ...secretFiles };
    const moved = Object.entries(all).map(([name, text]) => [name, text.replaceAll(`${configFolder}/`, `${folder}/`)]);
    await withFilesIn(folder, Object.fromEntries(moved) as Record<string, string>);
    await check(folder);
  });
}

async function withFilesIn(folder: string, content: Readonly<Record<string, string>>): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  await Promise.all(Object.entries(content).map(([name, text]) => writeFile(`${folder}/${name}`, text)));
}

describe("what is rendered pleases the services' own checkers", () => {
  test.each(watchers)("%s: Prometheus on %s", async (_, host, fleet) => {
    await inFolder(fleet, host, "prometheus", async (folder) => {
      const config = await runTool("promtool", ["check", "config", "--lint=none", files.prometheus.config], folder);
      expect(config.output).toContain("SUCCESS");
      expect(config).toSucceed();
      const ruleFiles = [files.prometheus.declaredRules, files.prometheus.recordingRules, files.prometheus.alertRules];
      const rules = await runTool("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles], folder);
      expect(rules.output).toMatch(/SUCCESS/);
      expect(rules).toSucceed();
      const web = await runTool("promtool", ["check", "web-config", files.prometheus.web], folder);
      expect(web).toSucceed();
    });
  });

  test.each(watchers)("%s: Alertmanager on %s", async (_, host, fleet) => {
    await inFolder(fleet, host, "alertmanager", async (folder) => {
      const { code, output } = await runTool("amtool", ["check-config", files.alertmanager.config], folder);
      expect(output).toContain("SUCCESS");
      expect(code).toBe(0);
    });
  });

  test("a broken template or rule is found", async () => {
    const fleet = monitoredFleets["one host with mail and heartbeat"];
    await inFolder(fleet, "a", "alertmanager", async (folder) => {
      await withFilesIn(folder, { [files.alertmanager.mailTemplate]: '{{ define "x" }}{{ if }}' });
      const { code } = await runTool("amtool", ["check-config", files.alertmanager.config], folder);
      expect(code).not.toBe(0);
    });
    await inFolder(fleet, "a", "prometheus", async (folder) => {
      await withFilesIn(folder, {
        [files.prometheus.alertRules]: 'groups: [{name: x, rules: [{alert: X, expr: "up =="}]}]',
      });
      const { code } = await runTool("promtool", ["check", "config", files.prometheus.config], folder);
      expect(code).not.toBe(0);
    });
  });
});

describe("routes", () => {
  const route = async (fleet: WatchedFleet, ...labels: string[]): Promise<string> => {
    let receiver = "";
    await inFolder(fleet, "a", "alertmanager", async (folder) => {
      const { output, code } = await runTool(
        "amtool",
        ["config", "routes", "test", `--config.file=${files.alertmanager.config}`, ...labels],
        folder,
      );
      expect({ code, output }).toSucceed();
      receiver = output
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("Warning"))
        .join();
    });
    return receiver;
  };

  test("lead by severity to mail, and the watchdog to the outside", async () => {
    const fleet = monitoredFleets["one host with mail and heartbeat"];
    expect(await route(fleet, "alertname=OdooDown", "severity=critical", "tenant=acme")).toBe("critical-mail");
    expect(await route(fleet, "alertname=HostMemoryHigh", "severity=warning")).toBe("warning-mail");
    expect(await route(fleet, "alertname=Watchdog", "severity=none")).toBe("heartbeat");
    expect(await route(fleet, "alertname=Other")).toBe("none");
  });

  test("lead nowhere without mail and heartbeat", async () => {
    const fleet = monitoredFleets["one host"];
    expect(await route(fleet, "alertname=OdooDown", "severity=critical")).toBe("none");
    expect(await route(fleet, "alertname=Watchdog", "severity=none")).toBe("none");
  });
});

describe("secrets", () => {
  test("are in no file but those that are secret, which only name the others", () => {
    for (const fleet of Object.values(monitoredFleets)) {
      const all = Object.keys(fleet.hosts).map((host) => renderHostFiles(fleet, host));
      expect(JSON.stringify(all)).not.toContain("never-rendered");
    }
  });

  test("of the databases are a login for each running tenant of the host", () => {
    const fleet = monitoredFleets["many hosts, central"];
    const config = parse(renderPostgresExporterConfig(fleet, fleet.hosts.b!, { globex: "a'b\"c: d" })) as {
      auth_modules: Record<string, { userpass: { username: string; password: string } }>;
    };
    expect(Object.keys(config.auth_modules)).toEqual(["globex"]);
    expect(config.auth_modules.globex!.userpass).toEqual({ username: "monitoring", password: "a'b\"c: d" });
  });
});
