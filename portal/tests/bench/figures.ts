/**
 * Measures the portal's web process on a real PostgreSQL and in Chromium, and prints the figures as one line of JSON: `tools/bench.sh portal`
 * runs it on the portal's Node.js.
 */
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { createToken } from "../../src/api/tokens.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import { startChromium } from "../support/chromium.ts";
import { RealWorkers } from "../support/realWorkers.ts";
import { ownMiB, RunningPortal } from "../support/runningPortal.ts";
import { manyPlans, manySets } from "../support/sets.ts";
import { at } from "./stats.ts";

/** Times each is taken. */
const [asked, opened] = [200, 9];
/** Seconds without a visitor before memory is read. */
const quiet = 30;

/** Seconds of what operators ask of a thousand tenants: a page of the list, the next one, a search and a filter, in turns. */
async function lists({ database, origin }: RunningPortal): Promise<number[]> {
  const owner = await ownerOf(database, "operator@example.com");
  const { secret } = await createToken(database, owner, "bench", ["operator:tenants"]);
  await sql`
    with made as (
      insert into tenant (id, customer_id, address, company, plan, odoo_version, made_state)
      select 't' || lpad(number::text, 11, '0'), ${owner.customer}, 'bulk' || number, 'Bulk Ltd', 'basic', '19.0',
        case when number % 10 = 0 then 'suspended' else 'running' end
      from generate_series(1, 1000) number returning id, customer_id)
    insert into "order" (id, customer_id, tenant_id, plan, price, currency, is_trial, state, confirm_by)
    select 'o' || substr(id, 2), customer_id, id, 'basic', 2900, 'EUR', false, 'cancelled', now() from made`.execute(
    database,
  );
  let next = "";
  const list = async (query: Record<string, string>): Promise<number> => {
    const began = performance.now();
    const answer = await fetch(
      `${origin}/api/v1/operator/tenants?${new URLSearchParams({ limit: "50", ...query }).toString()}`,
      {
        headers: { Authorization: `Bearer ${secret}` },
      },
    );
    const found = (await answer.json()) as { tenants?: object[]; next: string };
    if (!found.tenants?.length) {
      throw new Error(`the list answered ${answer.status}: ${JSON.stringify(found)}`);
    }
    next = found.next ?? next;
    return (performance.now() - began) / 1000;
  };
  const taken: number[] = [];
  for (let round = 0; round < asked / 4; round++) {
    taken.push(
      await list({}),
      await list({ cursor: next }),
      await list({ search: "bulk77" }),
      await list({ made: "suspended" }),
    );
  }
  return taken;
}

/** The order page, with five plans and six sets of modules with their pictures, in a browser that has nothing of it: kB that come, compressed, and seconds until a plan can be chosen. */
async function page({ origin }: RunningPortal): Promise<{ bytes: number; seconds: number[] }> {
  const browser = await startChromium();
  const seconds: number[] = [];
  let bytes = 0;
  try {
    for (let round = 0; round < opened; round++) {
      const context = await browser.newContext({ locale: "en", viewport: { width: 390, height: 844 } });
      const visited = await context.newPage();
      const began = performance.now();
      await visited.goto(origin, { waitUntil: "commit" });
      await visited.getByRole("textbox").first().waitFor();
      seconds.push((performance.now() - began) / 1000);
      // What a real fleet offers was there by then, with its pictures.
      const [choices, pictures] = await Promise.all(
        [".choice input", ".choice svg[data-picture]"].map((what) => visited.locator(what).count()),
      );
      if (choices !== Object.keys({ ...manyPlans, ...manySets }).length || pictures !== Object.keys(manySets).length) {
        throw new Error(`the order page offered ${choices} plans and sets, with ${pictures} pictures`);
      }
      await visited.waitForLoadState("networkidle");
      // A string: the pages' own types are another project's.
      bytes = await visited.evaluate<number>(
        "performance.getEntries().reduce((sum, { encodedBodySize }) => sum + (encodedBodySize ?? 0), 0)",
      );
      await context.close();
    }
  } finally {
    await browser.close();
  }
  return { bytes, seconds };
}

const offer = { plans: manyPlans, sets: manySets };
// As Node.js takes it from the memory of the container that the web process has elsewhere.
const asInContainer = { NODE_OPTIONS: "--max-old-space-size=256 --max-semi-space-size=1" };
const portal = await RunningPortal.start("127.0.0.1", offer, undefined, asInContainer);
// Nothing is ordered of it.
const workers = new RealWorkers("test-bench-portal", "10.243.0.0/16", portal.databaseUrl, {});
try {
  const list = await lists(portal);
  const { bytes, seconds } = await page(portal);
  const worker = await workers.start();
  await delay(quiet * 1000);
  const [web, idle] = [portal.webMiB(), ownMiB(worker.pid!)];
  const figures = {
    "portal.list1000.p95.seconds": at(list, 0.95),
    "portal.page.kB": bytes / 1000,
    "portal.page.interactive.seconds": at(seconds, 0.5),
    "portal.web.idle.MiB": web,
    "portal.worker.idle.MiB": idle,
    "portal.idle.MiB": web + idle,
  };
  console.log(JSON.stringify(figures));
} finally {
  await workers.end();
  await portal.stop();
}
