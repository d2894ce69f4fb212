import { execFile } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { keepOnHost, type ScheduledTenant } from "../../../components/schedule/schedules";
import { edgeAddresses, type Lifecycle, resolveFleet } from "../../../fleet";
import { nextActionPath, nginxPort } from "../../../fleet/ports";
import { containerIds, engine, execIn, query } from "../../support/engine";
import { eventually } from "../../support/odooClient";
import type { Sample } from "../../support/prometheusClient";
import {
  acme,
  ask,
  container,
  edge,
  globex,
  judged,
  monitoring,
  stack,
  states,
  unchanged,
  watching,
  type Page,
} from "./fleet";

const suspended = { ...globex, state: "suspended" };
/** What is there of a suspended tenant. */
const asleep = { postgres: "created", odoo: "created", nginx: "running", backup: "created", files: "created" };
/** What a host's cron calls each minute. */
const agent = "ansible/roles/schedule/files/odoo-fleet-schedule.sh";
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

/** What a failed test still followed would keep this process from ending. */
const followed: Readable[] = [];
afterAll(() => followed.forEach((stream) => stream.destroy()));

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

describe("a tenant that is suspended", () => {
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
});
