import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Readable } from "node:stream";
import { WebSocket } from "ws";
import { type FleetOutputs, type FleetSettings, readCertificates } from "../../components";
import { keepOnHost, type ScheduledTenant } from "../../components/schedule/schedules";
import { edgeAddresses, type Lifecycle, resolveFleet, tenantPorts } from "../../fleet";
import { nextActionPath, nginxPort } from "../../fleet/ports";
import { CliStack } from "../support/cliStack";
import { canConnect, containerIds, engine, execIn, query } from "../support/engine";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { type Target, underLoad } from "../support/load";
import { OwnStack } from "../support/ownStack";
import { broken, pack } from "../support/policyPack";
import { PrometheusClient, type Sample } from "../support/prometheusClient";

type Outputs = Pick<FleetOutputs, "tenants" | "monitoring"> &
  Record<"adminPasswords" | "monitoringPasswords", Record<string, string>>;

const stack = new CliStack("edge", 217);
const port = 18217;
const edge = { domain: "localhost", certificates: "internal", httpPort: 18216, httpsPort: port };
const monitoring = {};
/** As `make up` of the demo is judged: what measures a host has to see it. */
const judged = ["--policy-pack", pack, "--policy-pack-config", join(pack, "config", "dev.json")];
const acme = { slot: 318, publishPort: true };
const globex = { slot: 319, domains: ["erp.globex.test"] };
const suspended = { ...globex, state: "suspended" };
/** What is there of a suspended tenant. */
const asleep = { postgres: "created", odoo: "created", nginx: "running", backup: "created", files: "created" };
const container = (name: string): string => `${stack.environment}-${name}`;
/** What a host's cron calls each minute. */
const agent = "ansible/roles/schedule/files/odoo-fleet-schedule.sh";

let outputs: Outputs;
let ca: string;

beforeAll(async () => {
  await stack.init();
  stack.configure({ edge, monitoring, tenants: { acme } });
  const output = await stack.mustUp(...judged);
  expect([...broken(output, "advisory")]).toEqual([]);
  outputs = await stack.outputs();
  ca = (await execIn(container("edge"), ["cat", "/data/pki/authorities/local/root.crt"])).output;
});

/** What a failed test still followed would keep this process from ending. */
const followed: Readable[] = [];
afterAll(async () => {
  followed.forEach((stream) => stream.destroy());
  await stack.destroy();
  // What the host noted of a tenant is in no state, and would be the next run's where a test failed before it was told otherwise.
  await stack.dispose();
});

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks over HTTPS, as a browser that trusts the fleet's own authority. */
function ask(name: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const own = { Host: `${name}:${port}`, ...headers };
    const options = { host: "127.0.0.1", port, path, ca, servername: name, headers: own, agent: false };
    request(options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(pieces).toString() }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** How each container of a tenant is, by its service, in the engine's words. */
async function states(tenant: string): Promise<Record<string, string>> {
  const services = ["postgres", "odoo", "nginx", "backup", "files"];
  const found = services.map(async (service) => {
    const { State } = await engine.getContainer(container(`${tenant}-${service}`)).inspect();
    return [service, State.Status];
  });
  return Object.fromEntries(await Promise.all(found)) as Record<string, string>;
}

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const minute = 60_000;
const always: Lifecycle = { isSuspended: false, activeHours: [], holidays: [] };
type Times = Pick<ScheduledTenant, "lifecycle" | "made">;

/** Tells the host of a tenant's times, as who applies its stack does. */
async function tell(times: Times, now = new Date()): Promise<void> {
  const tenant: ScheduledTenant = { name: "globex", host: "local", ...times };
  const place = { environment: stack.environment, host: tenant.host, engine, by: "declared" };
  await keepOnHost(place, [tenant], now, (_, keep) => keep(tenant));
}

/** Has the host do what it does when it was told of a tenant's times an hour ago, and heard nothing since. */
async function onItsOwn(times: Times): Promise<void> {
  await tell(times, new Date(Date.now() - 60 * minute));
  const { stdout } = await promisify(execFile)("sh", [agent, stack.environment]);
  expect(stdout).toContain("globex");
}

/** How a container ended: with what, and when, in nanoseconds. */
interface End {
  readonly exitCode: string;
  readonly at: number;
}

/**
 * Follows the ends of containers from now on. The engine remembers 256 events, of which the healthchecks of other tests write as
 * many within a minute: what is asked for afterwards may be gone.
 *
 * @returns waits for the ends of containers with these names, in their order, and follows no longer.
 */
async function followEnds(): Promise<(...names: readonly string[]) => Promise<End[]>> {
  const stream = (await engine.getEvents({ filters: { type: ["container"], event: ["die"] } })) as Readable;
  followed.push(stream);
  const ends = new Map<string, End>();
  createInterface({ input: stream }).on("line", (line) => {
    const { Actor, timeNano } = JSON.parse(line) as {
      Actor: { Attributes: Record<string, string> };
      timeNano: number;
    };
    ends.set(Actor.Attributes["name"]!, { exitCode: Actor.Attributes["exitCode"]!, at: timeNano });
  });
  return async (...names) => {
    try {
      const found = await eventually(
        () => Promise.resolve(names.map((name) => ends.get(name))),
        (seen) => !seen.includes(undefined),
        30,
      );
      return found.map((end) => end!);
    } finally {
      stream.destroy();
    }
  };
}

/** Visits Globex until all of it runs. @returns what the visitor saw first. */
async function wakeUp(): Promise<Page> {
  const browser = { Accept: "text/html", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
  const visit = (): Promise<Page> => ask("erp.globex.test", "/web/login", browser);
  const first = await eventually(visit, ({ body }) => body.includes("is being started"), 30);
  const page = await eventually(visit, ({ status }) => status === 200, 120);
  expect(page.body).toContain('name="password"');
  await eventually(
    () => states("globex"),
    (found) => Object.values(found).every((state) => state === "running"),
    30,
  );
  // It serves before its healthcheck has said so, which the waker waits for, and notes then as its last visit.
  await eventually(
    () => execIn(container("edge"), ["test", "-e", "/tmp/waker/busy/globex"]),
    ({ code }) => code === 1,
    60,
  );
  return first;
}

/** The login page, as a tenant's own Nginx answers a browser, with its head. */
async function askNginx(tenant: string): Promise<string> {
  const url = `http://127.0.0.1:${nginxPort}/web/login`;
  const asked = ["curl", "--silent", "--include", "--header", "Accept: text/html", url];
  return (await execIn(container(`${tenant}-nginx`), asked)).output;
}

/** What watches the edge's host. */
function watching(): PrometheusClient {
  return new PrometheusClient(outputs.monitoring!["local"]!.prometheus, outputs.monitoringPasswords["local"]!);
}

/** The names in what Prometheus answers, once there are so many. */
async function namesIn(expr: string, count: number): Promise<string[]> {
  const found = await eventually(
    () => watching().query(expr),
    ({ length }) => length === count,
    120,
  );
  return found.map(({ labels }) => labels["instance"]!).sort();
}

/** Nothing differs, also against the engine. */
async function unchanged(): Promise<void> {
  expect(await stack.mustUp("--refresh")).toMatch(/Resources:\n +\d+ unchanged\n/);
}

/** The last request in the log of a tenant's Nginx. */
async function lastRequest(tenant: string, path: string): Promise<Record<string, string>> {
  const nginx = engine.getContainer(container(`${tenant}-nginx`));
  const line = await eventually(
    async () =>
      (await nginx.logs({ stdout: true, tail: 20 }))
        .toString()
        .split("\n")
        .filter((one) => one.includes(path))
        .at(-1),
    (found) => found !== undefined,
    30,
  );
  return JSON.parse(line!.slice(line!.indexOf("{"))) as Record<string, string>;
}

describe("a tenant behind the edge", () => {
  it("has its login page at its name by HTTPS, with links and cookies of that address", async () => {
    expect(outputs.tenants["acme"]).toMatchObject({ url: `https://acme.localhost:${port}`, port: 23180 });
    const page = await ask("acme.localhost", "/web/login");
    expect(page.status).toBe(200);
    expect(page.body).toContain('name="password"');
    expect(String(page.headers["set-cookie"])).toMatch(/session_id=.*secure/i);
    const parameters = "SELECT key, value FROM ir_config_parameter WHERE key ~ '^web.base.url' ORDER BY key";
    expect(await query(container("acme-postgres"), "acme", parameters)).toEqual([
      `web.base.url|https://acme.localhost:${port}`,
      "web.base.url.freeze|True",
    ]);
    // Odoo itself leads to where it thinks that the client is.
    const { headers } = await ask("acme.localhost", "/odoo");
    expect(headers["location"]).toMatch(/^(https:\/\/acme\.localhost:18217)?\/web\/login/);
  });

  it("answers a hundred at once, though its plan has a fifth of the connections to the database", async () => {
    const pages = await Promise.all(Array.from({ length: 100 }, () => ask("acme.localhost", "/web/login")));
    expect(pages.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it("is told of a client what the edge knows, whatever the client says of itself", async () => {
    const forged = {
      "X-Forwarded-For": "192.0.2.66",
      "X-Real-IP": "192.0.2.66",
      Forwarded: "for=192.0.2.66;proto=http",
      "X-Forwarded-Proto": "http",
      "X-Odoo-Fleet-Edge": "guessed",
    };
    expect((await ask("acme.localhost", "/web/login?forged", forged)).status).toBe(200);
    // A client on the host itself comes by way of the engine.
    const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
    expect(await lastRequest("acme", "/web/login")).toMatchObject({ client: gateway, status: "200" });
  });

  it("is led to from HTTP, and not from a name outside, nor in another one's name", async () => {
    const http = (host: string): Promise<string> =>
      execIn(container("edge"), [
        ...["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "-H", `Host: ${host}`],
        "http://127.0.0.1:8080/web/login?x=1",
      ]).then(({ output }) => output.trim());
    expect(await http("acme.localhost")).toBe(`308 https://acme.localhost:${port}/web/login?x=1`);
    expect(await http("evil.test")).toBe("404");
    expect((await ask("acme.localhost", "/", { Host: `globex.localhost:${port}` })).status).toBe(421);
    await expect(ask("evil.test", "/")).rejects.toThrow(/alert/);
  });

  it("answers nobody but the edge where it is published for the edge", async () => {
    const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
    const asked = [
      ...["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"],
      ...["-H", "X-Forwarded-For: 192.0.2.66", `http://${gateway}:${tenantPorts(20000, 318).edge}/web/login`],
    ];
    // Any container of the host gets that far.
    expect(await execIn(container("acme-nginx"), asked)).toMatchObject({ code: 0, output: "403" });
    expect(await canConnect(container("acme-odoo"), edgeAddresses("10.217.0.0/16").edge, 2019)).toBe(false);
  });
});

describe("the edge", () => {
  const target = (): Target => ({ port, ca, name: "acme.localhost", path: "/web/static/img/logo.png" });
  const inEdge = async (...command: string[]): Promise<string> => (await execIn(container("edge"), command)).output;
  const since = async (): Promise<string> => (await engine.getContainer(container("edge")).inspect()).State.StartedAt;

  it("is killed under 200 requests a second: who comes waits for the next Caddy, and none is lost", async () => {
    const before = { pid: await inEdge("cat", "/tmp/caddy.pid"), since: await since() };
    // One that doesn't stay for ten seconds is the engine's to start.
    await eventually(
      () => inEdge("sh", "-c", '[ -n "$(find /tmp/caddy.pid -mmin +0.2)" ] && echo old'),
      (found) => found.includes("old"),
      30,
    );
    const { sent, lost } = await underLoad(
      target(),
      async () => {
        await delay(1000);
        await execIn(container("edge"), ["sh", "-c", "kill -KILL $(cat /tmp/caddy.pid)"]);
        await eventually(
          () => inEdge("cat", "/tmp/caddy.pid"),
          (pid) => pid !== before.pid,
          30,
        );
        await delay(2000);
      },
      // Those that were under way are cut off, and asked again as browsers do.
      /aborted|no answer by HTTP|NGHTTP2_CANCEL|pending stream has been canceled/,
    );
    expect(lost).toEqual([]);
    // A busy machine sends fewer.
    expect(sent).toBeGreaterThan(100);
    expect(await since()).toBe(before.since);
    await eventually(
      () => inEdge("sh", "-c", "odoo-fleet-edge healthy && echo healthy"),
      (said) => said.includes("healthy"),
      30,
    );
  });

  it("that is told to end serves whoever comes as long as a request is under way, which is answered", async () => {
    const edge = engine.getContainer(container("edge"));
    const body = "login=nobody";
    const headers = { Host: `acme.localhost:${port}`, "Content-Length": body.length };
    const options = { host: "127.0.0.1", port, ca, servername: "acme.localhost", agent: false };
    const slow = request({ ...options, path: "/web/login", method: "POST", headers });
    const answered = new Promise<number>((resolve, reject) => {
      slow.on("response", (answer) => resolve(answer.resume().statusCode!)).on("error", reject);
    });
    answered.catch(() => undefined);
    slow.write(body.slice(0, 1));
    await delay(1000);
    const stopped = edge.stop();
    await delay(1000);
    try {
      const { sent, lost } = await underLoad(target(), () => delay(2000));
      expect(lost).toEqual([]);
      expect(sent).toBeGreaterThan(20);
      slow.end(body.slice(1));
      // Without its token, Odoo refuses it itself.
      expect(await answered).toBe(400);
      await stopped;
      expect((await edge.inspect()).State.ExitCode).toBe(0);
    } finally {
      slow.destroy();
      await stopped;
      await edge.start();
    }
    const back = await eventually(
      () => ask("acme.localhost", "/web/login").then(({ status }) => status, String),
      (outcome) => outcome === 200,
      60,
    );
    expect(back).toBe(200);
  });
});

describe("make trust", () => {
  /** Runs the tool against a system of the test's own: this machine's stays as it is. */
  function trust(root: string, path: string): Promise<{ code: number | null; output: string }> {
    const folder = join(root, "kept");
    const args = ["--require", "tsx/cjs", "tools/trust.ts", stack.environment];
    const options = ["--config-file", stack.configFile, "--folder", folder, "--root", root];
    const env = { ...process.env, HOME: root, PATH: `${path}:${process.env["PATH"]}` };
    return new Promise((resolve) => {
      execFile(process.execPath, [...args, ...options], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  }

  it("puts the edge's own authority among those of the system, by which every name of the edge is trusted", async () => {
    const root = mkdtempSync(join(tmpdir(), "odoo-fleet-trust-"));
    const authorities = join(root, "usr/local/share/ca-certificates");
    mkdirSync(authorities, { recursive: true });
    const name = `odoo-fleet-${stack.environment}-local`;
    const programs = join(root, "programs");
    mkdirSync(programs);
    // The store of browsers: see `tests/unit/tools/browserStore.test.ts`.
    writeFileSync(join(programs, "certutil"), "#!/bin/sh\n", { mode: 0o755 });
    try {
      // A user who may not: what is left to be run is said.
      writeFileSync(join(programs, "update-ca-certificates"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
      const refused = await trust(root, programs);
      expect(refused.output).toMatch(
        /To trust it, run:\n +sudo cp .*kept\/\S+\.crt \S+ && sudo update-ca-certificates/,
      );
      expect(refused.code).toBe(1);
      writeFileSync(join(programs, "update-ca-certificates"), `#!/bin/sh\ntouch ${root}/read\n`, { mode: 0o755 });
      expect(await trust(root, programs)).toMatchObject({
        code: 0,
        output: expect.stringContaining(`${name} is trusted here`) as string,
      });
      expect(existsSync(join(root, "read"))).toBe(true);
      const trusted = readFileSync(join(authorities, `${name}.crt`), "utf8");
      expect(new X509Certificate(trusted).subject).toContain(`odoo-fleet ${stack.environment} local`);
      expect(trusted).toBe(ca);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("a tenant that comes", () => {
  it("is served at once, and neither the edge nor a websocket of another tenant notices", async () => {
    const client = new OdooClient(`http://127.0.0.1:${outputs.tenants["acme"]!.port}`);
    await eventually(
      () => client.login("acme", "admin", outputs.adminPasswords["acme"]!),
      (uid) => uid === 2,
    );
    const origin = `https://acme.localhost:${port}`;
    const socket = new WebSocket(`wss://127.0.0.1:${port}/websocket`, {
      agent: new Agent({ ca, servername: "acme.localhost" }),
      headers: { Host: `acme.localhost:${port}`, Cookie: client.session, Origin: origin },
    });
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    let pongs = 0;
    socket.on("pong", () => pongs++);
    const others = async (): Promise<[string, string][]> =>
      Object.entries(await containerIds(stack.environment)).filter(
        ([name]) => name.includes("-acme-") || name === container("edge"),
      );
    const before = await others();
    expect(before).toHaveLength(6);
    const started = async (): Promise<string> =>
      (await engine.getContainer(container("edge")).inspect()).State.StartedAt;
    const since = await started();

    stack.configure({ edge, monitoring, tenants: { acme, globex } });
    await stack.mustUp();
    outputs = await stack.outputs();
    expect(outputs.tenants["globex"]!.url).toBe(`https://erp.globex.test:${port}`);
    for (const name of ["erp.globex.test", "globex.localhost"]) {
      await eventually(
        () => ask(name, "/web/login"),
        ({ status, body }) => status === 200 && body.includes('name="password"'),
        30,
      );
    }
    await expect(statusOf(`http://127.0.0.1:${tenantPorts(20000, 319).http}/`)).rejects.toThrow();

    expect(await others()).toEqual(before);
    expect(await started()).toBe(since);
    socket.ping();
    await eventually(
      () => Promise.resolve(pongs),
      (count) => count > 0,
      30,
    );
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it("is watched at each of its names, with the time that its certificate is good for", async () => {
    const prometheus = watching();
    const names = ["acme.localhost", "erp.globex.test", "globex.localhost"].map((name) => `https://${name}:${port}`);
    const asked =
      'min by (instance) (probe_ssl_earliest_cert_expiry{service="edge", certificates="internal"}) - time()';
    const left = await eventually(
      () => prometheus.query(asked),
      (found) => found.length === names.length,
      90,
    );
    expect(left.map(({ labels }) => labels["instance"]).sort()).toEqual(names);
    for (const { value: seconds } of left) {
      // Those of the edge's own authority last for twelve hours, and are renewed with a third left.
      expect(seconds).toBeGreaterThan(4 * 3600 - 600);
      expect(seconds).toBeLessThanOrEqual(12 * 3600);
    }
    // The portal's worker asks like that.
    const place = { host: "local", container: `${stack.environment}-prometheus` };
    const certificates = await readCertificates({ environment: stack.environment, hosts: { local: {} } }, place);
    expect(certificates.map(({ name }) => `https://${name}`).sort()).toEqual(names);
    expect(certificates.map(({ tenant, authority }) => `${tenant} ${authority}`).sort()).toEqual([
      ...["acme internal", "globex internal", "globex internal"],
    ]);
    expect(Math.min(...certificates.map(({ endsAt }) => endsAt!.getTime()))).toBeGreaterThan(Date.now());
    const served = await prometheus.query('min by (instance) (probe_success{service="edge"})');
    expect(served.map(({ value }) => value)).toEqual([1, 1, 1]);
    // What the edge is made of is declared, so that it is missed when it is gone, and isn't told of as something superfluous.
    expect(await prometheus.query(`odoo_fleet_container_declared{name="${container("edge")}"}`)).toHaveLength(1);
  });

  it("is suspended: all of it but its Nginx is stopped in order, and stays so, and says so", async () => {
    const ids = await containerIds(stack.environment);
    const marked = ["globex", "UPDATE res_company SET name = 'Kept' WHERE id = 1 RETURNING name"] as const;
    expect(await query(container("globex-postgres"), ...marked)).toContain("Kept");
    const ended = await followEnds();
    stack.configure({ edge, monitoring, tenants: { acme, globex: suspended } });
    await stack.mustUp(...judged);
    expect(await states("globex")).toEqual(asleep);
    // Each had the time to end by itself, and Odoo was gone before its database went.
    const [odoo, postgres] = await ended(container("globex-odoo"), container("globex-postgres"));
    expect([odoo!.exitCode, postgres!.exitCode]).toEqual(["0", "0"]);
    expect(odoo!.at).toBeLessThan(postgres!.at);
    const left = await containerIds(stack.environment);
    for (const service of ["postgres", "odoo", "nginx"]) {
      expect(left[container(`acme-${service}`)]).toBe(ids[container(`acme-${service}`)]);
    }
    expect(left[container("edge")]).toBe(ids[container("edge")]);
    const page = await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ body }) => body.includes("est suspendu"),
      30,
    );
    expect(page.status).toBe(503);
    expect(page.headers["retry-after"]).toBe("3600");
    // Whoever comes by another way reads the same.
    expect(await askNginx("globex")).toMatch(/^HTTP\/1.1 503[^]*Retry-After: 3600[^]*est suspendu/);
    await unchanged();
    expect(await states("globex")).toEqual(asleep);
  });

  it("is woken by a visit, no run minds, and it sleeps again in order", async () => {
    const plans = { starter: { wakeForActions: 15 } };
    stack.configure({ edge, monitoring, plans, tenants: { acme, globex: { ...suspended, wakeOnRequest: true } } });
    await stack.mustUp(...judged);
    const ids = await containerIds(stack.environment);
    const waiting = await wakeUp();
    expect([waiting.status, waiting.headers["retry-after"]]).toEqual([503, "1"]);
    const awake = { postgres: "running", odoo: "running", nginx: "running", backup: "running", files: "running" };
    await unchanged();
    expect(await states("globex")).toEqual(awake);
    // What is declared to run is nobody's to stop.
    const order = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--request", "POST"];
    const { engineProxy } = edgeAddresses(String(stack.host()["subnetBase"]));
    const refused = await execIn(container("edge"), [...order, `http://${engineProxy}:2375/stop/acme/odoo`]);
    expect(refused.output).toBe("403");
    for (const path of [nextActionPath, `${nextActionPath}/`, `/fr${nextActionPath}`]) {
      expect((await ask("erp.globex.test", path)).status).toBe(404);
    }
    const ended = await followEnds();
    expect(await execIn(container("edge"), ["touch", "-d", "-31 minutes", "/tmp/waker/active/globex"])).toMatchObject({
      code: 0,
    });
    await eventually(
      () => states("globex"),
      (found) => Object.values(found).filter((state) => state === "exited").length === 4,
      90,
    );
    const [odoo, postgres] = await ended(container("globex-odoo"), container("globex-postgres"));
    expect([odoo!.exitCode, postgres!.exitCode]).toEqual(["0", "0"]);
    expect(odoo!.at).toBeLessThan(postgres!.at);
    expect((await ask("erp.globex.test", "/web/login")).body).toContain("sleeps");
    await unchanged();
    expect(await containerIds(stack.environment)).toEqual(ids);
  });

  it("is woken for its scheduled actions, as its plan says, and sleeps again once none is due", async () => {
    const due = "/data/due/globex";
    const now = Math.floor(Date.now() / 1000);
    const known = Number((await execIn(container("edge"), ["cat", due])).output);
    expect(known).toBeGreaterThan(now - 120);
    expect(known).toBeLessThan(now + 2 * 86_400);
    const odoo = engine.getContainer(container("globex-odoo"));
    const { StartedAt: before } = (await odoo.inspect()).State;
    await execIn(container("edge"), ["sh", "-c", `echo ${now - 16 * 60} >${due}`]);
    await eventually(
      () => odoo.inspect(),
      ({ State }) => State.Running && State.StartedAt > before,
      60,
    );
    await eventually(
      () => states("globex"),
      (found) => Object.values(found).filter((state) => state === "exited").length === 4,
      180,
    );
    const next = Number((await execIn(container("edge"), ["cat", due])).output);
    expect(next).toBeGreaterThan(Date.now() / 1000 - 60);
    await unchanged();
  });

  it("takes over another plan while it is suspended, and is stopped where it was awake and no visit may wake it any more", async () => {
    await wakeUp();
    const ended = await followEnds();
    stack.configure({ edge, monitoring, tenants: { acme, globex: { ...suspended, plan: "basic" } } });
    await stack.mustUp(...judged);
    // What backs up files has the same limits in both plans: it is stopped for what is declared of visits.
    expect(await states("globex")).toEqual(asleep);
    const [odoo, postgres] = await ended(container("globex-odoo"), container("globex-postgres"));
    expect([odoo!.exitCode, postgres!.exitCode]).toEqual(["0", "0"]);
    expect(odoo!.at).toBeLessThan(postgres!.at);
    const { HostConfig } = await engine.getContainer(container("globex-odoo")).inspect();
    const { sizing } = resolveFleet({ hosts: { local: {} }, tenants: { globex: { plan: "basic" } } }, "dev").tenants[
      "globex"
    ]!;
    expect(HostConfig.Memory).toBe(sizing.odoo.memoryMiB * 1024 * 1024);
  });

  it("takes over no other company while it is suspended, and isn't to be left out", async () => {
    stack.configure({ edge, monitoring, tenants: { acme, globex: { ...suspended, company: "Another" } } });
    const other = await stack.run("preview");
    expect(other.code).not.toBe(0);
    expect(other.output).toContain("odoo-fleet:tenants.globex.company");
    stack.configure({ edge, monitoring, tenants: { acme } });
    const lost = await stack.run("preview");
    expect(lost.code).not.toBe(0);
    expect(lost.output).toContain("odoo-fleet:tenants.globex");
  });

  it("is started by its host, while nobody applies its stack, and the edge serves what its route has as suspended", async () => {
    await onItsOwn({ lifecycle: always, made: "suspended" });
    await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ status }) => status === 200,
      60,
    );
    // Who is back says that it isn't to run.
    await tell({ lifecycle: { ...always, isSuspended: true }, made: "suspended" });
    expect(await states("globex")).toMatchObject({ postgres: "exited", odoo: "exited", nginx: "running" });
    await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ status }) => status === 503,
      20,
    );
  });

  it("is back with its data when it runs again", async () => {
    stack.configure({ edge, monitoring, tenants: { acme, globex } });
    await stack.mustUp();
    await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ status }) => status === 200,
      60,
    );
    expect(await query(container("globex-postgres"), "globex", "SELECT name FROM res_company WHERE id = 1")).toEqual([
      "Kept",
    ]);
  });

  it("is stopped by its host, while nobody applies its stack, which the edge shows and monitoring knows", async () => {
    await onItsOwn({ lifecycle: { ...always, expiresAt: new Date(Date.now() - 30 * minute) }, made: "running" });
    const ended = { postgres: "exited", odoo: "exited", nginx: "running", backup: "exited", files: "exited" };
    expect(await states("globex")).toEqual(ended);
    await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ status, body }) => status === 503 && body.includes("suspended"),
      20,
    );
    const told = (metric: string): Promise<Sample[]> => watching().query(`${metric}{tenant="globex"}`);
    // A Prometheus that took over another configuration before it saw that a series is gone shows it for five minutes more.
    await eventually(
      () => told("odoo_fleet_tenant_kept_by_host"),
      (kept) =>
        kept.some(({ labels }) => labels["state"] === "suspended" && labels["environment"] === stack.environment),
      60,
    );
    await eventually(
      () => told("odoo_fleet_schedule_until_timestamp_seconds"),
      ([until]) => (until?.value ?? 0) > Date.now() / 1000,
      90,
    );
    // Its operator has it run longer.
    await tell({ lifecycle: always, made: "running" });
    await eventually(
      () => ask("erp.globex.test", "/web/login"),
      ({ status }) => status === 200,
      60,
    );
  });

  it("is served from a stack of its own like the others, without the edge's stack being applied, and leaves likewise", async () => {
    const { fleetSecret } = await stack.outputs<{ fleetSecret: string }>();
    const own = new OwnStack(
      {
        environment: stack.environment,
        hosts: { local: stack.host() },
        edge: edge as FleetSettings["edge"],
        tenant: "hooli",
        fleetSecret,
      },
      320,
    );
    const before = await containerIds(stack.environment);
    try {
      const { outputs: made } = await own.up();
      expect(made["url"]!.value).toBe(`https://hooli.localhost:${port}`);
      const page = await eventually(
        () => ask("hooli.localhost", "/web/login", { "X-Forwarded-For": "192.0.2.66" }),
        ({ status }) => status === 200,
        30,
      );
      expect(page.body).toContain('name="password"');
      const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
      expect(await lastRequest("hooli", "/web/login")).toMatchObject({ client: gateway, status: "200" });
      expect((await own.up()).summary.resourceChanges).toEqual({ same: expect.any(Number) as number });
      // A name more is another route, and another address that Odoo knows.
      const first = await containerIds(stack.environment);
      await own.up({ domains: ["hooli.test"] });
      await eventually(
        () => ask("hooli.test", "/web/login"),
        ({ status }) => status === 200,
        30,
      );
      const now = await containerIds(stack.environment);
      expect(Object.fromEntries(Object.entries(now).filter(([name]) => !name.includes("-hooli-")))).toEqual(before);
      for (const service of ["nginx", "postgres"]) {
        expect(now[container(`hooli-${service}`)]).toBe(first[container(`hooli-${service}`)]);
      }
      // Nobody is told yet while it isn't served, and somebody is about to be, of each of its names.
      const nginx = engine.getContainer(container("hooli-nginx"));
      await nginx.stop();
      // The edge's own stack has nothing to do with it.
      await unchanged();
      const names = ["hooli.localhost", "hooli.test"].map((name) => `https://${name}:${port}`);
      expect(await namesIn('ALERTS{alertname="EdgeNameDown", tenant="hooli", alertstate="pending"}', 2)).toEqual(names);
      await nginx.start();
      expect(await namesIn('probe_success{service="edge", tenant="hooli"} == 1', 2)).toEqual(names);
      const certificates = 'probe_ssl_earliest_cert_expiry{service="edge", tenant="hooli", certificates="internal"}';
      expect(await namesIn(`${certificates} - time() > 0`, 2)).toEqual(names);
      await own.up({ domains: ["hooli.test"], state: "suspended", wakeOnRequest: true });
      await namesIn('{service="edge", tenant="hooli"} or ALERTS{tenant="hooli"}', 0);
      // No probe has woken it.
      expect(Object.entries(await states("hooli")).filter(([, state]) => state === "running")).toEqual([
        ["nginx", "running"],
      ]);
    } finally {
      await own.dispose();
    }
    // The edge looks for what is left each few seconds.
    const refused = await eventually(
      () => ask("hooli.localhost", "/web/login").then(({ status }) => String(status), String),
      (outcome) => outcome.includes("alert"),
      30,
    );
    expect(refused).toMatch(/alert/);
    expect(await containerIds(stack.environment)).toEqual(before);
  });

  it("is the edge's no more once it is decommissioned, and its names are free", async () => {
    stack.configure({
      edge,
      monitoring,
      tenants: { acme: { ...acme, domains: globex.domains }, globex: { slot: 319, state: "decommissioned" } },
    });
    const { code, output } = await stack.run("preview", ...judged);
    expect(output).not.toMatch(/local-edge +replace/);
    expect(code).toBe(0);
  });
});

describe("what Odoo takes its public address for", () => {
  /** Somebody else's proxy in front of the edge, by HTTP for the test: it leads to a name, and says who asked. */
  async function frontedBy(name: string): Promise<{ url: string; close: () => void }> {
    const server = createServer((asked, answer) => {
      const headers = { ...asked.headers, host: `${name}:${port}`, "x-forwarded-for": "192.0.2.66" };
      const options = { host: "127.0.0.1", port, ca, servername: name, agent: false, headers };
      const onward = request({ ...options, method: asked.method, path: asked.url }, (found) => {
        answer.writeHead(found.statusCode!, found.headers);
        found.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }

  /** Name of a report with a link, as offers and invoices have them to be signed and paid. */
  const letter = "test.letter";

  async function makeLetter(client: OdooClient): Promise<void> {
    const link = '<a t-attf-href="{{ doc.get_base_url() }}/mail/view">Look</a>';
    const arch = `<t t-name="${letter}"><t t-call="web.html_container"><div t-foreach="docs" t-as="doc" class="page">${link}</div></t></t>`;
    await client.call("ir.ui.view", "create", [[{ name: letter, key: letter, type: "qweb", arch }]]);
    const report = { name: "Letter", model: "res.partner", report_type: "qweb-pdf", report_name: letter };
    await client.call("ir.actions.report", "create", [[report]]);
  }

  /** Where all kinds of links that Odoo makes lead, at one of its names. */
  async function linksAt(name: string): Promise<Record<string, string[]>> {
    const origins = (text: string, link: RegExp): string[] => [
      ...new Set([...text.matchAll(link)].map(([, url]) => new URL(url!).origin)),
    ];
    const { url, close } = await frontedBy(name);
    try {
      const get = async (path: string): Promise<string> => (await fetch(url + path)).text();
      const client = new OdooClient(url);
      await client.login("acme", "admin", outputs.adminPasswords["acme"]!);
      // Who works with Odoo is led to what a mail is about.
      const login = `clerk-${Date.now()}@example.com`;
      const context = { no_reset_password: true };
      const made = [{ name: "Clerk", login, email: login }];
      const [clerk] = await client.call<number[]>("res.users", "create", [made], { context });
      const [{ partner_id: partner }] = await client.call<[{ partner_id: [number, string] }]>("res.users", "read", [
        ...[[clerk], ["partner_id"]],
      ]);
      const notify = { partner_ids: [partner[0]], body: "Look", subject: "A message" };
      const message = await client.call<number>("res.partner", "message_notify", [[partner[0]]], notify);
      const [mail] = await client.call<{ body_html: string }[]>("mail.mail", "search_read", [
        [["mail_message_id", "=", message]],
        ["body_html"],
      ]);
      const [provider] = await client.call<number[]>("payment.provider", "search", [[]], { limit: 1 });
      const back = await client.call<string>("payment.provider", "get_base_url", [[provider]]);
      const report = await fetch(`${url}/report/pdf/${letter}/${partner[0]}`, { headers: { Cookie: client.session } });
      const pdf = Buffer.from(await report.arrayBuffer()).toString("latin1");
      return {
        canonical: origins(await get("/"), /<link rel="canonical" href="([^"]+)"/g),
        sitemap: origins(await get("/robots.txt"), /Sitemap: (\S+)/g),
        pages: origins(await get("/sitemap.xml"), /<loc>([^<]+)<\/loc>/g),
        mail: origins(mail!.body_html, /href="(https?:[^"]+\/mail\/view[^"]*)"/g),
        back: origins(back, /^(.+)$/g),
        pdf: origins(pdf, /\/URI \((https?:[^)]+)\)/g),
      };
    } finally {
      close();
    }
  }

  it("is its name with the port: on pages, in mails and PDFs, and where a payment comes back, also behind another proxy", async () => {
    const client = new OdooClient(`http://127.0.0.1:${outputs.tenants["acme"]!.port}`);
    await client.login("acme", "admin", outputs.adminPasswords["acme"]!);
    const wanted = [["name", "in", ["website", "payment"]]];
    const modules = await client.call<number[]>("ir.module.module", "search", [wanted]);
    // A client doesn't wait as long as a busy machine installs them.
    await client.call("ir.module.module", "button_immediate_install", [modules]).catch(() => undefined);
    await eventually(
      () => client.call<number>("ir.module.module", "search_count", [[...wanted, ["state", "=", "installed"]]]),
      (installed) => installed === 2,
      420,
    );
    await makeLetter(client);
    const url = [`https://acme.localhost:${port}`];
    const found = await linksAt("acme.localhost");
    expect(found).toEqual({ canonical: url, sitemap: url, pages: url, mail: url, back: url, pdf: url });
  });

  it("is its customer's domain once that is served, at any name but for the sitemap, which is that of the name", async () => {
    stack.configure({ edge, monitoring, tenants: { acme: { ...acme, domains: ["shop.acme.test"] }, globex } });
    await stack.mustUp();
    await eventually(
      () => ask("shop.acme.test", "/web/login").then(({ status }) => status, String),
      (status) => status === 200,
      60,
    );
    const [own, other] = ["shop.acme.test", "acme.localhost"].map((name) => [`https://${name}:${port}`]);
    const declared = { canonical: own, mail: own, back: own, pdf: own };
    expect(await linksAt("shop.acme.test")).toEqual({ ...declared, sitemap: own, pages: own });
    expect(await linksAt("acme.localhost")).toEqual({ ...declared, sitemap: other, pages: other });
  });
});
