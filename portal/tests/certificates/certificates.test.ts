/** What operators see of the certificates that the fleet's edges serve with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { ServedCertificate } from "odoo-fleet";
import { lookAtCertificates } from "../../src/worker/certificateWork.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

const [first, later] = [new Date("2026-11-30T10:00:00Z"), new Date("2026-11-30T10:06:00Z")];
const soon = new Date("2026-12-02T10:00:00Z");

test("names without a certificate come first, then the first to end; what a silent Prometheus told stays, with its time", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", ["operator:tenants"]);
  const { tenant } = await ordered(api, await api.token("owner@example.com"), "served");
  const acme = { host: "a", tenant: "acme", authority: "acme" } as const;
  let told: ServedCertificate[] = [
    { ...acme, name: "down.example.com" },
    { ...acme, name: "acme.example.com", endsAt: soon },
    { ...acme, tenant, name: "served.example.com", endsAt: new Date("2027-02-01T00:00:00Z") },
  ];
  let fault: Error | undefined;
  let now = first;
  const monitors = [
    { host: "a", alertmanager: "prod-alertmanager", prometheus: "prod-prometheus" },
    // As a worker's settings were before it was told of them.
    { host: "b", alertmanager: "prod-alertmanager" },
  ];
  const look = (asked: typeof monitors) =>
    lookAtCertificates(
      database(),
      asked,
      (host, prometheus) => {
        assert.deepEqual([host, prometheus], ["a", "prod-prometheus"]);
        return fault ? Promise.reject(fault) : Promise.resolve(told);
      },
      () => now,
    );
  const read = async (query = "") => {
    const answer = await api.send("GET", `/operator/certificates${query}`, { token });
    assert.equal(answer.status, 200);
    return (await answer.json()) as { certificates: { name: string }[]; next: string | null };
  };
  const names = async (query: string) => (await read(query)).certificates.map(({ name }) => name);
  assert.deepEqual(await read(), { certificates: [], next: null });

  await look(monitors);
  const viewed = told.map(({ endsAt, ...rest }) => ({
    ...rest,
    isOrdered: rest.tenant === tenant,
    endsAt: endsAt?.toISOString() ?? null,
    seenAt: first.toISOString(),
  }));
  assert.deepEqual(await read(), { certificates: viewed, next: null });
  const page = await read("?limit=2");
  assert.deepEqual(page, { certificates: viewed.slice(0, 2), next: "2" });
  assert.deepEqual(await read(`?limit=2&cursor=${page.next}`), { certificates: viewed.slice(2), next: null });
  assert.deepEqual(await names(`?tenant=${tenant}`), ["served.example.com"]);
  assert.deepEqual(await names("?search=ACME"), ["acme.example.com"]);

  now = later;
  fault = new Error("no answer");
  await look(monitors);
  assert.deepEqual(await read(), { certificates: viewed, next: null });

  // One was renewed, one is served again, one has gone; what is as it was isn't written anew.
  fault = undefined;
  const written = async () =>
    (await sql<{ name: string; xmin: string }>`select name, xmin::text from certificate`.execute(database())).rows;
  const before = await written();
  told = [
    { ...acme, name: "down.example.com", endsAt: soon },
    { ...acme, tenant, name: "served.example.com", endsAt: new Date("2027-02-01T00:00:00Z") },
  ];
  await look(monitors);
  assert.deepEqual(
    (await read()).certificates.map(({ name, ...rest }) => [name, "endsAt" in rest && rest.endsAt]),
    [
      ["down.example.com", soon.toISOString()],
      ["served.example.com", "2027-02-01T00:00:00.000Z"],
    ],
  );
  const kept = (await written()).filter((row) => before.some((was) => was.name === row.name && was.xmin === row.xmin));
  assert.deepEqual(
    kept.map(({ name }) => name),
    ["served.example.com"],
  );
  await look([]);
  assert.deepEqual(await read(), { certificates: [], next: null });
});

test("more names than one statement takes are noted, and read page by page", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator2@example.com", ["operator:tenants"]);
  const told = Array.from({ length: 1200 }, (_, index): ServedCertificate => ({
    ...{ host: "a", tenant: "acme", authority: "internal", name: `n${String(index).padStart(4, "0")}.example.com` },
    endsAt: soon,
  }));
  const monitors = [{ host: "a", alertmanager: "prod-alertmanager", prometheus: "prod-prometheus" }];
  await lookAtCertificates(database(), monitors, () => Promise.resolve(told));
  const read: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const answer = await api.send("GET", `/operator/certificates?limit=100${cursor && `&cursor=${cursor}`}`, { token });
    const page = (await answer.json()) as { certificates: { name: string }[]; next: string | null };
    read.push(...page.certificates.map(({ name }) => name));
    cursor = page.next;
  }
  assert.deepEqual(
    read,
    told.map(({ name }) => name),
  );
});
