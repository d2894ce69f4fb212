/** Domains of customers' own, by the API, a worker on a real queue, and a real DNS server; with a clock of the tests' own. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { AuditView } from "../../src/audit/audit.ts";
import type { DomainView } from "../../src/domains/domains.ts";
import { lostDomainMail, sendLostDomains, type SendableLostDomain } from "../../src/domains/lostMails.ts";
import { recheckDomains } from "../../src/domains/recheck.ts";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import type { WorkerParts } from "../../src/worker/runJob.ts";
import { refusal, type TestApi } from "../support/api.ts";
import { DnsServer } from "../support/dnsServer.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({
  begin,
  end: async () => {
    await queue?.close();
    dns?.stop();
  },
});
const settings = {
  trustedProxies: ["192.0.2.0/24"],
  plans: { basic: { price: 2900, currency: "EUR", keepDays: 0 } },
};
const begun = new Date();
const later = (minutes: number): Date => new Date(begun.getTime() + minutes * 60_000);
let now = begun;
let queue: TenantQueue | undefined;
let dns: DnsServer | undefined;
let api: TestApi;
let token: string;
let other: string;
let parts: WorkerParts;
let tenant: string;
let rival: string;
const provisioner = new FakeProvisioner();
const [name, second] = ["erp.xn--mller-kva.test", "shop.muller.test"] as const;

async function begin(): Promise<void> {
  dns = await DnsServer.start();
  ({ queue, api, parts } = await begunWork({
    database,
    provisioner,
    settings,
    now: () => now,
    resolver: dns.resolver,
  }));
  token = await api.token("domains@example.com");
  other = await api.token("rival@example.com");
  ({ tenant } = await ordered(api, token, "acme"));
  ({ tenant: rival } = await ordered(api, other, "rival"));
  await api.settled(token, tenant, "running");
  await api.settled(other, rival, "running");
  await dns.leads("acme.example.com", "198.51.100.1");
  await dns.leads("rival.example.com", "198.51.100.1");
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const add = (domain: string, whose = token, of = tenant): Promise<Response> =>
  api.send("POST", `/tenants/${of}/domains`, { token: whose, body: { domain } });
const check = (domain: string, whose = token, of = tenant): Promise<Response> =>
  api.send("POST", `/tenants/${of}/domains/${domain}/checks`, { token: whose });
const listed = async (): Promise<DomainView[]> =>
  (await json<{ domains: DomainView[] }>(api.send("GET", `/tenants/${tenant}/domains`, { token }))).domains;
const view = (): Promise<TenantView> => json(api.send("GET", `/tenants/${tenant}`, { token }));
const publish = async (domain: DomainView): Promise<void> => {
  const [{ name: record, value }] = domain.records as [DomainView["records"][number]];
  await dns!.publishes(record, value);
};
const actions = async (): Promise<string[]> =>
  (await json<{ entries: AuditView[] }>(api.send("GET", `/audit?tenant=${tenant}`, { token }))).entries.map(
    ({ action }) => action,
  );

/** Waits until the tenant has no job, and is served at what it should be. */
async function served(...domains: string[]): Promise<TenantView> {
  for (const deadline = Date.now() + 30_000; ; await delay(50)) {
    const is = await view();
    const found = (await listed()).flatMap(({ domain, isServed }) => (isServed ? [domain] : []));
    if (!is.job && JSON.stringify(found) === JSON.stringify(domains)) {
      return is;
    }
    assert.ok(Date.now() < deadline, `it is served at ${JSON.stringify(found)}, its job is ${is.job}`);
  }
}

test("a domain is asked for as people write it, and is told with the records to publish", async () => {
  assert.deepEqual(await listed(), []);
  const answer = await add(" ERP.Müller.test. ");
  assert.equal(answer.status, 201);
  const domain = (await answer.json()) as DomainView;
  assert.deepEqual([domain.domain, domain.state, domain.isServed, domain.provenAt], [name, "unchecked", false, null]);
  assert.match(domain.records[0]!.value, /^odoo-fleet=[0-9a-f]{32}$/);
  assert.deepEqual(domain.records, [
    { type: "TXT", name: `_odoo-fleet.${name}`, value: domain.records[0]!.value },
    { type: "CNAME", name, value: "acme.example.com" },
  ]);
  assert.match(await refusal(add(name)), /^409 .*has erp\.xn--mller-kva\.test already/);
  for (const wrong of ["erp", "https://erp.muller.test/", "a b.test", "1.2.3.4", "-a.test", ""]) {
    assert.match(await refusal(add(wrong)), /^422 .*domain/, wrong);
  }
  for (const ours of ["example.com", "globex.example.com", "portal.example.com"]) {
    assert.match(await refusal(add(ours)), /^422 .*"reserved"|^422 .*provider's/, ours);
  }
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  process.env["PORTAL_TAKEN_ADDRESSES"] = join(folder, "taken.json");
  try {
    await writeFile(join(folder, "taken.json"), '["declared","erp.declared.test"]');
    assert.match(await refusal(add("erp.declared.test")), /^422 .*for somebody already/);
  } finally {
    delete process.env["PORTAL_TAKEN_ADDRESSES"];
    await rm(folder, { recursive: true });
  }
});

test("it isn't served before DNS shows that it is this tenant's and leads here", async () => {
  const [domain] = (await listed()) as [DomainView];
  assert.equal((await json<DomainView>(check(name))).state, "unproven");
  // Another tenant's record proves nothing for this one.
  await add(name, other, rival);
  const [theirs] = (
    await json<{ domains: DomainView[] }>(api.send("GET", `/tenants/${rival}/domains`, { token: other }))
  ).domains as [DomainView];
  assert.notEqual(theirs.records[0]!.value, domain.records[0]!.value);
  await publish(theirs);
  await dns!.leads(name, "198.51.100.1");
  assert.equal((await json<DomainView>(check(name))).state, "unproven");
  await publish(domain);
  await dns!.leads(name, "203.0.113.7");
  const elsewhere = await json<DomainView>(check(name));
  assert.deepEqual([elsewhere.state, elsewhere.addresses], ["elsewhere", ["203.0.113.7"]]);
  assert.equal(await tick(database(), queue!, later(60)), 0);
  assert.deepEqual(provisioner.brought, []);
});

test("once it is proven the tenant is brought up with it, and it is its public address", async () => {
  // A proxy of the provider's is as good as the host.
  await dns!.leads(name, "192.0.2.80");
  const proven = await json<DomainView>(check(name));
  assert.deepEqual([proven.state, proven.addresses, proven.provenAt], ["proven", [], now.toISOString()]);
  assert.equal((await served(name)).url, `https://${name}`);
  const { jobs } = await json<{ jobs: JobView[] }>(api.send("GET", `/jobs?limit=1&tenant=${tenant}`, { token }));
  assert.deepEqual([jobs[0]!.kind, jobs[0]!.state], ["domains", "done"]);
  assert.deepEqual((await actions()).slice(0, 5), [
    ...["job.done", "job.started", "checkDomain", "job.queued", "domain.proven"],
  ]);
  assert.equal(await tick(database(), queue!, now), 0);
});

test("nobody else sees it, changes it, or is served at it", async () => {
  for (const method of ["DELETE", "POST"] as const) {
    const path = method === "POST" ? "/checks" : "";
    const answer = await api.send(method, `/tenants/${tenant}/domains/${name}${path}`, { token: other });
    assert.equal(answer.status, 404);
  }
  assert.equal((await api.send("GET", `/tenants/${tenant}/domains`, { token: other })).status, 404);
  const [theirs] = (
    await json<{ domains: DomainView[] }>(api.send("GET", `/tenants/${rival}/domains`, { token: other }))
  ).domains as [DomainView];
  await publish(theirs);
  const taken = await json<DomainView>(check(name, other, rival));
  assert.deepEqual([taken.state, taken.provenAt], ["taken", null]);
  assert.ok(!provisioner.brought.some(([id]) => id === rival));
});

test("DNS is asked anew by itself: what has come is served, and what is gone is told and stays", async () => {
  const answer = (await (await add(second)).json()) as DomainView;
  const look = (): Promise<number> =>
    recheckDomains({ ...parts, settings: testSettings(settings), queue: queue!, resolver: dns!.resolver }, now);
  assert.equal(await look(), 1);
  await publish(answer);
  await dns!.leads(second, "198.51.100.1");
  now = later(9);
  assert.equal(await look(), 0);
  now = later(11);
  assert.ok((await look()) >= 1);
  const { url } = await served(name, second);
  assert.equal(url, `https://${name}`);
  now = later(24 * 60 + 20);
  assert.ok((await look()) >= 2);
  const [first] = (await listed()) as [DomainView];
  assert.deepEqual([first.state, first.isServed], ["unproven", true]);
  assert.ok((await actions()).includes("domain.lost"));
  const told: SendableLostDomain[] = [];
  const tell = (): Promise<number> =>
    sendLostDomains(database(), now, (lost) => {
      told.push(lost);
      return Promise.resolve();
    });
  assert.deepEqual([await tell(), await tell()], [1, 0]);
  const lost = { email: "domains@example.com", language: null, tenant, domain: name, addresses: [] };
  assert.deepEqual(told, [lost]);
  assert.match(lostDomainMail(lost, "https://portal.example.com").text, /proves that erp.* is yours is there no more/);
  // One that leads elsewhere is told each time it comes to that, once.
  const checkedAt = async (address: string, state: DomainView["state"]): Promise<void> => {
    await dns!.leads(second, address);
    assert.equal((await json<DomainView>(check(second))).state, state);
  };
  for (const round of [1, 2]) {
    await checkedAt("203.0.113.7", "elsewhere");
    await checkedAt("203.0.113.7", "elsewhere");
    assert.deepEqual([round, await tell(), told.at(-1)!.addresses], [round, 1, ["203.0.113.7"]]);
    await checkedAt("198.51.100.1", "proven");
    assert.equal(await tell(), 0);
  }
  const french = lostDomainMail({ ...told.at(-1)!, language: "fr" }, "https://portal.example.com");
  assert.match(french.text, /mène maintenant à 203\.0\.113\.7[^]*portal\.example\.com\/instances\//);
  const before = provisioner.brought.length;
  assert.equal(await tick(database(), queue!, now), 0);
  assert.equal(provisioner.brought.length, before);
});

test("one that is removed is free for another tenant at once", async () => {
  const answer = await api.send("DELETE", `/tenants/${tenant}/domains/${name}`, { token });
  assert.deepEqual(
    ((await answer.json()) as { domains: DomainView[] }).domains.map(({ domain }) => domain),
    [second],
  );
  assert.equal((await served(second)).url, `https://${second}`);
  await dns!.leads(name, "198.51.100.1");
  assert.equal((await json<DomainView>(check(name, other, rival))).state, "proven");
});

test("a tenant that is suspended stays so, one that is resized keeps its domains, and one that is deleted lets them go", async () => {
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  await api.settled(token, tenant, "suspended");
  await api.send("DELETE", `/tenants/${tenant}/domains/${second}`, { token });
  assert.match((await served()).url!, /^http:\/\/127\.0\.0\.1\//);
  assert.deepEqual(provisioner.brought.at(-1), [tenant, "suspended"]);
  await add(second);
  assert.equal((await json<DomainView>(check(second))).state, "proven");
  await served(second);
  await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "acme" } });
  now = later(60 * 24 * 60);
  await tick(database(), queue!, now);
  for (const deadline = Date.now() + 30_000; ; await delay(50)) {
    const left = await database()
      .selectFrom("tenant_domain")
      .select("domain")
      .where("tenant_id", "=", tenant)
      .execute();
    if (left.length === 0) {
      break;
    }
    assert.ok(Date.now() < deadline);
  }
});

test("a tenant has ten at most", async () => {
  for (let number = 1; number < 10; number++) {
    assert.equal((await add(`d${number}.rival.test`, other, rival)).status, 201);
  }
  assert.match(await refusal(add("d10.rival.test", other, rival)), /^409 .*has 10 domains already/);
});
