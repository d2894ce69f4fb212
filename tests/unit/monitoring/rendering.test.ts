import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { FleetConfigError } from "../../../fleet";
import { inhibitions, renderAlertmanagerConfig } from "../../../monitoring/config/alertmanager";
import { settleSeconds } from "../../../monitoring/contract";
import { duration, paced } from "../../../monitoring/duration";
import type { Alert } from "../../../monitoring/rules/alert";
import { alerts } from "../../../monitoring/rules/catalogue";
import { renderAlertRules } from "../../../monitoring/rules/render";
import { renderAll } from "../../../tools/monitoring";
import { fleetOfStackFile } from "../../../tools/stackFile";
import { monitoredFleets } from "../../support/monitoringFleets";

const stackFile = (password: string): string => `config:
  odoo-fleet:hosts: { a: {} }
  odoo-fleet:tenants: { acme: { slot: 1 } }
  odoo-fleet:monitoring:
    heartbeatUrl: { secure: v1:abc }
    mail: { smtp: "smtp.example.com:587", from: a@example.com, to: [b@example.com], username: a, password: ${password} }
`;

describe("waits", () => {
  test("are written so that they read back as what they were", () => {
    const seconds = { d: 86400, h: 3600, m: 60, s: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (value) => {
        const [, count, unit] = /^(\d+)([dhms])$/.exec(duration(value))!;
        expect(Number(count) * seconds[unit as keyof typeof seconds]).toBe(value);
      }),
    );
  });

  test("shorten with the pace, but never vanish", () => {
    expect([paced(300, 1), paced(300, 0.02), paced(60, 0.001), paced(0, 0.5)]).toEqual(["5m", "6s", "1s", "0s"]);
    const { monitoring } = monitoredFleets["French, at a test's pace"];
    const text = renderAlertRules(monitoring, monitoring.hosts.a!);
    const rules = (parse(text) as { groups: { rules: { alert: string; for: string }[] }[] }).groups.flatMap(
      (group) => group.rules,
    );
    expect(rules.find(({ alert }) => alert === "HostDiskSpaceLow")!.for).toBe("36s");
  });
});

describe("alert rules", () => {
  test.each(["one host", "one host with mail and heartbeat"] as const)(
    "of %s link to a runbook and a dashboard",
    (name) => {
      const { monitoring } = monitoredFleets[name];
      const text = renderAlertRules(monitoring, monitoring.hosts.a!);
      const rules = (
        parse(text) as { groups: { rules: { alert: string; annotations: Record<string, string>; labels: object }[] }[] }
      ).groups.flatMap((group) => group.rules);
      expect(rules).toHaveLength(alerts.length);
      const folder = name === "one host" ? "docs/runbooks" : "https://git.example.com/r";
      for (const { alert, annotations, labels } of rules) {
        expect(annotations.runbook_url).toBe(`${folder}/${alert}.md`);
        expect(annotations.dashboard).toMatch(
          /^http:\/\/127\.0\.0\.1:30002\/d\/odoo-fleet-[a-z]+(\?var-\w+=\{\{ \$labels\.\w+ \}\})?$/,
        );
        expect(labels).toHaveProperty("severity");
        // Placeholders are all filled in.
        expect(JSON.stringify(annotations)).not.toMatch(/(?<!\{)\{\w+\}/);
      }
    },
  );
});

describe("a cause that is over", () => {
  // As Alertmanager reads it: what of a matcher's regular expression has to match is the whole label.
  const named = (matchers: readonly string[]): readonly Alert[] => {
    const [, operator, pattern] = /^alertname(=~|=|!~)"(.+)"$/.exec(
      matchers.find((matcher) => matcher.startsWith("alertname")) ?? "",
    ) ?? [undefined, "none", ""];
    const isNamed = new RegExp(`^(${pattern})$`);
    return operator === "none" ? [] : alerts.filter(({ name }) => isNamed.test(name) === (operator !== "!~"));
  };
  const pairs = inhibitions.flatMap(({ source_matchers, target_matchers }) =>
    named(source_matchers).flatMap((source) => named(target_matchers).map((target) => [source, target] as const)),
  );

  test("holds its symptoms back until the last of them is over too", () => {
    expect(pairs.map(([source, target]) => `${source.name} ${target.name}`)).toEqual(
      expect.arrayContaining(["HostDown PostgresDown", "PostgresDown OdooDown", "OdooDown ContainerMissing"]),
    );
    const early = pairs.filter(
      ([source, target]) => (source.keepFiringFor ?? 0) < (target.keepFiringFor ?? 0) + settleSeconds,
    );
    expect(early.map(([source, target]) => `${source.name} before ${target.name}`)).toEqual([]);
  });
});

describe("alertmanager.yml", () => {
  test("has no mail where none is declared, and states TLS where one is", () => {
    expect(renderAlertmanagerConfig(monitoredFleets["one host"])).not.toMatch(/smtp|email/);
    const config = parse(renderAlertmanagerConfig(monitoredFleets["one host with mail and heartbeat"])) as {
      global: object;
      receivers: { name: string; email_configs?: { send_resolved: boolean; to: string }[] }[];
    };
    expect(config.global).toEqual({
      smtp_smarthost: "smtp.example.com:587",
      smtp_from: "odoo-fleet@example.com",
      smtp_require_tls: true,
      smtp_auth_username: "odoo-fleet",
      smtp_auth_password_file: "/etc/odoo-fleet/mail-password",
    });
    const mails = config.receivers.flatMap(({ email_configs: emails }) => emails ?? []);
    expect(mails).toHaveLength(2);
    for (const { send_resolved: sendResolved, to } of mails) {
      expect(sendResolved).toBe(true);
      expect(to).toBe("ops@example.com, boss@example.com");
    }
  });

  test("gives a cause the same time at any pace", () => {
    for (const name of ["one host", "French, at a test's pace"] as const) {
      expect(renderAlertmanagerConfig(monitoredFleets[name])).toContain("group_wait: 45s");
    }
  });
});

describe("make monitoring", () => {
  test("renders with secrets that stay encrypted, and as the names of files", () => {
    const rendered = renderAll(fleetOfStackFile(stackFile("{ secure: v1:secret-text }"), "dev"));
    expect(Object.keys(rendered)).toEqual(
      expect.arrayContaining([
        "a/prometheus/prometheus.yml",
        "a/prometheus/rules-alerts.yml",
        "a/prometheus/rules-declared.yml",
        "a/prometheus/rules-recording.yml",
        "a/alertmanager/alertmanager.yml",
        "a/alertmanager/mail-notification.tmpl",
        "a/blackbox-exporter/blackbox.yml",
      ]),
    );
    expect(JSON.stringify(rendered)).not.toMatch(/secret-text|secret\.invalid|v1:/);
    expect(rendered["a/alertmanager/alertmanager.yml"]).toContain(
      "smtp_auth_password_file: /etc/odoo-fleet/mail-password",
    );
    expect(rendered["a/alertmanager/alertmanager.yml"]).toContain("url_file: /etc/odoo-fleet/heartbeat-url");
  });

  test("refuses a password in plain text without repeating it", () => {
    // Another value below the same key is encrypted, which doesn't hide this one.
    const plain = stackFile("hunter2-plain");
    expect(() => fleetOfStackFile(plain, "dev")).toThrow(FleetConfigError);
    expect(() => fleetOfStackFile(plain, "dev")).toThrow(/monitoring\.mail\.password[^]*--secret/);
    expect(() => fleetOfStackFile(plain, "dev")).not.toThrow(/hunter2/);
  });

  test("renders nothing for a fleet that isn't watched", () => {
    expect(renderAll(fleetOfStackFile("config: { 'odoo-fleet:hosts': { a: {} } }", "dev"))).toEqual({});
  });

  test("ends with a clear error for a stack that doesn't exist, and writes nothing", () => {
    const folder = mkdtempSync(join(tmpdir(), "test-monrules-"));
    try {
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--require", "tsx/cjs", "tools/monitoring.ts", "nowhere", join(folder, "out")],
        {
          encoding: "utf8",
        },
      );
      expect(status).toBe(1);
      expect(stderr).toBe("odoo-fleet: STACK=nowhere: there is no Pulumi.nowhere.yaml\n");
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
