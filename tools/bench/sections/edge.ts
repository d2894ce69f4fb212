import { setTimeout } from "node:timers/promises";
import { namespace } from "../../../fleet";
import { run } from "../commands";
import { memoryMiB, serviceContainer, sharedContainers } from "../engine";
import type { Figures } from "../figures";
import type { Bench, RunningFleet } from "../fixture";
import { connections, firstOk, get, visit } from "../http";
import { compare } from "../load";
import { configOf, originOf, type Tenants } from "../stack";
import { median, ratio } from "../stats";
import { staticFile, visitor } from "./requests";

const ports = { http: 18988, https: 18989 };
const originAt = (tenant: string): string => `https://${tenant}.localhost:${ports.https}`;

/** How often each is taken. */
const [routes, wakes] = [3, 20];
/** Visitors who come at once. */
const crowd = 100;
/** Names of customers' own. */
const domains = Array.from({ length: 1000 }, (_, index) => `shop-${index}.customers.test`);
/** Seconds without a visitor before memory is read. */
const quiet = 60;
/** Whom the edge wakes a tenant for. */
const browser = { accept: "text/html", "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" };

/** What HTTPS costs beside a tenant's own Nginx, how soon a new tenant is served, and how soon a suspended one is back. */
export async function edge(bench: Bench): Promise<Figures> {
  const { stack, tenants, freeSlot } = await bench.fleetOf(2);
  const [awake, sleeper] = Object.keys(tenants) as [string, string];
  const declare = (all: Tenants, more: Readonly<Record<string, object>> = {}): void =>
    stack.declare(all, behindEdge(all, more));
  try {
    declare(tenants);
    await stack.up();
    const fleet = { stack, tenants, freeSlot };
    const container = `${stack.name}-edge`;
    const ca = await run("docker", ["exec", container, "cat", "/data/pki/authorities/local/root.crt"]);
    await firstOk(`${originAt(awake)}/web/login`, undefined, ca);
    const costs = await cost(bench, tenants[awake]!, awake, ca);
    const seconds = await routed(bench, fleet, declare, ca);

    bench.say(`waiting ${quiet} s for the edge to be idle`);
    const idle = await memoryAtRest(stack.name);

    declare(tenants, { [awake]: { domains } });
    await stack.up();
    const thousand = await ofDomains(bench, stack.name, ca);

    declare(tenants, { [sleeper]: { state: "suspended", wakeOnRequest: true } });
    await stack.up();
    const asleep = await memoryMiB(await serviceContainer(stack.name, sleeper, "nginx"));
    return {
      ...costs,
      "edge.route.seconds": seconds,
      "edge.idle.MiB": idle,
      "edge.1000.MiB": thousand,
      "suspended.MiB": asleep,
      ...(await woken(bench, stack.name, sleeper, ca)),
    };
  } finally {
    stack.declare(tenants);
    await stack.up();
  }
}

/** Memory of the edge after a while without a visitor. */
async function memoryAtRest(environment: string): Promise<number> {
  await setTimeout(quiet * 1000);
  const [proxy] = await sharedContainers(environment, "edge");
  return memoryMiB(proxy!);
}

/** Memory of the edge once each of a thousand domains was visited, so that it has the certificate of each. */
async function ofDomains(bench: Bench, environment: string, ca: string): Promise<number> {
  bench.say(`visiting ${domains.length} domains, and waiting ${quiet} s for the edge to be idle`);
  for (const domain of domains) {
    // Nginx answers it by itself.
    await firstOk(`https://${domain}:${ports.https}${staticFile}`, undefined, ca);
  }
  return memoryAtRest(environment);
}

/** Configuration of tenants that are behind an edge and have their own port too, with more for some of them. */
function behindEdge(tenants: Tenants, more: Readonly<Record<string, object>>): Record<string, unknown> {
  const all = Object.entries(configOf(tenants).tenants!).map(([name, tenant]) => [
    name,
    { ...tenant, publishPort: true, ...more[name] },
  ]);
  return {
    [`${namespace}:tenants`]: Object.fromEntries(all) as unknown,
    [`${namespace}:edge`]: {
      ...{ domain: "localhost", certificates: "internal", httpPort: ports.http, httpsPort: ports.https },
    },
  };
}

/** By HTTPS through the edge, against the tenant's Nginx by HTTP. */
async function cost(bench: Bench, slot: number, tenant: string, ca: string): Promise<Figures> {
  const [own, edged] = [originOf(slot), originAt(tenant)];
  await visit(own, "/web/login");
  bench.say("login page, through the edge and through Nginx in turns");
  const page = await compare(
    { edge: await visitor(edged, "/web/login", ca), nginx: await visitor(own, "/web/login") },
    { connections: 2, seconds: 6, rounds: 5 },
  );
  bench.say("static file, through the edge and through Nginx in turns");
  const file = await compare(
    { edge: { url: edged + staticFile, headers: {}, ca }, nginx: { url: own + staticFile, headers: {} } },
    { connections: 10, seconds: 4, rounds: 5 },
  );
  return {
    "edge.page.p50.ms": page.edge.p50,
    "edge.page.p50.ratio": ratio(page.edge.p50, page.nginx.p50),
    "edge.static.requestsPerSecond": file.edge.requestsPerSecond,
    "edge.static.requestsPerSecond.ratio": ratio(file.edge.requestsPerSecond, file.nginx.requestsPerSecond),
  };
}

/** Seconds between the first page of a new tenant's own Nginx and the first one by HTTPS, median; 0 where that is there first. */
async function routed(
  bench: Bench,
  { stack, tenants, freeSlot }: RunningFleet,
  declare: (all: Tenants) => void,
  ca: string,
): Promise<number> {
  const taken: number[] = [];
  for (let round = 1; round <= routes; round++) {
    bench.say(`one more tenant behind the edge, round ${round} of ${routes}`);
    const before = await stack.remember();
    declare({ ...tenants, "one-more": freeSlot });
    const failed = new AbortController();
    const pages = Promise.all([
      firstOk(`${originOf(freeSlot)}/web/login`, failed.signal),
      firstOk(`${originAt("one-more")}/web/login`, failed.signal, ca),
    ]);
    pages.catch(() => undefined);
    await stack.up().catch((error: Error) => {
      failed.abort();
      throw error;
    });
    const [own, edged] = await pages;
    taken.push(Math.max(0, edged - own) / 1000);
    declare(tenants);
    await stack.forget("one-more", before);
  }
  return median(taken);
}

/** What a suspended tenant's visitors wait for its page, as their browsers do: the waiting page's script says when to ask again. */
async function woken(bench: Bench, environment: string, tenant: string, ca: string): Promise<Figures> {
  const url = `${originAt(tenant)}/web/login`;
  const one: number[] = [];
  for (let round = 1; round <= wakes; round++) {
    await asleep(environment, tenant);
    one.push(await waited(url, ca));
    bench.say(`woken by a visit ${round} of ${wakes}: ${one.at(-1)!.toFixed(1)} s`);
  }
  await asleep(environment, tenant);
  bench.say(`woken by ${crowd} visits at once`);
  const all = await Promise.all(Array.from({ length: crowd }, () => waited(url, ca)));
  return { "wake.seconds": median(one), "wake.100.seconds": Math.max(...all) };
}

/** Seconds until a visitor has the page. */
async function waited(url: string, ca: string): Promise<number> {
  const started = performance.now();
  const agent = connections(ca, 1);
  for (;;) {
    const { status, body } = await get(url, browser, ca, agent);
    if (status === 200) {
      agent.destroy();
      return (performance.now() - started) / 1000;
    }
    const [, milliseconds] = /setTimeout\(.*,(\d+)\)<\/script>/.exec(body) ?? [];
    if (status !== 503 || milliseconds === undefined || performance.now() - started > 120_000) {
      throw new Error(`${url} answered ${status} to a visitor whom it let wait`);
    }
    await setTimeout(Number(milliseconds));
  }
}

/** Waits until a tenant sleeps; where it is awake, as half an hour after its last visitor. */
async function asleep(environment: string, tenant: string): Promise<void> {
  const folder = "/tmp/waker";
  const script = `[ ! -e ${folder}/active/${tenant} ] || touch -d '-31 minutes' ${folder}/active/${tenant}
    [ ! -e ${folder}/active/${tenant} ] && [ ! -e ${folder}/busy/${tenant} ] && echo asleep || true`;
  for (const deadline = Date.now() + 180_000; ; await setTimeout(500)) {
    // While it is being started its last visit is still to be noted.
    if ((await run("docker", ["exec", `${environment}-edge`, "sh", "-c", script])).includes("asleep")) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`${tenant} doesn't sleep after 180 s: see the log of ${environment}-edge`);
    }
  }
}
