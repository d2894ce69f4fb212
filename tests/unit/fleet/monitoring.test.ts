import { type ConfigProblem, parseFleet, resolveFleet } from "../../../fleet";
import type { FleetConfig, Monitoring } from "../../../fleet";
import { stackFileSchema } from "../../../fleet/stackSchema";

const hosts = { a: {}, b: { docker: "ssh://ops@b", subnetBase: "10.201.0.0/16" } };
const mail = { smtp: "smtp.example.com:587", from: "a@example.com", to: ["ops@example.com"] };
const password = "hunter2-never-shown";

function problems(
  monitoring: unknown,
  secretKeys?: readonly string[],
  declared: object = hosts,
): readonly ConfigProblem[] {
  const result = parseFleet({ hosts: declared, monitoring }, "dev", secretKeys);
  return result.ok ? [] : result.problems;
}

function monitoringOf(monitoring: object) {
  return resolveFleet({ hosts, monitoring }, "dev").monitoring!;
}

/** Names of the hosts that a host's Prometheus watches; undefined: it has none. */
function watches({ hosts: monitored }: Monitoring, host: string): readonly string[] | undefined {
  const one = monitored[host]!;
  return one.role === "server" ? one.watches : undefined;
}

describe("monitoring", () => {
  test("that isn't declared isn't there", () => {
    expect(resolveFleet({ hosts }, "dev").monitoring).toBeUndefined();
  });

  test("that says nothing but where has every default", () => {
    const monitoring = monitoringOf({ host: "a" });
    expect(monitoring).toMatchObject({
      mode: "central",
      retention: { time: "15d", size: "5GB" },
      language: "en",
      hasHeartbeat: false,
      pace: 1,
    });
    expect(monitoring.mail).toBeUndefined();
    expect(monitoring.hosts.a).toMatchObject({ watches: ["a", "b"], subnet: "10.200.250.0/26" });
    expect(monitoring.hosts.a!.services).toEqual(
      expect.arrayContaining(["prometheus", "alertmanager", "node-exporter"]),
    );
    expect(monitoring.hosts.a!.services).not.toContain("gateway");
    expect(monitoring.hosts.b).toMatchObject({ role: "gateway", subnet: "10.201.250.0/26" });
    expect(monitoring.hosts.b!.services).toContain("gateway");
    expect(monitoring.hosts.b!.services).not.toContain("prometheus");
  });

  test("is on the only host there is", () => {
    expect(watches(resolveFleet({ hosts: { a: {} }, monitoring: {} }, "dev").monitoring!, "a")).toEqual(["a"]);
    expect(problems({}, undefined, { a: {} })).toEqual([]);
  });

  test("is where it is asked to be, or on each host", () => {
    const central = monitoringOf({ host: "b" });
    expect([watches(central, "a"), watches(central, "b")]).toEqual([undefined, ["a", "b"]]);
    const perHost = monitoringOf({ mode: "perHost" });
    expect([watches(perHost, "a"), watches(perHost, "b")]).toEqual([["a"], ["b"]]);
    expect(perHost.hosts.b!.services).not.toContain("gateway");
  });

  test("keeps its secrets apart from the fleet", () => {
    const config: FleetConfig = {
      hosts,
      monitoring: {
        host: "a",
        mail: { ...mail, username: "a", password },
        heartbeatUrl: "https://h.example.com/{host}/never-shown",
      },
    };
    const result = parseFleet({ ...config }, "dev");
    if (!result.ok) {
      throw new Error(JSON.stringify(result.problems));
    }
    const { fleet, secrets } = result;
    expect(JSON.stringify(fleet)).not.toContain("never-shown");
    expect(fleet.monitoring).toMatchObject({ hasHeartbeat: true, mail: { username: "a", requireTls: true } });
    expect(secrets.monitoring["b"]).toEqual({
      mailPassword: password,
      heartbeatUrl: "https://h.example.com/b/never-shown",
    });
    expect(parseFleet({ hosts }, "dev")).toMatchObject({ ok: true, secrets: { monitoring: {} } });
  });

  test("takes an encrypted password in the stack's file, as Pulumi writes it", () => {
    const schema = JSON.stringify(stackFileSchema());
    expect(schema).toContain('"secure":{"type":"string"}');
  });

  test.each([
    ["a server without a port", { mail: { ...mail, smtp: "smtp.example.com" } }, "mail.smtp", /server and its port/],
    ["a port out of range", { mail: { ...mail, smtp: "smtp.example.com:70000" } }, "mail.smtp", /server and its port/],
    ["a sender that is no address", { mail: { ...mail, from: "ops" } }, "mail.from", /mail address/],
    [
      "a recipient that is no address",
      { mail: { ...mail, to: ["a@example.com", "b@"] } },
      "mail.to[1]",
      /mail address/,
    ],
    ["nobody to write to", { mail: { ...mail, to: [] } }, "mail.to", /at least one mail address/],
    [
      "two recipients in one",
      { mail: { ...mail, to: ["a@example.com, b@example.com"] } },
      "mail.to[0]",
      /mail address/,
    ],
    ["no server", { mail: { from: mail.from, to: mail.to } }, "mail.smtp", /server and its port/],
    ["a login without a password", { mail: { ...mail, username: "a" } }, "mail.password", /or neither/],
    ["a password without a login", { mail: { ...mail, password } }, "mail.username", /or neither/],
    [
      "a login that would go in plain text",
      { mail: { ...mail, username: "a", password, requireTls: false } },
      "mail.requireTls",
      /a login needs TLS/,
    ],
    ["a misspelt password", { mail: { ...mail, username: "a", pasword: password } }, "mail.pasword", /known key/],
    ["several hosts of which none is chosen", { mode: "central" }, "host", /Prometheus runs on, one of a, b/],
    ["an unknown host", { host: "c" }, "host", /one of a, b/],
    ["a host beside perHost", { mode: "perHost", host: "a" }, "host", /each host has its own/],
    ["an unknown mode", { mode: "cluster" }, "mode", /central or perHost/],
    ["a retention without a unit", { retention: { time: "15" } }, "retention.time", /such as 15d/],
    ["a retention that alerts can't look back over", { retention: { time: "3d" } }, "retention.time", /at least 4d/],
    ["a size without a unit", { retention: { size: "5" } }, "retention.size", /such as 5GB/],
    ["an unknown language", { language: "de" }, "language", /en or fr/],
    ["no pace at all", { pace: 0 }, "pace", /above 0/],
    ["a slower pace", { pace: 2 }, "pace", /up to 1/],
    ["a heartbeat that is no URL", { heartbeatUrl: `ftp://${password}` }, "heartbeatUrl", /http or https/],
    [
      "one heartbeat for several Alertmanagers",
      { mode: "perHost", heartbeatUrl: `https://h.example.com/${password}` },
      "heartbeatUrl",
      /\{host\}/,
    ],
    ["a key that doesn't exist", { alerts: true }, "alerts", /known key/],
    ["no object", true, "", /defaults/],
  ])("refuses %s", (_, monitoring, path, expected) => {
    const found = problems(monitoring);
    const problem = found.find((one) => one.path === `odoo-fleet:monitoring${path === "" ? "" : `.${path}`}`);
    expect(found.map((one) => one.path)).toContain(`odoo-fleet:monitoring${path === "" ? "" : `.${path}`}`);
    expect(problem!.expected).toMatch(expected);
    expect(problem!.wayOut).not.toBe("");
    // Whatever is wrong, no part of a secret is repeated.
    expect(JSON.stringify(found)).not.toContain(password);
  });

  test("refuses a password in plain text, and says how to encrypt it", () => {
    const monitoring = { host: "a", mail: { ...mail, username: "a", password } };
    const [problem, ...others] = problems(monitoring, ["other"]);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: "odoo-fleet:monitoring.mail.password", value: "(hidden)" });
    expect(problem!.wayOut).toContain("pulumi config set --secret --path 'odoo-fleet:monitoring.mail.password'");
    expect(problems(monitoring, ["monitoring"])).toEqual([]);
    expect(problems(monitoring)).toEqual([]);
  });

  test("lets a login go without TLS to this machine only", () => {
    const login = { ...mail, username: "a", password, requireTls: false };
    expect(problems({ host: "a", mail: { ...login, smtp: "127.0.0.1:1025" } })).toEqual([]);
    expect(problems({ host: "a", mail: { ...mail, requireTls: false } })).toEqual([]);
  });

  test("reports everything that is wrong at once", () => {
    const found = problems({ host: "c", retention: { time: "1d" }, mail: { ...mail, smtp: "x", to: ["y"] }, pace: 3 });
    expect(found.map(({ path }) => path).sort()).toEqual(
      ["host", "mail.smtp", "mail.to[0]", "pace", "retention.time"].map((path) => `odoo-fleet:monitoring.${path}`),
    );
  });
});
