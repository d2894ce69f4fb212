import { execFileSync } from "node:child_process";
import { CliStack } from "../support/cliStack";
import { attempt, type TestHost, TestHosts } from "../support/hosts";
import { loadBaseImages } from "../support/hosts/engineImages";
import { hostConfig } from "../support/hosts/fleet";
import { docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";

// A client writes and keeps what was acknowledged, while what serves it is killed again and again. After each kill, what was in the
// repository in that moment has to bring back every write that was older than the minute that a customer may lose.
const kills = Number(process.env["KILLS"] ?? 20);
/** What is promised, seconds. */
const promised = 60;
const stack = new CliStack("proofs", 138);
const machines = new TestHosts("test-proofs", "10.137.0");
const postgres = "test-proofs-acme-postgres";
let host: TestHost;
/** Where the host's engine keeps its volumes, on this machine. */
let folder: string;

const inHost = (script: string, seconds = 60): ReturnType<typeof attempt> =>
  attempt("docker", ["exec", host.name, "sh", "-c", script], { seconds });
const psql = (sql: string): string =>
  `docker exec ${postgres} psql --no-psqlrc --quiet --no-align --tuples-only --dbname acme --command "${sql}"`;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Writes, one row after the other, and keeps when each was acknowledged. */
class Writer {
  readonly acknowledged = new Map<number, number>();
  private isOver = false;
  private next = 1;

  readonly done = this.write();

  private async write(): Promise<void> {
    while (!this.isOver) {
      const number = this.next++;
      const { code } = await inHost(psql(`INSERT INTO marks VALUES (${number})`), 20);
      if (code === 0) {
        this.acknowledged.set(number, Date.now());
      }
      await pause(100);
    }
  }

  stop(): Promise<void> {
    this.isOver = true;
    return this.done;
  }
}

/** What is killed, each as hard as it can be. */
const victims: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["postmaster", () => inHost(`docker exec ${postgres} sh -c 'kill -9 $(head -n 1 $PGDATA/postmaster.pid)'`)],
  ["container", () => inHost(`kill -9 $(docker inspect --format '{{.State.Pid}}' ${postgres})`)],
  ["engine", () => inHost("kill -9 $(cat /var/run/docker.pid); rm -f /var/run/docker.pid")],
  ["host", () => docker("kill", host.name)],
];

/** Has what was killed running again. */
async function revive(victim: string): Promise<void> {
  if (victim === "host") {
    await docker("start", host.name);
    await host.booted();
  }
  if (victim === "engine") {
    await inHost("pkill -9 containerd-shim; service docker restart");
  }
  await eventually(
    () => inHost(psql("SELECT 1")),
    ({ code }) => code === 0,
    180,
  );
}

/** The numbers that a copy of the repository brings back. */
async function restored(copy: string): Promise<Set<number>> {
  const image = (await host.exec(`docker inspect --format '{{.Image}}' ${postgres}`)).trim();
  const data = `proof-${copy}`;
  const server = "-c config_file=/etc/odoo-fleet/postgresql.conf -c listen_addresses= -c unix_socket_directories=/tmp";
  const script = `odoo-fleet-restore >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
pg_ctl --wait --log=/tmp/log start --options='${server} -c archive_mode=off' >/dev/null
psql --host /tmp --no-align --tuples-only --dbname acme --command 'SELECT number FROM marks'`;
  const { code, output } = await inHost(
    `docker run --rm --network none --shm-size 128m --entrypoint sh --env ODOO_DATABASE=acme --env PGDATA=/var/lib/postgresql/data/pgdata \
      --volume ${data}:/var/lib/postgresql/data --volume /var/lib/docker/${copy}:/var/lib/odoo-fleet/repository:ro \
      --volume test-proofs-acme-postgres-config:/etc/odoo-fleet:ro ${image} -ec "${script.replace(/\n/g, "; ")}"
    result=$?; docker volume rm ${data} >/dev/null; exit $result`,
    300,
  );
  if (code !== 0) {
    throw new Error(`the copy ${copy} can't be restored: ${output}`);
  }
  return new Set(output.split("\n").filter(Boolean).map(Number));
}

beforeAll(async () => {
  stack.environmentVariables["PULUMI_CONTINUE_ON_ERROR"] = "true";
  await stack.init();
  await machines.start();
  host = await machines.host("trixie", 11);
  await loadBaseImages([host]);
  stack.configure({
    hosts: { only: hostConfig(host, machines.identityFile, 138) },
    tenants: { acme: { host: "only", slot: 1 } },
  });
  await stack.mustUp();
  const format = '{{range .Mounts}}{{if eq .Destination "/var/lib/docker"}}{{.Source}}{{end}}{{end}}';
  folder = await docker("inspect", "--format", format, host.name);
  await host.exec(psql("CREATE TABLE marks (number integer PRIMARY KEY)"));
  await eventually(
    () => inHost(psql("SELECT count(*) FROM odoo_fleet.backup WHERE kind = 'database'")),
    ({ output }) => output.trim() === "1",
    180,
  );
});

afterAll(async () => {
  await machines.clean();
  stack.forget();
});

test(`no acknowledged write that is older than a minute is lost by any of ${kills} kills`, async () => {
  const writer = new Writer();
  const moments: { victim: string; at: number; copy: string }[] = [];
  await pause(promised * 1000);
  for (let index = 0; index < kills; index++) {
    const [victim, kill] = victims[index % victims.length]!;
    await pause(Math.random() * 40_000);
    await kill();
    const at = Date.now();
    // Files of a repository are never written to twice: links keep what was there in this moment.
    const copy = `copy-${index}`;
    execFileSync("cp", ["-al", `${folder}/volumes/test-proofs-acme-repository/_data`, `${folder}/${copy}`]);
    moments.push({ victim, at, copy });
    await revive(victim);
  }
  await writer.stop();
  const losses: string[] = [];
  for (const { victim, at, copy } of moments) {
    const there = await restored(copy);
    const acknowledged = [...writer.acknowledged].filter(([, when]) => when < at);
    const missing = acknowledged.filter(([number]) => !there.has(number));
    const oldest = Math.max(0, ...missing.map(([, when]) => (at - when) / 1000));
    losses.push(`${victim}: ${missing.length} of ${acknowledged.length}, the oldest ${oldest.toFixed(1)} s`);
    expect({ victim, oldest }).toEqual({ victim, oldest: expect.any(Number) as number });
    expect(oldest).toBeLessThanOrEqual(promised);
  }
  console.log(`lost, had only the repository been left:\n${losses.join("\n")}`);
  // What was killed itself kept everything.
  const numbers = new Set((await host.exec(psql("SELECT number FROM marks"))).split("\n").map(Number));
  expect([...writer.acknowledged.keys()].filter((number) => !numbers.has(number))).toEqual([]);
}, 3_600_000);
