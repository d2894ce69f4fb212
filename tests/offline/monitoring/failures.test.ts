/**
 * What goes wrong with monitoring itself: its disk is full, an exporter hangs, a clock jumps. Nothing else suffers, and it
 * goes on by itself. Each is done to real containers.
 */
import { freeze } from "../../support/freeze";
import { baseImages, type Container, docker, Sandbox } from "../../support/imagesSandbox";

const images = baseImages();
const sandbox = new Sandbox();
let prometheus: Container;
let hanging: Container;
let jumping: Container;

const config = {
  global: { scrape_interval: "1s", scrape_timeout: "1s" },
  scrape_configs: [
    { job_name: "prometheus", static_configs: [{ targets: ["127.0.0.1:9090"] }] },
    { job_name: "hanging", static_configs: [{ targets: ["hanging:9100"] }] },
    // Its samples carry the time of its own clock, as cAdvisor's do.
    { job_name: "jumping", honor_timestamps: true, static_configs: [{ targets: ["jumping:80"] }] },
  ],
};

/** The first value of a query; undefined: it has none. */
async function ask(query: string): Promise<number | undefined> {
  const url = `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = JSON.parse(await prometheus.exec("wget", "-q", "-O", "-", url)) as {
    data: { result: { value: [number, string] }[] };
  };
  const value = answer.data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

async function until(query: string, accept: (value: number | undefined) => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  let value = await ask(query);
  while (!accept(value)) {
    if (Date.now() > deadline) {
      throw new Error(`${query} is still ${value}; the log:\n${(await prometheus.logs()).slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
    value = await ask(query);
  }
}

/** Seconds since the newest sample of a target. */
const age = (job: string): string => `time() - timestamp(up{job="${job}"})`;
const isFresh = (seconds: number | undefined): boolean => seconds !== undefined && seconds < 3;

/** Lets the exporter say that its clock shows the given time. */
async function setClock(date: Date): Promise<void> {
  const line = `clock_figure 1 ${date.getTime()}`;
  await jumping.shell(`echo '${line}' >/usr/share/nginx/html/metrics`);
}

beforeAll(async () => {
  const network = await sandbox.network();
  const join = (alias: string): string[] => ["--network", network, "--network-alias", alias];
  hanging = await sandbox.start({ image: images.monitoring.nodeExporter, options: join("hanging") });
  jumping = await sandbox.start({ image: images.nginx, options: join("jumping") });
  await jumping.until("test -d /usr/share/nginx/html");
  await setClock(new Date());
  prometheus = await sandbox.start({
    image: images.monitoring.prometheus,
    options: [...join("prometheus"), "--tmpfs", "/prometheus:uid=65534,size=16m"],
    files: { "/etc/own.yml": { content: JSON.stringify(config) } },
    command: ["--config.file=/etc/own.yml", "--storage.tsdb.path=/prometheus"],
  });
  await prometheus.until("wget -q -O /dev/null http://127.0.0.1:9090/-/ready");
  await until("count(up == 1)", (count) => count === 3);
});
afterAll(() => sandbox.clean());

test("an exporter that hangs is down after the time-out, and the others are scraped as before", async () => {
  await freeze(() => docker("pause", hanging.id));
  await until('up{job="hanging"}', (up) => up === 0);
  await until(age("prometheus"), isFresh);
  expect(await ask('up{job="jumping"}')).toBe(1);
  await docker("unpause", hanging.id);
  await until('up{job="hanging"}', (up) => up === 1);
});

test("a clock that jumps back costs the samples that carry its time, and is counted; the target stays up", async () => {
  const refused =
    "sum(prometheus_target_scrapes_sample_out_of_order_total + prometheus_target_scrapes_sample_out_of_bounds_total)";
  const before = (await ask(refused))!;
  await setClock(new Date(Date.now() - 3_600_000));
  await until(refused, (count) => count! > before);
  expect(await ask('up{job="jumping"}')).toBe(1);
  await until(age("prometheus"), isFresh);
  // It is right again: so are the samples.
  await setClock(new Date());
  await until("time() - timestamp(clock_figure)", (seconds) => seconds !== undefined && seconds < 30);
});

test("a full disk stops new samples and nothing else: it answers, and goes on when there is space", async () => {
  await prometheus.shell("dd if=/dev/zero of=/prometheus/filler bs=1M 2>/dev/null || true");
  await prometheus.until("false || ! head -c 4096 /dev/zero >/prometheus/more");
  await until(age("prometheus"), (seconds) => seconds === undefined || seconds > 10);
  expect(await prometheus.exec("wget", "-q", "-O", "-", "http://127.0.0.1:9090/-/healthy")).toContain("Healthy");
  expect(await prometheus.logs()).toContain("no space left on device");
  expect(await docker("inspect", "--format", "{{.State.Running}} {{.RestartCount}}", prometheus.id)).toBe("true 0");
  await prometheus.shell("rm -f /prometheus/filler /prometheus/more");
  await until(age("prometheus"), isFresh);
});
