import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../support/cliStack";
import { engine, execIn, objectsOf, query } from "../support/engine";
import { KeyboardVisitor, startBrowser } from "../support/keyboardVisitor";
import { eventually } from "../support/odooClient";
import { broken } from "../support/policyPack";
import { PortalFleet } from "../support/portalFleet";
import { orderInstance, PortalTexts } from "../support/portalPages";

const port = 18245;
const fleet = new PortalFleet("shop", {
  ...{ index: 245, slot: 550, port },
  plans: { starter: { price: 2900, currency: "EUR", trialDays: 14 } },
});
const { stack, worker } = fleet;
const container = (service: string): string => fleet.container(service);
const run = promisify(execFile);

beforeAll(async () => {
  expect([...broken(await fleet.start(), "advisory")]).toEqual([]);
});

afterAll(() => fleet.stop());

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** Asks over HTTPS, as a browser that trusts the fleet's own authority. */
function ask(
  name: string,
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
  method = body ? "POST" : "GET",
): Promise<Omit<Answer, "bytes" | "headers"> & Partial<Answer>> {
  return new Promise((resolve, reject) => {
    const headers = {
      Host: `${name}:${port}`,
      Accept: "text/html, application/json",
      ...(body && { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() }),
      ...more,
    };
    const asked = request(
      { host: "127.0.0.1", port, path, method, ca: fleet.ca, servername: name, headers, agent: false },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("end", () => {
          const bytes = Buffer.concat(pieces);
          resolve({ status: answer.statusCode!, body: bytes.toString(), bytes, headers: answer.headers });
        });
      },
    ).on("error", reject);
    asked.end(body && JSON.stringify(body));
  });
}

/** Milliseconds between two questions to the API, which answers 120 a minute. */
const askEvery = 1000;

const api = async <T>(path: string, body?: object, headers?: Record<string, string>, method?: string): Promise<T> => {
  const answer = await ask("portal.localhost", `/api/v1${path}`, body, headers, method);
  if (answer.status >= 300) {
    throw new Error(`${path}: ${answer.status} ${answer.body}`);
  }
  return JSON.parse(answer.body) as T;
};

test("the portal is served at its own name, by its edge and to nobody else", async () => {
  const page = await eventually(
    () => ask("portal.localhost", "/"),
    ({ status }) => status === 200,
    30,
  );
  expect(page.body).toContain("<div id=");
  expect(await api("/plans")).toMatchObject({ plans: [{ name: "starter", price: 2900 }], odooVersions: ["19.0"] });
  expect(await api("/addresses/acme")).toMatchObject({ isFree: true });
  // Any container of the host reaches the port that is published for the edge.
  const direct = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "X-Forwarded-For: 192.0.2.66"];
  const { output } = await execIn(`${stack.environment}-edge`, [...direct, "http://10.245.250.65:25501/"]);
  expect(output).toBe("403");
});

test("its web process can't reach an engine, a passphrase or a state, and changes nothing of itself", async () => {
  const { Mounts, Config, HostConfig } = await engine.getContainer(container("web")).inspect();
  expect(Mounts.map(({ Type, RW }) => [Type, RW])).toEqual([
    ["volume", false],
    ["volume", false],
    ["volume", false],
  ]);
  expect(HostConfig.ReadonlyRootfs).toBe(true);
  expect(Config.Env.filter((one) => /PULUMI|DOCKER/.test(one))).toEqual([]);
  const found =
    "find / -xdev ( -name '*.sock' -o -name '.pulumi' -o -name 'Pulumi.*' -o -name pulumi ) 2>/dev/null | grep -v ^/proc";
  expect((await execIn(container("web"), ["sh", "-c", found.replace(/[()]/g, "\\$&")])).output).toBe("");
  // Nor by the network: the engine's proxy answers the edge alone.
  const question =
    "fetch('http://10.245.250.68:2375/routes').then((a) => console.log(a.status), () => console.log('none'))";
  expect((await execIn(container("web"), ["node", "--eval", question])).output.trim()).toMatch(/^(none|403)$/);
});

/** What a program of the customer's asks with. */
async function customerHeaders(): Promise<Record<string, string>> {
  const email = ["--email", "customer@example.com"];
  const { output } = await execIn(container("web"), ["node", "start.mjs", "token", ...email]);
  return { Authorization: `Bearer ${/oft_[\w-]+/.exec(output)![0]}` };
}

test("an order in a browser, by keyboard alone, becomes a tenant that is served, in a stack of its own", async () => {
  expect(await fleet.writeWorkerFiles()).toBe("changed");
  expect(await fleet.writeWorkerFiles()).toBe("unchanged");
  expect(statSync(join(worker, "database-url")).mode & 0o777).toBe(0o600);
  const started = async (): Promise<string> => {
    await fleet.workerTool("start", worker);
    return readFileSync(join(worker, "worker.pid"), "utf8");
  };
  const first = await started();
  expect(await started()).toBe(first);
  // As after an update of the project, with the same settings.
  writeFileSync(join(worker, "program"), "another");
  expect(await started()).not.toBe(first);
  const intermediate = "/data/pki/authorities/local/intermediate.crt";
  const browser = await startBrowser((await execIn(`${stack.environment}-edge`, ["cat", intermediate])).output);
  try {
    const visitor = await KeyboardVisitor.come(browser, "en");
    const order = { portal: `https://portal.localhost:${port}`, address: "ordered", email: "customer@example.com" };
    const link = (page: string): Promise<string> => fleet.mailedLink(page, 0);
    await orderInstance(visitor, new PortalTexts("en"), { ...order, link });
  } finally {
    await browser.close();
  }
  const login = await ask("ordered.localhost", "/web/login");
  expect(login.status).toBe(200);
  expect(login.body).toContain('name="password"');
  expect(await api("/addresses/ordered")).toMatchObject({ isFree: false });
}, 400_000);

test("its customer exports it: the worker puts the zip where the web process reads it, and nothing else is left", async () => {
  const headers = await customerHeaders();
  const get = <T>(path: string): Promise<T> => api<T>(path, undefined, headers);
  const { tenants } = await get<{ tenants: { id: string }[] }>("/tenants");
  const { id } = tenants[0]!;
  await eventually(
    () => get<{ window: unknown }>(`/tenants/${id}/backups`),
    ({ window }) => window !== null,
    180,
    askEvery,
  );
  await api(`/tenants/${id}/exports`, {}, headers);
  type Export = { id: string; state: string; sha256: string; bytes: number };
  const { exports } = await eventually(
    () => get<{ exports: Export[] }>(`/tenants/${id}/exports`),
    (found) => found.exports[0]!.state !== "asked",
    180,
    askEvery,
  );
  const made = exports[0]!;
  expect(made.state).toBe("ready");
  const path = `/api/v1/exports/${made.id}/download`;
  const whole = await ask("portal.localhost", path, undefined, headers);
  expect([whole.status, whole.bytes!.length]).toEqual([200, made.bytes]);
  expect(createHash("sha256").update(whole.bytes!).digest("hex")).toBe(made.sha256);
  const end = await ask("portal.localhost", path, undefined, { ...headers, Range: "bytes=-1000" });
  expect([end.status, end.bytes!.equals(whole.bytes!.subarray(-1000))]).toEqual([206, true]);
  expect((await execIn(container("web"), ["ls", "-A", "/var/lib/odoo-fleet/exports"])).output.trim()).toBe(
    `${made.id}.zip`,
  );
  expect(readdirSync(join(worker, "exports"))).toEqual([]);
  const containers = await engine.listContainers({ all: true });
  expect(
    containers
      .flatMap(({ Names }) => Names)
      .filter((name) => name.includes(stack.environment) && /-exports?$/.test(name)),
  ).toEqual([]);
}, 400_000);

test("a domain of its customer's is served once it is proven, and is the address of his Odoo", async () => {
  const headers = await customerHeaders();
  const name = "erp.customer.test";
  const { tenants } = await eventually(
    () => api<{ tenants: { id: string; readyAt: string | null }[] }>("/tenants", undefined, headers),
    (found) => found.tenants[0]?.readyAt !== null,
    60,
    askEvery,
  );
  const { id } = tenants[0]!;
  expect(await api(`/tenants/${id}/domains`, { domain: name }, headers)).toMatchObject({ isServed: false });
  await expect(ask(name, "/web/login")).rejects.toThrow();
  // As DNS would have it, where there is one.
  await query(container("postgres"), "portal", "UPDATE tenant_domain SET proven_at = now(), checked_at = now()");
  const login = await eventually(
    () => ask(name, "/web/login").catch(() => ({ status: 0, body: "" })),
    ({ status }) => status === 200,
    150,
  );
  expect(login.body).toContain('name="password"');
  await eventually(
    () => api<{ url: string; job: unknown }>(`/tenants/${id}`, undefined, headers),
    ({ url, job }) => url === `https://${name}:${port}` && job === null,
    90,
    askEvery,
  );
  const base = "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'";
  expect(await query(`${stack.environment}-${id}-postgres`, id, base)).toEqual([`https://${name}:${port}`]);
  expect((await ask("ordered.localhost", "/web/login")).status).toBe(200);
}, 300_000);

test("a visit wakes it after its customer has stopped it, its portal knows since when, and it sleeps again", async () => {
  const headers = await customerHeaders();
  type Tenant = { id: string; state: string; job: unknown; wokenAt: string | null };
  const { tenants } = await api<{ tenants: Tenant[] }>("/tenants", undefined, headers);
  const { id } = tenants[0]!;
  const settled = (is: (tenant: Tenant) => boolean): Promise<Tenant> =>
    eventually(() => api<Tenant>(`/tenants/${id}`, undefined, headers), is, 120, askEvery);
  await api(`/tenants/${id}/wake`, { wakeOnRequest: true }, headers, "PUT");
  await api(`/tenants/${id}/stop`, {}, headers);
  await settled(({ state, job }) => state === "suspended" && job === null);
  const odoo = engine.getContainer(`${stack.environment}-${id}-odoo`);
  expect((await odoo.inspect()).State.Running).toBe(false);
  const visit = { Accept: "text/html", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
  const program = await ask("ordered.localhost", "/web/login", undefined, { Accept: "*/*" });
  expect([program.status, program.body]).toEqual([503, expect.stringContaining("sleeps")]);
  const login = await eventually(
    () => ask("ordered.localhost", "/web/login", undefined, visit),
    ({ status }) => status === 200,
    60,
  );
  expect(login.body).toContain('name="password"');
  const { State } = await odoo.inspect();
  const { wokenAt } = await settled((tenant) => tenant.wokenAt !== null);
  expect(Math.abs(Date.parse(wokenAt!) - Date.parse(State.StartedAt))).toBeLessThan(1000);
  // As if nobody had come for longer than it is to be awake.
  const edge = `${stack.environment}-edge`;
  const old = ["sh", "-c", `test ! -e /tmp/waker/busy/${id} && touch -d '-31 minutes' /tmp/waker/active/${id}`];
  await eventually(
    () => execIn(edge, old),
    ({ code }) => code === 0,
    60,
  );
  await settled((tenant) => tenant.wokenAt === null && tenant.state === "suspended");
  expect((await odoo.inspect()).State.Running).toBe(false);
}, 400_000);

test("a second up changes nothing, also against the engine, and knows the ordered tenant as another stack's", async () => {
  expect(await stack.mustUp("--refresh")).toMatch(/Resources:\n +\d+ unchanged\n/);
});

test("its database is backed up with its orders, and restored beside it to prove that; what is drilled lists it", async () => {
  const rows = await query(container("postgres"), "portal", 'select state from "order"');
  expect(rows).toEqual(["confirmed"]);
  const backup = await eventually(
    () => execIn(container("backup"), ["sh", "-c", "cat /var/lib/odoo-fleet/repository/database.time"]),
    ({ code, output }) => code === 0 && Number(output) > 0,
    120,
  );
  expect(Number(backup.output) * 1000).toBeLessThanOrEqual(Date.now() + 1000);
  const { environment, configFile, environmentVariables } = stack;
  const drill = ["tools/drills.ts", environment, "--config-file", configFile, "--tenant", "portal", "--format", "json"];
  const { stdout, stderr } = await run(process.execPath, ["--require", "tsx/cjs", ...drill], {
    ...{ cwd: projectFolder, env: { ...process.env, ...environmentVariables } },
  });
  expect(stderr).toMatch(/every row was read, and SELECT count\(\*\) FROM kysely_migration says: [1-9]\d/);
  const [listed] = JSON.parse(stdout) as { tenant: string; proven: number; fault?: string }[];
  expect(listed).toMatchObject({ tenant: "portal", proven: expect.any(Number) as number });
  expect(listed).not.toHaveProperty("fault");
}, 150_000);

/** A declared tenant that comes. A name alone: nothing of a suspended one has to start. */
const comes = { acme: { slot: 553, state: "suspended" } };

test("declared tenants that come leave the web process as it is, and their addresses aren't sold any more", async () => {
  const id = async (): Promise<string> => (await engine.getContainer(container("web")).inspect()).Id;
  const before = await id();
  const { portal, ...others } = fleet.declaration() as { portal: object };
  stack.configure({ ...others, portal, tenants: comes });
  await stack.mustUp();
  expect(await id()).toBe(before);
  expect(await api("/addresses/acme")).toMatchObject({ isFree: false, reason: "taken" });
  expect(existsSync(worker)).toBe(true);
});

test("secrets of payments and of services to sign in by are encrypted, each process gets its own alone, and what Stripe signs is taken through the edge", async () => {
  const secrets = {
    "invoices.stripe.secretKey": "rk_test_ofTheWorker",
    "invoices.stripe.webhookSecret": "whsec_ofTheWebProcess",
    "oidc.example.clientSecret": "secretAtTheService",
  };
  const { portal, ...others } = fleet.declaration() as { portal: object };
  const seller = { name: "Example SARL", address: ["1 rue de la Paix"], country: "FR" };
  const invoices = { since: "2099-01", seller, vatPercent: 20 };
  // Nobody answers there.
  const oidc = { example: { title: "Example ID", issuer: "https://127.0.0.1:9", clientId: "portal" } };
  stack.configure({ ...others, portal: { ...portal, invoices, oidc }, tenants: comes });
  for (const [path, secret] of Object.entries(secrets)) {
    const set = await stack.run("config", "set", "--secret", "--path", `odoo-fleet:portal.${path}`, secret);
    expect([set.code, set.output]).toEqual([0, ""]);
  }
  await stack.mustUp();
  expect(await fleet.writeWorkerFiles()).toBe("changed");
  expect(readFileSync(join(worker, "stripe-key"), "utf8")).toBe(secrets["invoices.stripe.secretKey"]);
  await fleet.workerTool("start", worker, "changed");
  const { output: exported } = await stack.plain("stack", "export");
  const { Config } = await engine.getContainer(container("web")).inspect();
  for (const secret of Object.values(secrets)) {
    expect(exported).not.toContain(secret);
    expect(JSON.stringify(Config)).not.toContain(secret);
  }
  const files = await execIn(container("web"), [
    "sh",
    "-c",
    "grep -rl 'rk_test_\\|whsec_' /etc/odoo-fleet /var/lib/odoo-fleet 2>/dev/null",
  ]);
  expect(
    files.output
      .trim()
      .split("\n")
      .map((file) => file.split("/").at(-1)),
  ).toEqual(["stripe-webhook-secret"]);

  const event = { id: "evt_1", object: "event", type: "customer.created", data: { object: {} } };
  const tell = async (secret: string): Promise<number> => {
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", secret)
      .update(`${at}.${JSON.stringify(event)}`)
      .digest("hex");
    const headers = { "Stripe-Signature": `t=${at},v1=${signature}` };
    return (await ask("portal.localhost", "/webhooks/stripe", event, headers)).status;
  };
  expect(await tell("whsec_ofSomebodyElse")).toBe(400);
  expect(await tell(secrets["invoices.stripe.webhookSecret"])).toBe(204);
  expect(await api("/plans")).toMatchObject({ payment: "stripe" });
  const services = await ask("portal.localhost", "/api/login/oidc");
  expect(JSON.parse(services.body)).toEqual({ services: [{ id: "example", title: "Example ID" }] });
  const origin = { Origin: `https://portal.localhost:${port}` };
  expect(await ask("portal.localhost", "/api/login/oidc/example", {}, origin)).toMatchObject({ status: 503 });
}, 180_000);

test("one whose database is gone isn't begun anew, empty", async () => {
  const volume = container("database");
  for (const service of ["web", "postgres", "backup"]) {
    await engine.getContainer(container(service)).remove({ force: true, v: true });
  }
  await engine.getVolume(volume).remove();
  const { code, output } = await stack.up();
  expect(output.replace(/\n +/g, " ")).toContain(`expected: the one with ${volume}, which the stack has made`);
  expect(code).not.toBe(0);
  expect((await objectsOf(stack.environment)).filter((name) => /-portal-(database|postgres)$/.test(name))).toEqual([]);
});
