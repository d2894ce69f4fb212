/** Wake on request, with the real Caddy, the real Nginx in front of an engine, and the program of the edge's container. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket, WebSocketServer } from "ws";
import { proxiedSocket } from "../../../components/container/engineProxy";
import { engineProxyFiles } from "../../../components/edge/engineProxy";
import { resolveFleet } from "../../../fleet";
import { edgeHeader, nextActionPath } from "../../../fleet/ports";
import { stoppedServices, wokenServices } from "../../../fleet/security";
import { type Answer, Caddy, secretOf, type Site, until } from "../../support/caddy";
import { freePorts } from "../../support/freePorts";
import { FakeEngine } from "../../support/fakeEngine";
import { baseImages, Sandbox } from "../../support/imagesSandbox";

const edge = resolveFleet(
  { hosts: { local: {} }, edge: { domain: "fleet.test", certificates: "internal" } },
  "dev",
).edge!;
const browser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", Accept: "text/html,*/*;q=0.8" };
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-wake-"));
const engine = new FakeEngine();
const sandbox = new Sandbox();
/** Answers as a suspended tenant's Nginx does, in front of its Odoo: see `tests/offline/customImages/nginx.test.ts`. */
const nginx = createServer((asked, answer) => {
  asked.resume();
  if (asked.url === nextActionPath && engine.isHealthy("dev-acme-odoo")) {
    const { host, [edgeHeader.toLowerCase()]: secret, "x-forwarded-for": visitor } = asked.headers;
    toldFor.push([host, secret, visitor]);
    answer.end(nextAction);
    return;
  }
  if (engine.isHealthy("dev-acme-odoo") && asked.url === "/report") {
    finishReport = () => answer.end("a report");
  } else if (engine.isHealthy("dev-acme-odoo")) {
    answer.end(`${asked.method} ${asked.url}`);
  } else {
    answer.writeHead(503, { "X-Odoo-Fleet-Sleeps": "yes", "Retry-After": "60" });
    answer.end("asleep");
  }
});
/** What its Odoo says of its next action, and to whom it did. */
let nextAction = "";
const toldFor: unknown[] = [];
/** Ends what its Odoo is asked for at `/report`. */
let finishReport: (() => void) | undefined;
let caddy: Caddy;
let proxy: number;
let waker: ChildProcess;
let site: Site;
let said = "";

beforeAll(async () => {
  chmodSync(folder, 0o777);
  await engine.listen(join(folder, "engine.sock"));
  [proxy] = (await freePorts(1)) as [number];
  const host = edge.hosts["local"]!;
  const conf = engineProxyFiles("dev", host)["nginx.conf"]!;
  await sandbox.start({
    image: baseImages().nginx,
    options: ["--network", "host", "--user", "root", "--entrypoint", "nginx", "--volume", `${folder}:/engine`],
    files: {
      "/etc/odoo-fleet/nginx.conf": {
        content: conf
          .replaceAll(`${host.addresses.engineProxy}:2375`, `127.0.0.1:${proxy}`)
          .replaceAll(`allow ${host.addresses.edge};`, "allow 127.0.0.1;")
          .replaceAll(proxiedSocket, "/engine/engine.sock"),
      },
    },
    command: ["-c", "/etc/odoo-fleet/nginx.conf", "-g", "daemon off;"],
  });
  await new Promise<void>((resolve) => nginx.listen(0, "127.0.0.1", resolve));
  site = {
    tenant: "acme",
    names: ["acme.fleet.test", "erp.acme.test"],
    port: (nginx.address() as AddressInfo).port,
    company: "Müller & Söhne",
    state: "suspended",
    wake: { sleepAfterMinutes: 30 },
  };
  caddy = await Caddy.withFreePorts();
  caddy.write({ edge, authorityName: "odoo-fleet dev local", sites: [site] });
  await caddy.start();
  const [routes, own] = [join(caddy.folder, "routes"), join(caddy.folder, "waker")];
  waker = spawn("sh", ["images/edge/odoo-fleet-waker", routes, own], {
    env: {
      ...process.env,
      ODOO_FLEET_ENGINE: `http://127.0.0.1:${proxy}`,
      ODOO_FLEET_UPSTREAM: "127.0.0.1",
      ODOO_FLEET_CADDY: `http://127.0.0.1:${caddy.ports.admin}`,
      ODOO_FLEET_CONFIG: caddy.folder,
      ODOO_FLEET_WAKE_SECONDS: "6",
      ODOO_FLEET_WAKE_PAUSE: "1",
      ODOO_FLEET_WAKE_LOOK: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  waker.stderr!.on("data", (piece) => (said += String(piece)));
  await until(async () => (await ask("/web/login", { method: "HEAD" })).status === 503);
  await until(() => existsSync(join(own, "looked")));
});

afterAll(async () => {
  if (waker?.pid !== undefined) {
    process.kill(-waker.pid, "SIGKILL");
  }
  await sandbox.clean();
  await caddy.stop();
  engine.stop();
  nginx.closeAllConnections();
  nginx.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  // What the test before has begun comes to its end.
  await until(() => !existsSync(file("busy")));
  engine.containers.clear();
  engine.volumes.clear();
  engine.create("dev", "acme", "suspended");
  engine.create("dev", "globex");
  engine.volumes.add("dev-acme-wake");
  engine.orders.length = 0;
});

/** What outlives the edge's container is beside its routes. */
const file = (kind: "active" | "busy" | "failed"): string =>
  join(caddy.folder, ...(kind === "failed" ? [kind] : ["waker", kind]), "acme");
const ask = (
  path: string,
  { name = "acme.fleet.test", ...more }: { name?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => caddy.ask(name, path, { ca: caddy.root(), ...more });
const visit = (path = "/odoo/sales?token=hidden"): Promise<Answer> => ask(path, { headers: browser });
const started = wokenServices.map((service) => `start dev-acme-${service}`);
/** The database and Odoo are started at once, in whichever order: the database first. */
const inTurn = ([one = "", other = "", ...more]: readonly string[]): string[] => [
  ...[one, other].sort().reverse(),
  ...more,
];
const textOf = ({ body }: Answer): string =>
  body.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
/** What is to be done is seen meanwhile, each second. */
const looks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3000));
/** What is said to who probes it. */
const probe = async (): Promise<number> => (await fetch(`http://127.0.0.1:${caddy.ports.waker}/`)).status;

test.each([
  ["a POST", { method: "POST", headers: browser }],
  ["a HEAD", { method: "HEAD", headers: browser }],
  ["a program", { headers: { Accept: "application/json", "User-Agent": browser["User-Agent"] } }],
  ["a program that takes HTML", { headers: { Accept: "text/html", "User-Agent": "python-requests/2.32" } }],
  ["a crawler", { headers: { ...browser, "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)" } }],
  ["a probe", { headers: { ...browser, "User-Agent": "Mozilla/5.0+(compatible; UptimeRobot/2.0)" } }],
  ["a browser that looks ahead", { headers: { ...browser, "Sec-Purpose": "prefetch;prerender" } }],
  ["a websocket", { headers: { ...browser, Upgrade: "websocket", Connection: "Upgrade" } }],
  ["nobody in particular", {}],
])("%s is told to come back, and wakes nobody", async (_, asked) => {
  const answer = await ask("/web/login", asked);
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "60", "cache-control": "no-store" } });
  expect(answer.body).not.toContain("<");
  expect((await ask("/websocket", { headers: browser })).status).toBe(503);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(engine.orders).toEqual([]);
});

test("a hundred visitors get a waiting page at once, wake the tenant once, and get the page that they asked for", async () => {
  const began = Date.now();
  const pages = await Promise.all(Array.from({ length: 100 }, () => visit()));
  expect(Date.now() - began).toBeLessThan(5000);
  for (const page of pages) {
    expect(page).toMatchObject({ status: 503, headers: { "retry-after": "1", "cache-control": "no-store" } });
    for (const part of [
      "<h1>Müller & Söhne</h1>",
      "is being started",
      'lang="fr">Cet Odoo dormait',
      'http-equiv="refresh" content="1"',
    ]) {
      expect(textOf(page)).toContain(part);
    }
    // Sooner, where scripts run.
    expect(page.body.match(/<script>.*<\/script>/g)).toEqual([
      "<script>setTimeout(location.reload.bind(location),500)</script>",
    ]);
  }
  await until(async () => (await visit()).status === 200);
  expect((await visit()).body).toBe("GET /odoo/sales?token=hidden");
  await until(() => said.includes("acme is awake"));
  expect(inTurn(engine.orders)).toEqual(started);
  // By another name, and with what only a running one takes.
  const headers = { "User-Agent": "python-requests/2.32" };
  expect((await ask("/jsonrpc", { name: "erp.acme.test", method: "POST", headers })).body).toBe("POST /jsonrpc");
  expect(inTurn(engine.orders)).toEqual(started);
  // Who came is known, and nothing of what for.
  const visits = readFileSync(join(caddy.folder, "waker", "visits"), "utf8");
  expect(visits).toContain('"tenant":"acme"');
  expect(visits).not.toMatch(/hidden|sales|Firefox|127\.0\.0\.1/);
  expect(await probe()).toBe(200);
});

/** Starts it, as somebody by hand would, or the visitor of a while ago. */
async function isAwake(minutesAgo: number): Promise<void> {
  for (const service of wokenServices) {
    engine.containers.get(`dev-acme-${service}`)!.runsSince = Date.now() - 1000;
  }
  // Doesn't count.
  await until(async () => (await ask("/websocket")).status === 200);
  const then = Date.now() / 1000 - minutesAgo * 60;
  await until(() => existsSync(file("active")));
  // What the test before asked may still be on its way through the log.
  await until(async () => {
    utimesSync(file("active"), then, then);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return !existsSync(file("active")) || Math.abs(statSync(file("active")).mtimeMs / 1000 - then) < 1;
  });
}

test("open tabs, crawlers and probes don't keep it awake, and it sleeps: Odoo first, PostgreSQL last", async () => {
  await isAwake(29);
  const before = statSync(file("active")).mtimeMs;
  await ask("/websocket", { headers: browser });
  await ask("/web/login", { headers: { ...browser, "User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)" } });
  await ask("/web/health", { headers: browser });
  await looks();
  expect(statSync(file("active")).mtimeMs).toBe(before);
  expect(engine.orders).toEqual([]);
  await isAwake(31);
  await until(() => engine.orders.length === 4);
  expect(engine.orders).toEqual(stoppedServices.map((service) => `stop dev-acme-${service}`));
  await until(() => said.includes("acme sleeps"));
  expect((await visit()).status).toBe(503);
  await until(async () => (await visit()).status === 200);
});

test("a request that is under way keeps it awake, however long it takes, and nobody is cut off", async () => {
  await isAwake(29);
  const report = ask("/report", { headers: browser });
  await until(() => finishReport !== undefined);
  // By the last line of the log it would be stopped.
  const then = Date.now() / 1000 - 31 * 60;
  utimesSync(file("active"), then, then);
  await until(() => Date.now() - statSync(file("active")).mtimeMs < 5000);
  expect(engine.orders).toEqual([]);
  finishReport!();
  expect((await report).body).toBe("a report");
  // An open tab is under way for hours, and isn't somebody.
  const tabs = new WebSocketServer({ noServer: true });
  nginx.once("upgrade", (asked, tcp, head) => tabs.handleUpgrade(asked, tcp, head, () => undefined));
  const socket = new WebSocket(`wss://127.0.0.1:${caddy.ports.https}/websocket`, {
    agent: new Agent({ ca: caddy.root(), servername: site.names[0] }),
    headers: { Host: site.names[0]! },
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  await isAwake(31);
  await until(() => engine.orders.length === 4);
  socket.terminate();
});

test("a visit keeps it awake, and so does a declaration by which it runs", async () => {
  // A minute more, and it would be put to sleep before anybody comes.
  await isAwake(29);
  await visit();
  await until(() => Date.now() - statSync(file("active")).mtimeMs < 5000);
  caddy.write({
    edge,
    authorityName: "odoo-fleet dev local",
    sites: [site, { ...site, state: "running", wake: undefined }],
  });
  await isAwake(31);
  await looks();
  expect(engine.orders).toEqual([]);
  caddy.write({ edge, authorityName: "odoo-fleet dev local", sites: [site] });
});

describe("where its plan says that what is due wakes it", () => {
  const due = join("due", "acme");
  const declare = (actionsAfterMinutes?: number): void => {
    const wake = { sleepAfterMinutes: 30, ...(actionsAfterMinutes && { actionsAfterMinutes }) };
    caddy.write({ edge, authorityName: "odoo-fleet dev local", sites: [{ ...site, wake }] });
  };
  const dueAt = (): string => readFileSync(join(caddy.folder, due), "utf8").trim();
  const seconds = (minutes: number): number => Math.floor(Date.now() / 1000) + minutes * 60;
  const stopped = stoppedServices.map((service) => `stop dev-acme-${service}`);

  beforeEach(() => {
    rmSync(join(caddy.folder, due), { force: true });
    toldFor.length = 0;
    declare(15);
  });
  afterAll(() => declare());

  it("is woken so long after its next action was due, and sleeps again once none is", async () => {
    // Of one that somebody else stopped nothing is known: it counts from now on.
    await until(() => existsSync(join(caddy.folder, due)));
    expect(Math.abs(Number(dueAt()) - seconds(0))).toBeLessThan(15);
    writeFileSync(join(caddy.folder, due), `${seconds(-13)}\n`);
    await looks();
    expect(engine.orders).toEqual([]);
    writeFileSync(join(caddy.folder, due), `${seconds(-15)}\n`);
    nextAction = String(seconds(-15));
    await until(() => engine.orders.length === 4);
    expect(inTurn(engine.orders)).toEqual(started);
    await until(() => said.includes("acme has scheduled actions that are due"));
    // One is due as long as it runs.
    await looks();
    expect(inTurn(engine.orders)).toEqual(started);
    const next = seconds(40);
    nextAction = String(next);
    await until(() => engine.orders.length === 8);
    expect(inTurn(engine.orders)).toEqual([...started, ...stopped]);
    expect(dueAt()).toBe(String(next));
    // The tenant's Nginx lets nobody else ask.
    expect(toldFor).toContainEqual(["acme.fleet.test", secretOf("acme"), undefined]);
    expect(new Set(toldFor.map(String)).size).toBe(1);
  });

  it("stays for who visits it meanwhile, and what it said before it slept is what counts", async () => {
    writeFileSync(join(caddy.folder, due), `${seconds(-15)}\n`);
    nextAction = String(seconds(-1));
    await until(() => engine.orders.length === 4);
    await until(async () => (await visit()).status === 200);
    nextAction = String(seconds(40));
    await looks();
    expect(inTurn(engine.orders)).toEqual(started);
    // Nothing is scheduled any more.
    nextAction = "";
    await isAwake(31);
    await until(() => engine.orders.length === 8);
    expect(dueAt()).toBe("none");
    await looks();
    expect(engine.orders).toHaveLength(8);
  });

  it.each([
    ["what is overdue", () => String(seconds(-60))],
    ["what is no time", () => "tomorrow"],
    ["a time that no clock reaches", () => "99999999999999"],
  ])("%s counts from when it sleeps", async (_, told) => {
    nextAction = told();
    await isAwake(31);
    await until(() => engine.orders.length === 4);
    expect(Math.abs(Number(dueAt()) - seconds(0))).toBeLessThan(15);
  });

  it("isn't tried again sooner where it can't be woken, which operators are told", async () => {
    const odoo = engine.containers.get("dev-acme-odoo")!;
    odoo.start = "fails";
    writeFileSync(join(caddy.folder, due), `${seconds(-15)}\n`);
    await until(() => existsSync(file("failed")), 15);
    expect(await probe()).toBe(503);
    expect(Math.abs(Number(dueAt()) - seconds(0))).toBeLessThan(20);
    odoo.start = "works";
    await until(async () => (await visit()).status === 200);
    await until(async () => (await probe()) === 200, 15);
  });

  it("is forgotten once it isn't wakeable any more", async () => {
    await until(() => existsSync(join(caddy.folder, due)));
    caddy.write({ edge, authorityName: "odoo-fleet dev local", sites: [{ ...site, wake: undefined }] });
    await until(() => !existsSync(join(caddy.folder, due)), 15);
  });
});

test.each([
  ["the engine doesn't start a container", "fails", "its container of odoo isn't started"],
  ["its Odoo isn't healthy in time", "never gets healthy", "its Odoo isn't healthy after 6 s"],
] as const)("a wake that fails says so to visitors and operators, and is tried again: %s", async (_, start, why) => {
  const odoo = engine.containers.get("dev-acme-odoo")!;
  odoo.start = start;
  expect(textOf(await visit())).toContain("is being started");
  await until(() => existsSync(file("failed")), 15);
  const page = await visit();
  expect(page).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
  expect(textOf(page)).toMatch(/couldn't be started[^]*n'a pas pu être démarré/);
  expect(said).toContain(`acme couldn't be woken: ${why}`);
  expect(await probe()).toBe(503);
  odoo.start = "works";
  await until(async () => (await visit()).status === 200);
  await until(async () => (await probe()) === 200, 15);
});

test("who probes it is told whether two tenants claim one name", async () => {
  const names = async (): Promise<number> => (await fetch(`http://127.0.0.1:${caddy.ports.waker}/names`)).status;
  expect(await names()).toBe(200);
  writeFileSync(join(caddy.folder, "waker", "disputed"), "erp.acme.test globex acme\n");
  expect([await names(), await probe()]).toEqual([503, 200]);
  rmSync(join(caddy.folder, "waker", "disputed"));
  expect(await names()).toBe(200);
});

describe("the proxy in front of the engine", () => {
  /** What it answers, and what of it got to the engine. */
  async function order(path: string, method = "POST", body = ""): Promise<[number, string[]]> {
    engine.orders.length = 0;
    const status = await new Promise<number>((resolve, reject) => {
      request({ host: "127.0.0.1", port: proxy, path, method, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      })
        .on("error", reject)
        .end(body);
    });
    return [status, engine.orders];
  }

  it("starts and stops what is admitted, with nothing that is asked for beside it", async () => {
    expect(await order("/start/acme/postgres?detachKeys=x", "POST", '{"Binds":["/:/host"]}')).toEqual([
      204,
      ["start dev-acme-postgres"],
    ]);
    expect(await order("/start/acme/postgres")).toEqual([304, ["start dev-acme-postgres"]]);
    expect(await order("/stop/acme/postgres?t=0&signal=SIGKILL")).toEqual([204, ["stop dev-acme-postgres"]]);
  });

  it.each([
    ["a tenant that isn't admitted", "/stop/globex/odoo"],
    ["a tenant that isn't there", "/start/hooli/odoo"],
    ["a tenant's Nginx", "/stop/acme/nginx"],
    ["another container", "/stop/edge/engine-proxy"],
    ["another verb", "/kill/acme/odoo"],
    ["the engine's own path", "/containers/dev-acme-odoo/start"],
    ["a path in a name", "/start/acme%2F..%2Fglobex/odoo"],
    ["a way up", "/start/acme/../globex/odoo"],
    ["a container of one's own", "/containers/create"],
    ["a command", "/containers/dev-acme-odoo/exec"],
    ["another volume", "/volumes/create"],
    ["the question that admits", "/odoo-fleet/admitted"],
  ])("refuses %s", async (_, path) => {
    const [status, orders] = await order(path);
    expect([403, 404]).toContain(status);
    expect(orders).toEqual([]);
  });

  it("takes no other method, and nothing once the tenant is no more suspended", async () => {
    for (const method of ["GET", "DELETE", "PUT"]) {
      expect(await order("/stop/acme/odoo", method)).toEqual([403, []]);
    }
    for (const path of ["/routes", "/awake"]) {
      expect(await order(path)).toEqual([403, []]);
    }
    engine.volumes.clear();
    expect(await order("/stop/acme/odoo")).toEqual([403, []]);
  });
});
