/** Invoices by a real database, the API and what the worker calls, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { credit, type Draft, issue, issueDue } from "../../src/invoices/issue.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import { testSettings } from "../support/settings.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase({ begin });
const seller = {
  ...{ name: "Example Hosting SARL", address: ["1 rue de la Paix", "75002 Paris"], country: "FR" },
  ...{ vatId: "FR40303265045", note: "RCS Paris 303 265 045" },
};
const invoices = { since: "2026-11", seller, vatPercent: 20, dueDays: 14, suspendDays: 14 };
const settings = testSettings({ invoices });
const december = new Date("2026-12-01T02:00:00Z");
const now = december;
let api: TestApi;
let token: string;
let customer: string;
let operator: string;

async function begin(): Promise<void> {
  api = new TestApi(database(), { invoices });
  api.now = () => now;
  token = await api.token("billed@example.com");
  customer = await customerOf("billed@example.com");
  operator = await api.token("operator@example.com", ["operator:invoices"]);
}

const customerOf = async (email: string): Promise<string> =>
  (await database().selectFrom("customer").select("id").where("email", "=", email).executeTakeFirstOrThrow()).id;
const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const list = async (query = "", as = token): Promise<InvoiceView[]> =>
  (await json<{ invoices: InvoiceView[] }>(api.send("GET", `/invoices?limit=100${query}`, { token: as }))).invoices;
const due = (at = now): Promise<number> => issueDue(database(), settings, at);

/** An ordered tenant that had a plan from one moment to another. */
async function used(
  address: string,
  spans: readonly {
    readonly from: string;
    readonly to?: string;
    readonly plan?: string;
    /** Why it didn't run. Default: it did. */
    readonly reason?: string;
    readonly is_trial?: boolean;
  }[],
  as = token,
): Promise<string> {
  const { tenant } = await ordered(api, as, address);
  await database()
    .insertInto("usage_span")
    .values(
      spans.map(({ from, to, plan = "basic", reason, is_trial = false }) => ({
        ...{ tenant_id: tenant, plan, is_trial, reason: reason ?? null },
        state: reason === undefined ? ("running" as const) : ("suspended" as const),
        ...{ from_at: new Date(from), to_at: to === undefined ? null : new Date(to) },
      })),
    )
    .execute();
  return tenant;
}

/** Text of a PDF's pages. */
async function textOf(pdf: Uint8Array): Promise<string> {
  const document = await getDocument({ data: pdf.slice(), verbosity: 0 }).promise;
  const pages = await Promise.all(
    Array.from({ length: document.numPages }, async (_, index) => {
      const { items } = await (await document.getPage(index + 1)).getTextContent();
      return items.map((item) => ("str" in item ? item.str : "")).join(" ");
    }),
  );
  await document.loadingTask.destroy();
  return pages.join("\n").replaceAll(/[\s\u00a0\u202f]+/g, " ");
}

async function printed(id: string, language: string, as = token): Promise<{ text: string; bytes: Uint8Array }> {
  const path = as === operator ? "/operator/invoices" : "/invoices";
  const answer = await api.send("GET", `${path}/${id}/pdf?language=${language}`, { token: as });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("Content-Type"), "application/pdf");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { text: await textOf(bytes), bytes };
}

const draftOf = (of: string, month: string): Draft => ({
  ...{ customer: of, month, currency: "EUR", attempt: 0, vatRate: 2000, dueDays: 14 },
  seller: { ...seller },
  buyer: { name: "B", address: [], country: null, vatId: null, note: null },
  lines: [{ tenant: "t", address: "a", plan: "basic", price: 100, seconds: 1, monthSeconds: 1, amount: 100 }],
});

test("200 invoices at once, a third of which is rolled back, have numbers without a gap and without a second one", async () => {
  await api.token("counted@example.com");
  const counted = await customerOf("counted@example.com");
  const year = new Date("2030-06-01T00:00:00Z");
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, index) =>
      database()
        .transaction()
        .execute(async (transaction) => {
          const month = `20${30 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
          const { number } = await issue(transaction, draftOf(counted, month), year);
          if (index % 3 === 0) {
            throw new Error("rolled back");
          }
          return number;
        }),
    ),
  );
  const given = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.equal(given.length, 200);
  const expected = Array.from({ length: 200 }, (_, index) => `2030-${String(index + 1).padStart(6, "0")}`);
  assert.deepEqual([...given].sort(), expected);
  const rows = await database()
    .selectFrom("invoice")
    .select("sequence")
    .where("year", "=", 2030)
    .orderBy("sequence")
    .execute();
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    expected.map((_, index) => index + 1),
  );
  // Each year begins at 1.
  const next = await database()
    .transaction()
    .execute((transaction) => issue(transaction, draftOf(counted, "2060-01"), new Date("2031-01-01T00:00:00Z")));
  assert.equal(next.number, "2031-000001");
});

test("the database itself refuses to change or remove an invoice, to empty the table, and a second one of a number or a month", async () => {
  for (const query of [
    sql`update invoice set gross = gross + 1, net = net + 1`,
    sql`delete from invoice`,
    sql`truncate invoice cascade`,
  ]) {
    await assert.rejects(query.execute(database()), /an invoice is immutable/);
  }
  const counted = await customerOf("counted@example.com");
  const year = new Date("2030-06-01T00:00:00Z");
  await assert.rejects(
    database()
      .transaction()
      .execute((transaction) => issue(transaction, draftOf(counted, "2060-01"), year)),
    /invoice_month_once/,
  );
  await database().updateTable("invoice_counter").set({ last: 5 }).where("year", "=", 2030).execute();
  await assert.rejects(
    database()
      .transaction()
      .execute((transaction) => issue(transaction, draftOf(counted, "2061-01"), year)),
    /invoice_number_once/,
  );
});

test("without `invoices` in the settings, before a month is over, and before `since`, nobody is invoiced", async () => {
  await used("acme", [
    { from: "2026-10-05T00:00:00Z", to: "2026-11-11T00:00:00Z" },
    { from: "2026-11-11T00:00:00Z", to: "2026-11-21T00:00:00Z", is_trial: true },
    { from: "2026-11-21T00:00:00Z" },
  ]);
  assert.equal(await issueDue(database(), testSettings(), now), 0);
  assert.equal(await due(new Date("2026-12-01T00:59:59Z")), 0);
  assert.deepEqual(await list(), []);
});

test("a month is invoiced once an hour after its end, by several workers at once, to the company or to who is billed", async () => {
  const issued = await Promise.all([due(), due(), due()]);
  assert.equal(
    issued.reduce((sum, one) => sum + one, 0),
    1,
  );
  assert.equal(await due(), 0);
  const [invoice, ...rest] = await list();
  assert.deepEqual(rest, []);
  const { id, lines, seller: from, buyer, ...facts } = invoice!;
  assert.match(id, /^[a-z]/);
  assert.deepEqual(facts, {
    ...{ number: "2026-000001", kind: "invoice", customer, month: "2026-11", currency: "EUR" },
    ...{ issuedAt: december.toISOString(), dueAt: "2026-12-15T02:00:00.000Z" },
    // 20 of 30 days at 29.00
    ...{
      net: 1933,
      vatPercent: 20,
      isReverseCharged: false,
      vat: 387,
      gross: 2320,
      credits: null,
      creditedBy: null,
      reason: null,
    },
    ...{ payment: "open", paidAt: null, suspendsAt: "2026-12-29T02:00:00.000Z", deferredUntil: null },
  });
  assert.deepEqual(from, seller);
  assert.deepEqual(buyer, {
    ...{ name: "Company of acme", address: [], country: null, vatId: null, note: "billed@example.com" },
  });
  assert.deepEqual(
    lines.map(({ address, plan, price, seconds, amount }) => [address, plan, price, seconds / 86_400, amount]),
    [["acme", "basic", 2900, 20, 1933]],
  );
  // What was missed while the worker was away is made up for.
  assert.equal(await due(new Date("2027-03-01T02:00:00Z")), 3);
  assert.deepEqual(
    (await list()).map(({ number, month, net }) => [number, month, net]),
    [
      ["2027-000003", "2027-02", 2900],
      ["2027-000002", "2027-01", 2900],
      ["2027-000001", "2026-12", 2900],
      ["2026-000001", "2026-11", 1933],
    ],
  );
});

test("a plan that was changed is charged at the price that was noted, and one without any is issued to nobody", async () => {
  const other = await api.token("changer@example.com");
  const tenant = await used(
    "changer",
    [
      { from: "2026-11-01T00:00:00Z", to: "2026-11-16T00:00:00Z" },
      { from: "2026-11-16T00:00:00Z", to: "2026-11-22T00:00:00Z", plan: "pro" },
      { from: "2026-11-22T00:00:00Z", plan: "pro", reason: "inactiveHours" },
    ],
    other,
  );
  assert.equal(await due(), 0);
  assert.deepEqual(await list("", other), []);
  await database()
    .insertInto("plan_change")
    .values({
      ...{ tenant_id: tenant, from_plan: "basic", to_plan: "pro", price: 6000, asleep_price: 1000, currency: "EUR" },
      ...{ asked_at: new Date("2026-11-15T23:59:00Z"), done_at: new Date("2026-11-16T00:00:00Z") },
    })
    .execute();
  assert.equal(await due(), 1);
  const [invoice] = await list("", other);
  assert.deepEqual(
    invoice!.lines.map(({ plan, price, amount, isAsleep }) => [plan, price, amount, isAsleep]),
    [
      ["basic", 2900, 1450, undefined],
      ["pro", 6000, 1200, undefined],
      ["pro", 1000, 300, true],
    ],
  );
  assert.match(
    (await printed(invoice!.id, "en", other)).text,
    /changer, pro \(outside of its hours\) 30% €10\.00 €3\.00/,
  );
});

test("who is billed is judged, kept, and on the next invoice; a credit note cancels a whole invoice, which is issued anew or isn't", async () => {
  const send = (body: object): Promise<Response> => api.send("PUT", "/billing", { token, body });
  const billing = {
    name: "Łódź & Fils Κ.",
    address: ["5 avenue Foch", "69006 Lyon"],
    country: "FR",
    vatId: "fr40303265045",
  };
  assert.deepEqual(await json(api.send("GET", "/billing", { token })), { billing: null });
  const refused = await send({ ...billing, vatId: "FR40303265046" });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /"field":"vatId","reason":"invalid"/);
  for (const wrong of [
    { name: "a\nb" },
    { country: "France" },
    { country: "EL" },
    { address: [] },
    { address: ["a\u202e".repeat(60)] },
  ]) {
    assert.equal((await send({ ...billing, ...wrong })).status, 422, JSON.stringify(wrong));
  }
  assert.equal((await send(billing)).status, 200);
  assert.deepEqual(await json(api.send("GET", "/billing", { token })), {
    billing: { ...billing, vatId: "FR40303265045" },
  });

  const [invoice] = await list("&month=2026-11");
  const cancel = (id: string, body: object, as = operator): Promise<Response> =>
    api.send("POST", `/operator/invoices/${id}/credit-notes`, { token: as, body });
  const body = { number: "2026-000001", reason: "Le nom manquait", isIssuedAgain: true };
  assert.equal((await cancel(invoice!.id, body, token)).status, 403);
  assert.equal((await cancel(invoice!.id, { ...body, number: "2026-000002" })).status, 422);
  assert.equal((await list("&month=2026-11")).length, 1);
  const made = await cancel(invoice!.id, body);
  assert.equal(made.status, 201, await made.clone().text());
  const note = (await made.json()) as InvoiceView;
  assert.deepEqual(
    [note.number, note.kind, note.net, note.vat, note.gross, note.credits, note.dueAt, note.lines[0]!.amount],
    ["2026-000003", "creditNote", -1933, -387, -2320, "2026-000001", null, -1933],
  );
  assert.equal((await cancel(invoice!.id, body)).status, 409);
  assert.equal((await cancel(note.id, { ...body, number: note.number })).status, 409);
  assert.equal((await cancel("aaaaaaaaaaaa", body)).status, 404);

  assert.equal(await due(), 1);
  assert.equal(await due(), 0);
  const [again, credited, first] = await list("&month=2026-11");
  assert.deepEqual([again!.number, again!.buyer.name, again!.gross], ["2026-000004", billing.name, 2320]);
  assert.deepEqual([credited!.number, first!.creditedBy, first!.gross], [note.number, note.number, 2320]);
  // Cancelled for good.
  assert.equal((await cancel(again!.id, { number: again!.number, reason: "Geste", isIssuedAgain: false })).status, 201);
  assert.equal(await due(), 0);

  const entries = await database()
    .selectFrom("audit")
    .selectAll()
    .where("customer_id", "=", customer)
    .orderBy("id")
    .execute();
  const told = entries.map(({ actor, action }) => `${actor} ${action}`);
  assert.ok(told.includes("worker invoice.issued") && told.includes("operator creditInvoice"));
  assert.ok(told.includes("customer setBilling"));
  assert.ok(!JSON.stringify(entries.map(({ details }) => details)).includes("FR40303265045"));
});

test("it is printed in both languages from what was issued, with any letters, as the same bytes each time", async () => {
  const all = await list("&month=2026-11");
  const [again, note] = [
    all.find(({ number }) => number === "2026-000004")!,
    all.find(({ number }) => number === "2026-000003")!,
  ];
  const english = await printed(again.id, "en");
  for (const part of [
    "Invoice 2026-000004",
    "Example Hosting SARL",
    "VAT id: FR40303265045",
    "Łódź & Fils Κ.",
    "December 1, 2026",
    "Due: December 15, 2026",
    "acme, basic",
    "66.67%",
    "€29.00",
    "€19.33",
    "VAT 20%",
    "€3.87",
    "€23.20",
  ]) {
    assert.ok(english.text.includes(part), `${part} isn't in ${english.text}`);
  }
  const french = await printed(note.id, "fr");
  for (const part of [
    "Avoir 2026-000003",
    "Annule la facture: 2026-000001",
    "Le nom manquait",
    "-23,20 €",
    "Total TTC",
  ]) {
    assert.ok(french.text.includes(part), `${part} isn't in ${french.text}`);
  }
  assert.deepEqual((await printed(again.id, "en", operator)).bytes, english.bytes);
  await api.send("PUT", "/billing", {
    token,
    body: { name: "Somebody else", address: ["x"], country: "DE", vatId: null },
  });
  assert.deepEqual((await printed(again.id, "en")).bytes, english.bytes);
  assert.equal((await api.send("GET", `/invoices/${again.id}/pdf?language=de`, { token })).status, 400);
});

test("a month is exported; a customer gets his own, an operator all, and nobody another's", async () => {
  const csv = async (as: string, path = "/invoices.csv"): Promise<string[]> => {
    const answer = await api.send("GET", `${path}?month=2026-11`, { token: as });
    assert.equal(answer.headers.get("Content-Type"), "text/csv; charset=utf-8");
    return (await answer.text()).trim().split("\r\n");
  };
  assert.deepEqual(
    (await csv(token)).slice(1).map((line) => line.split(",")[0]),
    ["2026-000001", "2026-000003", "2026-000004", "2026-000005"],
  );
  const changer = await api.token("changer@example.com");
  assert.equal((await csv(changer)).length, 2);
  assert.equal((await csv(operator, "/operator/invoices.csv")).length, 6);
  const [mine] = await list();
  for (const path of [`/invoices/${mine!.id}`, `/invoices/${mine!.id}/pdf`]) {
    assert.equal((await api.send("GET", path, { token: changer })).status, 404);
    assert.equal((await api.send("GET", path, { token })).status, 200);
    assert.equal((await api.send("GET", `/operator${path}`, { token: operator })).status, 200);
  }
  // A note of nothing that is there leaves no number behind.
  const before = await database().selectFrom("invoice_counter").selectAll().orderBy("year").execute();
  await database()
    .transaction()
    .execute((transaction) => credit(transaction, "none", { reason: "x", isIssuedAgain: true }, now));
  assert.deepEqual(await database().selectFrom("invoice_counter").selectAll().orderBy("year").execute(), before);
});

test("of two currencies in a month the one that was cancelled to be issued again is, once", async () => {
  const both = await api.token("both@example.com");
  const whose = await customerOf("both@example.com");
  await used("euros", [{ from: "2026-11-05T00:00:00Z", to: "2026-11-10T00:00:00Z" }], both);
  assert.equal(await due(), 1);
  const inDollars = { ...draftOf(whose, "2026-11"), currency: "USD" };
  await database()
    .transaction()
    .execute((transaction) => issue(transaction, inDollars, now));
  const [, euros] = await list("", both);
  assert.equal(euros!.currency, "EUR");
  await database()
    .transaction()
    .execute((transaction) => credit(transaction, euros!.id, { reason: "x", isIssuedAgain: true }, now));
  assert.equal(await due(), 1);
  assert.equal(await due(), 0);
  assert.deepEqual(
    (await list("", both)).map(({ kind, currency }) => [kind, currency]),
    [
      ["invoice", "EUR"],
      ["creditNote", "EUR"],
      ["invoice", "USD"],
      ["invoice", "EUR"],
    ],
  );
});

test("who is billed in another country of the Union with a VAT id accounts for it himself, and the PDF says so; nobody else does", async () => {
  const invoiceOf = async (name: string, country: string, vatId: string | null): Promise<InvoiceView> => {
    const as = await api.token(`${name}@example.com`);
    await used(name, [{ from: "2026-11-01T00:00:00Z" }], as);
    const body = { name, address: ["x"], country, vatId };
    assert.equal((await api.send("PUT", "/billing", { token: as, body })).status, 200);
    assert.equal(await due(), 1);
    const [invoice] = await list("", as);
    return invoice!;
  };
  for (const [name, country, vatId] of [
    ["home", "FR", "FR40303265045"],
    ["private", "DE", null],
    ["abroad", "MA", null],
    ["island", "GB", "GB980780684"],
  ] as const) {
    const { isReverseCharged, vatPercent, net, vat } = await invoiceOf(name, country, vatId);
    assert.deepEqual([isReverseCharged, vatPercent, net, vat], [false, 20, 2900, 580], name);
  }
  const invoice = await invoiceOf("union", "DE", "DE136695976");
  const { isReverseCharged, vatPercent, net, vat, gross } = invoice;
  assert.deepEqual([isReverseCharged, vatPercent, net, vat, gross], [true, 0, 2900, 0, 2900]);
  const { text } = await printed(invoice.id, "en", operator);
  for (const part of ["VAT id: DE136695976", "VAT id: FR40303265045", "VAT 0% €0.00", "Total €29.00"]) {
    assert.ok(text.includes(part), `${part} isn't in ${text}`);
  }
  assert.match(
    text,
    /Reverse charge: the customer accounts for the VAT \(articles 44 and 196 of Directive 2006\/112\/EC\)/,
  );
  assert.match((await printed(invoice.id, "fr", operator)).text, /Autoliquidation : la TVA est due par le preneur/);
  assert.doesNotMatch((await printed((await list())[0]!.id, "en")).text, /Reverse charge/);
  // What cancels it has no VAT either.
  const body = { number: invoice.number, reason: "x", isIssuedAgain: false };
  const note = await json<InvoiceView>(
    api.send("POST", `/operator/invoices/${invoice.id}/credit-notes`, { token: operator, body }),
  );
  assert.deepEqual([note.isReverseCharged, note.vat, note.gross], [true, 0, -2900]);
  assert.match((await printed(note.id, "en", operator)).text, /Reverse charge/);
  // A seller without a VAT id can't issue one.
  const unknown = testSettings({ invoices: { ...invoices, seller: { ...seller, vatId: undefined } } });
  assert.ok((await issueDue(database(), unknown, new Date("2027-01-01T02:00:00Z"))) > 0);
  const later = (await list("&month=2026-12", await api.token("union@example.com")))[0]!;
  assert.deepEqual([later.isReverseCharged, later.vatPercent], [false, 20]);
});
