/** The monitoring images keep the promises of their projects' own: these tests hold for those as for the stand-ins. */
import { baseImages, type Container, docker, imageConfig, Sandbox } from "../support/imagesSandbox";

const images = baseImages().monitoring;
const sandbox = new Sandbox();
afterEach(() => sandbox.clean());

/** As the program closes its containers: nobody's rights and nothing to write to but what is stated. */
const closed = [
  ...["--user", "65534:65534", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--tmpfs", "/tmp"],
];

interface Contract {
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly port: number;
  readonly command?: readonly string[];
  readonly volume?: string;
  /** What it is started with for the test; by default what the image says. */
  readonly arguments?: readonly string[];
}

const contracts: Readonly<Record<string, Contract>> = {
  Prometheus: {
    image: images.prometheus,
    entrypoint: ["/bin/prometheus"],
    port: 9090,
    volume: "/prometheus",
    command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
  },
  Alertmanager: {
    image: images.alertmanager,
    entrypoint: ["/bin/alertmanager"],
    port: 9093,
    volume: "/alertmanager",
    command: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    // Looking for others to form a cluster with fails where no private address is.
    arguments: [
      ...["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
      "--cluster.listen-address=",
    ],
  },
  "the node exporter": { image: images.nodeExporter, entrypoint: ["/bin/node_exporter"], port: 9100 },
  "the blackbox exporter": {
    image: images.blackboxExporter,
    entrypoint: ["/bin/blackbox_exporter"],
    port: 9115,
    command: ["--config.file=/etc/blackbox_exporter/config.yml"],
  },
  "the PostgreSQL exporter": {
    image: images.postgresExporter,
    entrypoint: ["/bin/postgres_exporter"],
    port: 9187,
  },
};

describe.each(Object.entries(contracts))("%s", (_, contract) => {
  const { image, entrypoint, port, command, volume } = contract;

  test("has the entry point, the port, the paths and the user of its kind", async () => {
    const config = await imageConfig(image);
    expect(config.Entrypoint).toEqual(entrypoint);
    expect(config.ExposedPorts).toEqual({ [`${port}/tcp`]: {} });
    if (command !== undefined) {
      expect(config.Cmd).toEqual(expect.arrayContaining([...command]));
    }
    if (volume !== undefined) {
      expect(config).toMatchObject({ User: "nobody", Volumes: { [volume]: {} } });
    }
  });

  test("answers as nobody on a read-only root without any capability, asked by its own wget", async () => {
    const container = await sandbox.start({ image, options: closed, command: contract.arguments });
    expect(await container.until(`wget -q -O - http://127.0.0.1:${port}/metrics`)).toMatch(/^go_goroutines \d+$/m);
    expect(await container.shell("grep -E 'Uid|CapEff' /proc/1/status")).toMatch(/^Uid:\t65534\t.*\nCapEff:\t0+$/);
    // None but a kill by the engine ends with 137: each stops when it is told to.
    expect(await container.stop()).not.toBe(137);
  });
});

test("Prometheus and Alertmanager bring the checkers of their files", async () => {
  const prometheus = await sandbox.start({ image: images.prometheus });
  expect(await prometheus.exec("/bin/promtool", "check", "config", "/etc/prometheus/prometheus.yml")).toContain(
    "SUCCESS",
  );
  const alertmanager = await sandbox.start({ image: images.alertmanager });
  expect(await alertmanager.exec("/bin/amtool", "check-config", "/etc/alertmanager/alertmanager.yml")).toContain(
    "SUCCESS",
  );
});

test("cAdvisor runs as root without capabilities and counts what the machine's control groups hold", async () => {
  expect(await imageConfig(images.cadvisor)).toMatchObject({
    Entrypoint: ["/usr/bin/cadvisor", "-logtostderr"],
    ExposedPorts: { "8080/tcp": {} },
  });
  const container = await sandbox.start({
    image: images.cadvisor,
    options: ["--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp", "--volume", "/sys:/sys:ro"],
  });
  expect(await container.until("wget -q -O - http://127.0.0.1:8080/healthz")).toBe("ok");
  // A scrape during which another container of the machine goes away tells of none.
  const figure = "container_memory_working_set_bytes{";
  const scraped = await container.until(`wget -q -O - http://127.0.0.1:8080/metrics | grep '^${figure}'`);
  expect(scraped).toContain(figure);
});

describe("Nginx's log exporter", () => {
  const image = images.nginxlogExporter;
  const config = {
    listen: { port: 4040 },
    namespaces: [
      {
        name: "acme",
        metrics_override: { prefix: "nginx" },
        labels: { tenant: "acme" },
        format: '$remote_addr [$time_local] "$request" $status $body_bytes_sent $request_time',
        source: { syslog: { listen_address: "udp://0.0.0.0:5514", format: "rfc3164", tags: ["nginx"] } },
      },
    ],
  };

  test("has the entry point and the port of its kind", async () => {
    expect(await imageConfig(image)).toMatchObject({
      Entrypoint: ["/prometheus-nginxlog-exporter"],
      ExposedPorts: { "4040/tcp": {} },
    });
  });

  test("counts what Nginx writes to it as syslog, as nobody without any capability", async () => {
    const network = await sandbox.network();
    const exporter = await sandbox.start({
      image,
      options: [
        ...closed.filter((option) => option !== "--read-only"),
        "--network",
        network,
        "--network-alias",
        "exporter",
      ],
      files: { "/config.yml": { content: JSON.stringify(config) } },
      command: ["-config-file", "/config.yml"],
    });
    const nginx = await sandbox.start({
      image: baseImages().nginx,
      options: ["--network", network],
      files: {
        "/etc/nginx/conf.d/default.conf": {
          content: [
            `log_format plain '$remote_addr [$time_local] "$request" $status $body_bytes_sent $request_time';`,
            "server { listen 80; access_log syslog:server=exporter:5514,tag=nginx plain; return 204; }",
          ].join("\n"),
        },
      },
    });
    await nginx.until("curl --fail --silent http://127.0.0.1/");
    const counted = await metricsOf(nginx, /^nginx_http_response_count_total\{.*\} [1-9]/m);
    expect(counted).toMatch(/^nginx_http_response_count_total\{.*status="204",tenant="acme"\} \d/m);
    expect(counted).toMatch(/^nginx_http_response_time_seconds_hist_bucket\{.*tenant="acme",le="\+Inf"\} \d/m);
    expect(await docker("inspect", "--format", "{{.State.Running}}", exporter.id)).toBe("true");
  });

  /** The exporter's metrics, once they hold something; asked from Nginx's container, as the exporter has no tool. */
  async function metricsOf(from: Container, what: RegExp): Promise<string> {
    const found = await from.until(
      `curl --fail --silent http://exporter:4040/metrics >/tmp/metrics && grep -E '${what.source}' /tmp/metrics >/dev/null && cat /tmp/metrics`,
    );
    return found;
  }
});
