/** Operators' list of tenants over hundreds of them, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { noteAlerts } from "../../src/alerts/alerts.ts";
import { notePlanNeeds } from "../../src/plans/planNeeds.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { proveOperator } from "../support/operators.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () =>
  Promise.resolve({ slots: { local: { from: 500, to: 549 }, far: { from: 0, to: 299 } } }),
);

/** What no tenant of `insert` is, unless it is said. */
interface Inserted {
  readonly plan?: string;
  readonly host?: string;
  readonly made?: "running" | "suspended" | null;
  readonly job?: "done" | "failed";
  readonly isToBeDeleted?: boolean;
  /** When a worker saw its last backup, in days before now; undefined: it is seen as it should be. */
  readonly backupDays?: number;
}

/** Has tenants there: `prefix1` and so on, as many as it is said. */
async function insert(prefix: string, count: number, what: Inserted = {}): Promise<void> {
  const {
    plan = "basic",
    host = "local",
    made = "running",
    job = "done",
    isToBeDeleted = false,
    backupDays = 0,
  } = what;
  const { database } = site.portal;
  const { rows } = await sql<{ number: number }>`select count(*)::integer as number from tenant`.execute(database);
  const first = rows[0]!.number;
  await sql`
    with owner as (
      insert into customer (id, email, founded_by) values ('c' || lpad(${first}::text, 11, '0'), ${`${prefix}@example.org`}, ${`${prefix}@example.org`})
      returning id
    ), made as (
      insert into tenant (id, customer_id, address, company, plan, odoo_version, host, slot, made_state, ready_at, delete_at)
      select 't' || lpad((${first} + number)::text, 11, '0'), owner.id, ${prefix} || number, 'Company ' || ${prefix} || number, ${plan}, '19.0',
        ${host}, ${first} + number, ${made}, case when ${made}::text is null then null else now() - interval '9 days' end,
        case when ${isToBeDeleted} then now() + interval '9 days' end
      from owner, generate_series(1, ${count}::integer) number returning id, customer_id
    ), placed as (
      insert into "order" (id, customer_id, tenant_id, plan, price, currency, is_trial, state, confirm_by)
      select 'o' || substr(id, 2), customer_id, id, ${plan}, 2900, 'EUR', false, 'confirmed', now() from made
    ), seen as (
      insert into backup_fact (tenant_id, from_at, database_at, files_at, proven_at, is_unproven, read_at)
      select id, now() - interval '9 days', now() - make_interval(days => ${backupDays}), now() - make_interval(days => ${backupDays}), now(), false, now()
      from made
    )
    insert into job (id, tenant_id, kind, delivery_id, state)
    select 'j' || substr(id, 2), id, 'create', gen_random_uuid(), ${job} from made`.execute(database);
}

/** What containers follow from, which nothing here looks at. */
const sameParts = { postgres: "", odoo: "", nginx: "", backup: "", files: "" };

/** Has hundreds of all kinds there. */
async function insertAll(): Promise<void> {
  await insert("many", 260);
  await insert("stopped", 3, { made: "suspended" });
  await insert("broken", 2, { made: null, job: "failed" });
  await insert("stuck", 1, { job: "failed" });
  await insert("leaving", 2, { isToBeDeleted: true });
  await insert("large", 4, { plan: "pro" });
  await insert("remote", 5, { host: "far" });
  await insert("late", 2, { backupDays: 4 });
}

test("search and each filter find the right ones of hundreds, the overview counts what needs a look, and the list renews itself", async () => {
  await insertAll();
  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "operator@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  const tenants = page.getByRole("region", { name: "Tenants" });
  const items = tenants.getByRole("listitem");
  /** Waits until the list has these tenants and no others. */
  const shows = async (...addresses: string[]): Promise<void> => {
    const links = tenants.locator('a[href^="/operator/tenants/"]');
    for (const deadline = Date.now() + 30_000; ; await delay(100)) {
      const there = (await links.allTextContents()).sort();
      if (there.join() === addresses.sort().join()) {
        return;
      }
      assert.ok(Date.now() < deadline, `the list has ${there.join()}; expected ${addresses.join()}`);
    }
  };
  await tenants.getByRole("link", { name: "late2", exact: true }).waitFor();
  assert.equal(await items.count(), 20);
  await tenants.getByRole("button", { name: "Show more" }).click();
  await tenants.getByRole("link", { name: "many250", exact: true }).waitFor();

  const choose = async (label: string, option: string): Promise<void> => {
    await tenants.getByLabel(label, { exact: true }).selectOption(option);
  };
  await tenants.getByLabel("Search").fill("MANY25");
  await shows("many25", ...Array.from({ length: 10 }, (_, index) => `many25${index}`));
  await tenants.getByLabel("Search").fill("Company many260");
  await shows("many260");
  await tenants.getByLabel("Search").fill("");
  await choose("Which", "Stopped");
  await shows("stopped1", "stopped2", "stopped3");
  await choose("Which", "Never ready");
  await shows("broken1", "broken2");
  await choose("Which", "Last job failed");
  await shows("broken1", "broken2", "stuck1");
  await choose("Which", "To be deleted");
  await shows("leaving1", "leaving2");
  await choose("Which", "All");
  await choose("Host", "far");
  await shows("remote1", "remote2", "remote3", "remote4", "remote5");
  await choose("Plan", "pro");
  await tenants.getByText("None is like that.").waitFor();
  await choose("Host", "Any");
  await shows("large1", "large2", "large3", "large4");
  await assertAccessibleInAll(page, "tenants by plan");

  // It is kept while somebody looks at one of them.
  await tenants.getByRole("link", { name: "large3", exact: true }).click();
  await page.getByRole("heading", { name: "large3", level: 1 }).waitFor();
  await page.goBack();
  await shows("large1", "large2", "large3", "large4");
  await insert("newcomer", 1, { plan: "pro" });
  await shows("large1", "large2", "large3", "large4", "newcomer1");

  const capacity = page.getByRole("region", { name: "Places" });
  const far = capacity.getByRole("listitem").filter({ hasText: "far" });
  await far.getByText("5 of 300 taken").waitFor();
  await far.getByText("What is left of its memory and processors isn't known").waitFor();
  await notePlanNeeds(site.portal.database, {
    plans: {
      basic: { ...{ memoryMiB: 1536, cpus: 0.5 }, parts: sameParts },
      pro: { ...{ memoryMiB: 3072, cpus: 2 }, parts: sameParts },
    },
    hosts: { local: { memoryMiB: null, cpus: null }, far: { memoryMiB: 8192, cpus: 4 } },
  });
  await noteAlerts(site.portal.database, { host: "local", dashboards: "http://127.0.0.1:30002/" }, [], new Date());
  await far.getByText("Memory: 7.5 of 8 GiB").waitFor();
  await far.getByText("Processors: 2.5 of 4").waitFor();
  await capacity.getByText(/^Memory: [\d.]+\sGiB, .* no limit$/).waitFor();
  const dashboard = far.getByRole("link", { name: "Dashboard of far" });
  assert.equal(await dashboard.getAttribute("href"), "http://127.0.0.1:30002/d/odoo-fleet-host?var-host=far");
  await assertAccessibleInAll(page, "hosts");
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  await far.getByRole("button", { name: "Tenants on far" }).click();
  await shows("remote1", "remote2", "remote3", "remote4", "remote5");

  const attention = page.getByRole("region", { name: "To look at" });
  await tenants.getByLabel("Search").fill("newcomer");
  await attention.getByRole("button", { name: "3 tenants whose last job failed" }).click();
  await shows("broken1", "broken2", "stuck1");
  await attention.getByRole("button", { name: "2 tenants whose backup is overdue" }).click();
  await shows("late1", "late2");
  await sql`update backup_fact set database_at = now(), files_at = now()`.execute(site.portal.database);
  await sql`update job set state = 'done'`.execute(site.portal.database);
  await attention.getByText("No tenant's last job failed").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
