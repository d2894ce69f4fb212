/** The worker as a process, on the real engine: it makes tenants, is killed, is taken over, and removes what is cancelled. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { CopyOffer } from "../../src/copies/findCopy.ts";
import type { BackupsView } from "../../src/restores/backups.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { TestApi } from "../support/api.ts";
import { assertAccessible, startChromium, Visitor } from "../support/chromium.ts";
import { docker, EngineObjects } from "../support/engineObjects.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { RealWorkers } from "../support/realWorkers.ts";
import { deliveriesOf, madeWebhook } from "../support/webhooks.ts";

const environment = "test-portal-worker";
const [first, last] = [530, 539];
const settings = {
  plans: { starter: { price: 1900, currency: "EUR", keepDays: 1 } },
  // Quick to install, and of no other module.
  sets: {
    units: {
      modules: ["uom"],
      title: { en: "Units", fr: "Unités", ar: "الوحدات" },
      summary: { en: "Of measure", fr: "De mesure", ar: "للقياس" },
    },
  },
  slots: { local: { from: first, to: last } },
};
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let workers: RealWorkers;
const engine = new EngineObjects(environment);
const database = portalDatabase({ begin, end });

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), false);
  api = new TestApi(database(), settings, queue);
  token = await api.token("worker@example.com");
  workers = new RealWorkers(environment, "10.244.0.0/16", database.url(), settings);
}

async function end(): Promise<void> {
  await workers.end();
  await queue?.close();
  await engine.remove();
}

const until = (job: string, isSo: (view: JobView) => boolean, seconds: number): Promise<JobView> =>
  untilJob(api, token, job, isSo, seconds);

async function urlOf(tenant: string): Promise<string> {
  const { url } = (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as { url: string };
  return url;
}

const over = ({ endedAt }: JobView): boolean => endedAt !== null;

/** An order, by the plan that these settings sell. */
const order = (address: string, changes: object = {}) => ordered(api, token, address, { plan: "starter", ...changes });

/** Asks a tenant's database. */
const askDatabase = (tenant: string, query: string): Promise<string[]> =>
  docker("exec", `${environment}-${tenant}-postgres`, "psql", "-X", "-A", "-t", "-d", tenant, "-c", query);

/** Whether Odoo has a module in a tenant. */
const stateOf = (tenant: string, module: string): Promise<string[]> =>
  askDatabase(tenant, `SELECT state FROM ir_module_module WHERE name = '${module}'`);

/** What the first test makes, and the others go on with. */
let worker: ChildProcess;
let made: Awaited<ReturnType<typeof order>>;
let url: string;

test("what the policy pack refuses isn't made; tried again with the pack as it is, the order becomes a tenant", async () => {
  // A pack that is stricter than the fleet: what it refuses isn't made, and can be tried again when the pack is right.
  const strict = await workers.start({
    "image-pinned": { enforcementLevel: "mandatory", registries: ["nowhere.example.com"] },
  });
  // The worker has noted what its secret is sealed for.
  const { id: webhook } = await madeWebhook(api, token, "https://hooks.example.org/", { events: ["job.failed"] });
  // What the API refuses, and a name may come to lead to.
  await database().updateTable("webhook").set({ url: "https://localhost:1/" }).where("id", "=", webhook).execute();
  made = await order("made", { sets: ["units"] });
  const refused = await until(made.job, over, 120);
  assert.deepEqual([refused.state, refused.failure], ["failed", "policy"]);
  assert.deepEqual(await docker("ps", "--all", "--quiet", "--filter", `label=odoo-fleet.tenant=${made.tenant}`), []);
  // It tells of that, and connects to nothing of its own machine.
  for (const deadline = Date.now() + 20_000; ; await delay(200)) {
    const [delivery] = await deliveriesOf(api, token, webhook);
    if (delivery!.attempts.length > 0) {
      assert.deepEqual([delivery!.type, delivery!.state], ["job.failed", "pending"]);
      assert.match(delivery!.attempts[0]!.fault!, /^the address \S+ is refused: its range is loopback/);
      break;
    }
    assert.ok(Date.now() < deadline, "nobody was told");
  }
  strict.kill("SIGTERM");
  await once(strict, "exit");
  worker = await workers.start();
  const operator = await api.token("operator@example.com", ["operator:jobs"]);
  const retried = await api.send("POST", `/operator/jobs/${made.job}/retries`, { token: operator });
  const { id: job } = (await retried.json()) as JobView;
  const view = await until(job, over, 240);
  assert.equal(view.state, "done");
  assert.deepEqual(
    view.phases
      .map(({ phase }) => phase)
      .filter((phase) => phase !== "images")
      .sort(),
    ["database", "entry", "odoo", "preparing", "ready"],
  );
  url = await urlOf(made.tenant);
  assert.equal(url, `http://127.0.0.1:${20000 + first * 10}`);
  const page = await fetch(`${url}/web/login`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /name="password"/);
  // Its set is there from the beginning.
  assert.deepEqual(await stateOf(made.tenant, "uom"), ["installed"]);
});

/** Makes a link by which the tenant's password is set, and waits until it works. */
async function passwordLink(): Promise<{ link: string; secret: string }> {
  const answer = await api.send("POST", `/tenants/${made.tenant}/password-links`, { token });
  const { link, job } = (await answer.json()) as { link: string; job: string };
  const { state, failure } = await until(job, over, 120);
  assert.deepEqual([state, failure], ["done", null]);
  return { link, secret: link.slice(link.indexOf("#") + 1) };
}

/** What the page of a link is told: 200 where it works, 404 otherwise. */
const isAnswered = async (secret: string): Promise<number> =>
  (await fetch(`${url}/odoo-fleet/password`, { method: "POST", body: JSON.stringify({ token: secret }) })).status;

test("its customer sets his own password by a link that works once, on a page of his Odoo, and signs in with it", async () => {
  const former = await passwordLink();
  const { link, secret } = await passwordLink();
  const password = "four words of my own";
  const browser = await startChromium();
  try {
    const visitor = await Visitor.come(browser, url, "en", "light");
    const page = await visitor.context.newPage();
    for (const one of [former.link, `${url}/odoo-fleet/password`]) {
      await page.goto(one);
      await page.getByRole("alert").filter({ hasText: "This link doesn't work any more" }).waitFor();
    }
    // In the same tab only the fragment differs.
    await page.goto(link);
    await page.locator("#password:focus").waitFor();
    assert.equal(await page.getByLabel("Your login is").inputValue(), "admin");
    await page.keyboard.type("too short");
    await page.keyboard.press("Enter");
    await page.getByText("It is too short.").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `the page of a password, ${colorScheme}`);
    }
    assert.deepEqual(visitor.faults, []);
    await page.getByLabel("New password").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/web/login?login=admin`);
    assert.equal(await page.locator("#login").inputValue(), "admin");
    await page.locator("#password").fill(password);
    await page.locator("#password").press("Enter");
    await page.waitForURL(/\/(odoo|web)(?!\/login)/);
    const french = await Visitor.come(browser, url, "fr", "light");
    const used = await french.context.newPage();
    await used.goto(link);
    await used.getByRole("alert").filter({ hasText: "Ce lien ne fonctionne plus" }).waitFor();
    await assertAccessible(used, "the page of a link that was used");
    assert.deepEqual(french.faults, []);
  } finally {
    await browser.close();
  }
  // What the engine keeps of its containers, and Pulumi of its stack.
  const told = await Promise.all(
    ["nginx", "odoo", "postgres"].map(async (service) => {
      const { stdout, stderr } = await promisify(execFile)("docker", [
        "logs",
        `${environment}-${made.tenant}-${service}`,
      ]);
      return stdout + stderr;
    }),
  );
  assert.match(told[0]!, /"path":"\/odoo-fleet\/password"/);
  const states = readdirSync(join(workers.folder, "state"), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  for (const word of [secret, former.secret, password]) {
    assert.ok(
      [...told, ...states].every((text) => !text.includes(word)),
      word,
    );
  }
});

/** Has a tenant deleted, or that undone, and waits until it is what that makes it. */
async function deletion(method: "POST" | "DELETE"): Promise<void> {
  const answer = await api.send(method, `/tenants/${made.tenant}/deletion`, {
    token,
    body: method === "POST" ? { address: "made" } : undefined,
  });
  const { job } = (await answer.json()) as { job: string };
  assert.equal((await until(job, over, 120)).state, "done");
}

test("a tenant that is to be deleted is stopped in its grace, and is what it was when that is undone", async () => {
  // Stopped, its visitors read so, and its containers are there.
  const before = await engine.names(made.tenant);
  await deletion("POST");
  assert.equal((await fetch(`${url}/web/login`)).status, 503);
  assert.deepEqual(await engine.names(made.tenant), before);
  await deletion("DELETE");
  assert.equal((await fetch(`${url}/web/login`)).status, 200);
});

test("one whose worker is killed in the middle, and its CLI then, is gone on with, and what is cancelled leaves nothing", async () => {
  const killed = await order("killed");
  await until(killed.job, ({ phases }) => phases.some(({ phase }) => phase === "database"), 120);
  worker.kill("SIGKILL");
  await once(worker, "exit");
  const asked = Date.now();
  worker = await workers.start();
  assert.ok(Date.now() - asked < 15_000);
  // Of a CLI alone, as by a machine that has no memory left, its worker knows how it ended.
  for (let pid: number | undefined; pid === undefined; await delay(50)) {
    assert.ok(Date.now() - asked < 60_000, "nobody goes on with it");
    pid = workers.cliAt(worker, killed.tenant);
    if (pid !== undefined) {
      process.kill(pid, "SIGKILL");
    }
  }
  assert.equal((await until(killed.job, over, 240)).state, "done");
  assert.equal((await fetch(`${await urlOf(killed.tenant)}/web/login`)).status, 200);
  assert.deepEqual(await stateOf(killed.tenant, "uom"), ["uninstalled"]);
  // The same parts as the other has: none twice, none left over.
  assert.deepEqual(await engine.parts(killed.tenant), await engine.parts(made.tenant));

  const cancelled = await order("cancelled");
  await until(cancelled.job, ({ phases }) => phases.some(({ phase }) => phase === "database"), 120);
  assert.equal((await api.send("DELETE", `/jobs/${cancelled.job}`, { token })).status, 200);
  assert.equal((await until(cancelled.job, over, 180)).state, "cancelled");
  assert.deepEqual(await engine.names(cancelled.tenant), []);
  assert.equal((await fetch(`${url}/web/login`)).status, 200);
});

test("what can be restored is found by the worker; a restore brings back a moment, and its undoing what there was before", async () => {
  const ask = (query: string): Promise<string[]> => askDatabase(made.tenant, query);
  const view = async <View>(path: string): Promise<View> =>
    (await (await api.send("GET", `/tenants/${made.tenant}${path}`, { token })).json()) as View;
  /** What it comes to is a job that is done, with phases. */
  const changed = async (path: string, body: object): Promise<JobView> => {
    const answer = await api.send("POST", `/tenants/${made.tenant}/restores${path}`, {
      token,
      body: { address: "made", isDowntimeAccepted: true, ...body },
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    const done = await until((JSON.parse(text) as { job: string }).job, over, 240);
    assert.equal(done.state, "done");
    return done;
  };
  for (const deadline = Date.now() + 180_000; (await view<BackupsView>("/backups")).window === null; await delay(500)) {
    assert.ok(Date.now() < deadline, "what can be restored wasn't found");
  }
  const parts = await engine.names(made.tenant);
  await ask("CREATE TABLE mark (mark text); INSERT INTO mark VALUES ('before')");
  const { secret } = await passwordLink();
  assert.equal(await isAnswered(secret), 200);
  await delay(1000);
  const at = new Date().toISOString();
  await delay(1000);
  await ask("INSERT INTO mark VALUES ('after')");
  const { phases } = await changed("", { at });
  assert.deepEqual(
    ["restoring", "database", "odoo", "ready"].filter((phase) => phases.every((one) => one.phase !== phase)),
    [],
  );
  assert.deepEqual(await ask("SELECT mark FROM mark"), ["before"]);
  assert.equal((await fetch(`${url}/web/login`)).status, 200);
  // A link is in no backup: one that was used meanwhile would work again.
  assert.equal(await isAnswered(secret), 404);

  await changed("/undo", {});
  assert.deepEqual(await ask("SELECT mark FROM mark ORDER BY mark DESC"), ["before", "after"]);
  assert.equal((await fetch(`${url}/web/login`)).status, 200);
  assert.equal(await isAnswered(secret), 404);
  // Neither volumes nor containers of the restore are left.
  assert.deepEqual(await engine.names(made.tenant), parts);
});

test("a staging copy of it is made beside it, reaches nobody, and is removed without a trace", async () => {
  const path = `/tenants/${made.tenant}/copy`;
  const send = async (method: string, body?: object): Promise<JobView> => {
    const answer = await api.send(method, path, { token, ...(body && { body }) });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    const done = await until((JSON.parse(text) as CopyOffer).copy!.job!, over, 240);
    assert.equal(done.state, "done");
    return done;
  };
  const parts = await engine.names(made.tenant);
  const { phases } = await send("POST", { address: "made-staging" });
  assert.ok(phases.some(({ phase }) => phase === "restoring"));
  const { copy } = (await (await api.send("GET", path, { token })).json()) as CopyOffer;
  assert.equal((await fetch(`${copy!.url!}/web/login`)).status, 200);
  const { id } = await database()
    .selectFrom("tenant")
    .select("id")
    .where("copy_of", "=", made.tenant)
    .executeTakeFirstOrThrow();
  const ask = (query: string): Promise<string[]> => askDatabase(id, query);
  assert.deepEqual(await ask("SELECT mark FROM mark ORDER BY mark DESC"), ["before", "after"]);
  assert.deepEqual(await ask("SELECT DISTINCT smtp_host FROM ir_mail_server WHERE active"), ["invalid"]);
  assert.deepEqual(await stateOf(id, "uom"), ["installed"]);
  await send("DELETE");
  assert.deepEqual(await engine.names(id), []);
  const left = readdirSync(join(workers.folder, "state"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    left.filter((name) => name.includes(id)),
    [],
  );
  assert.deepEqual(await engine.names(made.tenant), parts);
  assert.equal((await fetch(`${url}/web/login`)).status, 200);
});

test("at the end of its grace its last backup is made and its data goes; when their days are over its backups and keys go too", async () => {
  await deletion("POST");
  const change = (to: object) => database().updateTable("tenant").set(to).where("id", "=", made.tenant).execute();
  const ended = async (what: "data_erased_at" | "erased_at", seconds: number): Promise<void> => {
    await tick(database(), queue!, new Date());
    for (const deadline = Date.now() + seconds * 1000; ; await delay(200)) {
      const { jobs } = (await (await api.send("GET", "/jobs", { token })).json()) as { jobs: JobView[] };
      assert.deepEqual(
        jobs.filter(({ tenant, state, kind }) => tenant === made.tenant && state === "failed" && kind !== "create"),
        [],
      );
      const row = database().selectFrom("tenant").select(what).where("id", "=", made.tenant);
      if (((await row.executeTakeFirstOrThrow()) as Record<string, Date | null>)[what] !== null) {
        return;
      }
      assert.ok(Date.now() < deadline, JSON.stringify(jobs));
    }
  };
  await change({ delete_at: new Date() });
  await ended("data_erased_at", 240);
  const repository = `${environment}-${made.tenant}-repository`;
  assert.deepEqual(await engine.names(made.tenant), [repository]);
  const states = () =>
    readdirSync(join(workers.folder, "state"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes(made.tenant),
    );
  const state = states().find((name) => name.endsWith(`${made.tenant}.json`))!;
  assert.match(readFileSync(join(workers.folder, "state", state), "utf8"), /"isKept": ?true/);

  // Their days are over, by the portal's word and by the library's.
  const text = readFileSync(join(workers.folder, "state", state), "utf8");
  writeFileSync(
    join(workers.folder, "state", state),
    text.replace(/"keptUntil": ?"[\d-]+"/g, '"keptUntil":"2026-01-01"'),
  );
  await change({ keep_until: new Date() });
  await ended("erased_at", 120);
  assert.deepEqual(await engine.names(made.tenant), []);
  assert.deepEqual(states(), []);
  // A worker that died before it noted that does it again.
  await change({ erased_at: null });
  await ended("erased_at", 60);
  assert.deepEqual(states(), []);
});

test("one whose host was lost isn't made anew and empty, and what can't be brought back is named", async () => {
  const { tenant, job } = await ordered(api, token, "lost", { plan: "starter" });
  assert.equal((await until(job, ({ state }) => state === "done" || state === "failed", 240)).state, "done");
  const recover = (): Promise<{ code: number; printed: string }> =>
    promisify(execFile)(process.execPath, ["start.mjs", "recover", "--host", "local"], workers.surroundings).then(
      ({ stdout }) => ({ code: 0, printed: stdout }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        printed: stdout + stderr,
      }),
    );
  const there = await engine.names(tenant);
  const living = await recover();
  assert.equal(living.code, 0, living.printed);
  assert.match(living.printed, /lost \([a-z0-9]+\): its data is there[^]*\d ordered tenants of host local are there$/m);
  assert.deepEqual(await engine.names(tenant), there);

  await engine.remove();
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  const { jobs } = (await (await api.send("GET", "/jobs", { token })).json()) as { jobs: JobView[] };
  const stop = jobs.find((one) => one.tenant === tenant && one.kind === "suspend")!;
  assert.equal((await until(stop.id, ({ state }) => state === "done" || state === "failed", 60)).state, "failed");
  assert.deepEqual(await engine.names(), []);
  const { code, printed } = await recover();
  assert.equal(code, 1);
  assert.match(printed, new RegExp(`${tenant}: there are no copies of it: odoo-fleet:backup isn't declared`));
  assert.deepEqual(await engine.names(), []);
});
