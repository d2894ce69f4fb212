import { createHash } from "node:crypto";
import { renderEngineProxyConf } from "../../../../components/container/engineProxy";
import { engineQuestions } from "../../../../components/monitoring/exporterSpecs";
import { renderGatewayConf, renderGatewayUsers } from "../../../../components/monitoring/gatewayConf";
import { renderNginxConf } from "../../../../components/tenant/config/nginxConf";
import { renderPgHba } from "../../../../components/tenant/config/postgresConf";
import { resolveFleet } from "../../../../fleet";
import { sharedAddresses } from "../../../../fleet/subnets";

describe("the proxy of the engine", () => {
  const fleet = resolveFleet({ hosts: { a: {} }, monitoring: {} }, "dev");
  const conf = renderEngineProxyConf({
    address: "10.200.250.11",
    port: 2375,
    questions: engineQuestions({ environment: fleet.environment, monitored: fleet.monitoring!.hosts["a"]! }),
  });

  it("answers cAdvisor and its own healthcheck alone, on the monitoring network", () => {
    expect(conf).toContain("listen 10.200.250.11:2375;");
    expect(conf.match(/^ +(allow|deny) .*$/gm)!.map((line) => line.trim())).toEqual([
      "allow 10.200.250.6;",
      "allow 10.200.250.11;",
      "deny all;",
      // Of every other method than GET.
      "deny all;",
      // Kills for want of memory; of tenants in stacks of their own what is declared, their containers, their helpers, their
      // shippers; and of all tenants their schedules, and what the host has done by them.
      ...Array.from({ length: 7 }, () => ["allow 10.200.250.5;", "deny all;", "deny all;"]).flat(),
    ]);
  });

  it("lets through the questions that cAdvisor has, and nothing that changes or shows more", () => {
    const pattern = new RegExp(/location ~ "([^"]+)"/.exec(conf)![1]!);
    const id = "0123456789abcdef".repeat(4);
    for (const path of [
      "/_ping",
      "/info",
      "/v1.40/version",
      "/v1.51/containers/json",
      `/v1.40/containers/${id}/json`,
    ]) {
      expect([path, pattern.test(path)]).toEqual([path, true]);
    }
    for (const path of [
      ...["/containers/create", "/v1.40/images/json", "/v1.40/secrets", `/v1.40/containers/${id}/logs`],
      ...[`/v1.40/containers/${id}/archive`, `/v1.40/containers/${id}/exec`, `/v1.40/containers/${id}/start`],
      ...["/v1.40/containers/json/../../secrets", "/x/info", "/v1.40/containers/name/json"],
    ]) {
      expect([path, pattern.test(path)]).toEqual([path, false]);
    }
    expect(conf).toMatch(/location \/ \{\s+return 403;/);
  });
});

describe("what the exporter asks of tenants in stacks of their own", () => {
  const fleet = resolveFleet({ hosts: { a: {} }, monitoring: {} }, "dev");
  const conf = renderEngineProxyConf({
    ...{ address: "10.200.250.11", port: 2375 },
    questions: engineQuestions({ environment: fleet.environment, monitored: fleet.monitoring!.hosts["a"]! }),
  });

  it("is about objects of its environment and host alone, whatever else it says", () => {
    const asked = [...conf.matchAll(/set \$args "([^"]*)";/g)].map(([, query]) => decodeURIComponent(query!));
    expect(asked.slice(1)).toEqual([
      'filters={"label":["odoo-fleet.environment=dev","odoo-fleet.host=a","odoo-fleet.service=declared"]}',
      'filters={"label":["odoo-fleet.environment=dev","odoo-fleet.host=a","odoo-fleet.service=schedule"]}',
      'filters={"label":["odoo-fleet.environment=dev","odoo-fleet.host=a","odoo-fleet.service=kept"]}',
      'all=1&filters={"label":["odoo-fleet.environment=dev","odoo-fleet.host=a","odoo-fleet.tenant"]}',
      "",
      "",
    ]);
  });

  it.each([
    ["helper", "backup"],
    ["shipper", "shipper"],
  ])("gets to a tenant's %s by its name, and to no other container", (who, service) => {
    expect(conf).toContain(`proxy_pass http://unix:/var/run/docker.sock:/containers/dev-$tenant-${service}/json;`);
    const pattern = new RegExp(new RegExp(`location ~ "([^"]*/${who}/[^"]*)"`).exec(conf)![1]!);
    expect(pattern.exec(`/odoo-fleet/${who}/acme-corp`)?.groups).toEqual({ tenant: "acme-corp" });
    for (const path of [
      `/odoo-fleet/${who}/`,
      `/odoo-fleet/${who}/a/json`,
      `/odoo-fleet/${who}/a%2f..`,
      `/odoo-fleet/${who}/../a`,
    ]) {
      expect([path, pattern.test(path)]).toEqual([path, false]);
    }
  });
});

describe("the gateway", () => {
  it("shows figures and probes of each exporter, over TLS and with a login, and nothing else", () => {
    const conf = renderGatewayConf({ addresses: sharedAddresses("10.200.0.0/16") });
    expect(conf.match(/location = \S+/g)).toHaveLength(11);
    expect(conf).toContain("location = /node-exporter/names.json { proxy_pass http://10.200.250.5:9101/names.json; }");
    expect(conf).toContain("location = /node-exporter/metrics { proxy_pass http://10.200.250.5:9100/metrics; }");
    expect(conf).toContain("location / { return 404; }");
    expect(conf).toMatch(/listen 8443 ssl;[^]*auth_basic_user_file \/etc\/odoo-fleet\/users;/);
    expect(conf.match(/listen .*;/g)).toEqual(["listen 8443 ssl;", "listen 127.0.0.1:8081;"]);
  });

  it("keeps its password as a salted hash, the same in every run", () => {
    const line = renderGatewayUsers("long and random");
    expect(line).toBe(renderGatewayUsers("long and random"));
    const bytes = Buffer.from(/^prometheus:\{SSHA\}(\S+)\n$/.exec(line)![1]!, "base64");
    const [hash, salt] = [bytes.subarray(0, 20), bytes.subarray(20)];
    expect(createHash("sha1").update("long and random").update(salt).digest()).toEqual(hash);
    expect(salt).toHaveLength(8);
  });
});

describe("a tenant's side", () => {
  const nginx = {
    tenant: "acme",
    odooAddress: "10.200.0.98",
    workers: 0,
    uploadMiB: 10,
    requestSeconds: 600,
    cacheMiB: 10,
  };
  const hba = { database: "acme", role: "odoo", odooAddress: "10.200.0.66" };

  it("is as it was where nobody watches", () => {
    expect(renderNginxConf(nginx)).not.toContain("syslog");
    expect(renderPgHba(hba)).not.toContain("monitoring");
  });

  it("tells the reader of logs the status and the time of a request, and nothing else", () => {
    const conf = renderNginxConf({ ...nginx, logReaderAddress: "10.200.0.101" });
    expect(conf).toContain("access_log syslog:server=10.200.0.101:5514,tag=nginx,nohostname monitoring;");
    expect(/log_format monitoring escape=json '(.*)';/.exec(conf)![1]).toBe(
      '{"status":"$status","request_time":"$request_time"}',
    );
    // The log for people stays.
    expect(conf).toContain("access_log /dev/stdout json;");
    expect(conf).toContain("location ^~ /metrics { return 404; }");
  });

  it("lets the role of monitoring in from its exporter's address, into the tenant's database", () => {
    const added = renderPgHba({ ...hba, exporterAddress: "10.200.0.68" }).replace(renderPgHba(hba), "");
    expect(added).toBe("host acme monitoring 10.200.0.68/32 scram-sha-256\n");
  });
});
