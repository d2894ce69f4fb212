/** The way from one host's Prometheus to another host's exporters: real Prometheus, real Nginx, real TLS. */
import { type Authority, certificateAuthority } from "../../../components/monitoring/certificates";
import { gatewayFiles, renderGatewayConf, renderGatewayUsers } from "../../../components/monitoring/gatewayConf";
import { namesServer } from "../../../components/monitoring/tenantWatch";
import { type SharedAddresses, sharedServices } from "../../../fleet/monitoringTypes";
import { configFolder } from "../../../fleet/security";
import { renderPrometheusConfig } from "../../../monitoring/config/prometheus";
import { files, servicePorts } from "../../../monitoring/contract";
import { baseImages, type Container, Sandbox } from "../../support/imagesSandbox";
import { serverOn, watched } from "../../support/monitoringFleets";

const images = baseImages();
const sandbox = new Sandbox();
let authority: Authority;
const password = "a password of the test";
let network: string;
let gateway: Container;

/** What an exporter says of the names of a tenant in a stack of its own. */
const page = '[{"targets":["hooli.localhost"],"labels":{"tenant":"hooli"}}]';

// The names of the containers' network stand for addresses; the port is the container's own, since nothing is published.
const fleet = watched({
  hosts: { local: {}, far: { docker: "ssh://ops@far", address: "gateway" } },
  tenants: {},
  edge: { domain: "localhost", certificates: "internal" },
  monitoring: { host: "local" },
});
const config = renderPrometheusConfig(fleet, serverOn(fleet, "local"))
  .replaceAll(`gateway:${fleet.monitoring.hosts["far"]!.ports.gateway}`, `gateway:${servicePorts.gateway}`)
  .replaceAll(/(scrape|refresh)_(interval|timeout): \w+/g, "$1_$2: 2s");

beforeAll(async () => {
  authority = await certificateAuthority("a seed of the test, long enough to be one");
  network = await sandbox.network();
  const join = (...aliases: string[]): string[] => [
    ...["--network", network],
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
  ];
  // One exporter answers for all: which one is behind a path is told by its port.
  await sandbox.start({
    image: images.monitoring.nodeExporter,
    options: [...join(...sharedServices), "--entrypoint=sh"],
    command: [
      "-c",
      `(${namesServer("0.0.0.0")}) & mkdir -p /tmp/names; echo '${page}' >/tmp/names/names.json; exec /bin/node_exporter`,
    ],
  });
  const services = Object.fromEntries(sharedServices.map((service) => [service, service]));
  const { certificate, key } = await authority.issue(["far", "gateway"]);
  gateway = await sandbox.start({
    image: images.nginx,
    options: [...join("gateway"), "--user=101:101", "--cap-drop=ALL", "--entrypoint=nginx"],
    command: ["-c", `${configFolder}/${gatewayFiles.config}`, "-g", "daemon off;"],
    files: Object.fromEntries(
      Object.entries({
        [gatewayFiles.config]: renderGatewayConf({ addresses: { services } as unknown as SharedAddresses }),
        [gatewayFiles.certificate]: certificate,
        [gatewayFiles.key]: key,
        [gatewayFiles.users]: renderGatewayUsers(password),
      }).map(([name, content]) => [`${configFolder}/${name}`, { content, mode: 0o444 }]),
    ),
  });
  await gateway.until("curl --silent --fail http://127.0.0.1:8081/");
});
afterAll(() => sandbox.clean());

/** A target as Prometheus has it. */
interface Scraped {
  readonly health: string;
  readonly lastError: string;
}

/** A Prometheus with the rendered configuration, and what it then says of the only target of a job of the other host. */
async function scrape(
  secrets: { readonly password: string; readonly authority: string },
  job = "node",
  labels: object = { host: "far", job: "node", service: "node-exporter" },
): Promise<Scraped> {
  const prometheus = await sandbox.start({
    image: images.monitoring.prometheus,
    options: ["--network", network],
    command: [`--config.file=${configFolder}/${files.prometheus.config}`, "--storage.tsdb.path=/prometheus"],
    files: Object.fromEntries(
      Object.entries({
        [files.prometheus.config]: config,
        [files.prometheus.password]: "nobody's",
        [files.prometheus.gatewayPassword]: secrets.password,
        [files.prometheus.gatewayCa]: secrets.authority,
      }).map(([name, content]) => [`${configFolder}/${name}`, { content }]),
    ),
  });
  const targets = await prometheus.until(
    `wget -q -O - 'http://127.0.0.1:9090/api/v1/targets?scrapePool=${job}@far' | grep -vE '"health":"unknown"|"activeTargets":\\[\\]'`,
  );
  const { data } = JSON.parse(targets) as { data: { activeTargets: Scraped[] } };
  expect(data.activeTargets).toHaveLength(1);
  expect(data.activeTargets[0]).toMatchObject({ labels });
  return data.activeTargets[0]!;
}

test("lets the Prometheus in that has the password and trusts the authority", async () => {
  expect(await scrape({ password, authority: authority.certificate })).toMatchObject({ health: "up", lastError: "" });
});

test("tells it at which names the other host's edge serves tenants in stacks of their own, which it then probes", async () => {
  const edge = { service: "edge", instance: "https://hooli.localhost", certificates: "internal" };
  const labels = { ...edge, environment: fleet.environment, host: "far", job: "blackbox", tenant: "hooli" };
  // No prober is behind the gateway here.
  expect((await scrape({ password, authority: authority.certificate }, "names", labels)).lastError).toContain("502");
});

test("keeps another password out", async () => {
  const { health, lastError } = await scrape({ password: "another", authority: authority.certificate });
  expect([health, lastError]).toEqual(["down", expect.stringContaining("401")]);
});

test("is not talked to by who trusts another authority", async () => {
  const other = await certificateAuthority("another seed of the test, also long enough");
  const { health, lastError } = await scrape({ password, authority: other.certificate });
  expect([health, lastError]).toEqual(["down", expect.stringContaining("certificate signed by unknown authority")]);
});

test("answers nobody without a login, nor without TLS, and shows no other path", async () => {
  const ask = (...options: string[]): Promise<string> =>
    gateway.exec("curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_code}", ...options);
  const login = ["--user", `prometheus:${password}`];
  expect(await ask("https://127.0.0.1:8443/node-exporter/metrics")).toBe("401");
  expect(await ask(...login, "http://127.0.0.1:8443/node-exporter/metrics")).toBe("400");
  expect(await ask(...login, "https://127.0.0.1:8443/node-exporter/metrics")).toBe("200");
  expect(await ask(...login, "https://127.0.0.1:8443/node-exporter/debug/pprof")).toBe("404");
  expect(await ask(...login, "https://127.0.0.1:8443/")).toBe("404");
});
