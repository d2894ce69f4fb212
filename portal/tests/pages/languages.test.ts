import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Hono } from "hono";
import { ar } from "../../pages/languages/ar.ts";
import { en } from "../../pages/languages/en.ts";
import { tokenScopes } from "../../pages/tokens/scopes.ts";
import { eventTypes as offeredEvents } from "../../pages/webhooks/events.ts";
import { fr } from "../../pages/languages/fr.ts";
import { withSpaces } from "../../pages/languages/spaces.ts";
import { auditSchema } from "../../src/api/auditSchemas.ts";
import { lifecycleSchema } from "../../src/api/lifecycleSchemas.ts";
import { jobSchema, tenantSchema } from "../../src/api/schemas.ts";
import { customerScopes } from "../../src/api/tokens.ts";
import { wantedLanguage } from "../../src/languages.ts";
import { eventTypes, testType } from "../../src/webhooks/events.ts";
import { phases } from "../../src/jobs/jobs.ts";
import { problemKinds } from "../../src/api/problems.ts";
import { stateReasons } from "../../src/orders/orderErrors.ts";

/** All texts of a language, by their path. */
function textsOf(texts: object, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]: [string, string | object]) =>
    typeof text === "string" ? [[before + key, text] as [string, string]] : textsOf(text, `${before}${key}.`),
  );
}

/** Forms of a text that depends on a number, after its last `_`. */
const forms: readonly string[] = ["zero", "one", "two", "few", "many", "other"] satisfies Intl.LDMLPluralRule[];

/** What a text is without its plural form, and that form; null: it has none. */
function formOf(key: string): [string, string | null] {
  const [start, form = ""] = [key.slice(0, key.lastIndexOf("_")), key.slice(key.lastIndexOf("_") + 1)];
  return forms.includes(form) ? [start, form] : [key, null];
}

/** Names of the values in a text, sorted. */
const valuesOf = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();

for (const [language, texts] of Object.entries({ en, fr, ar })) {
  const there = new Map(textsOf(texts));
  const english = new Map(textsOf(en));

  test(`${language} has all texts in each plural form that it needs, no other, and no empty one`, () => {
    const needed = new Set(english.keys());
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [start, form] of [...english.keys()].map(formOf)) {
      for (const own of form === null ? [] : pluralCategories) {
        needed.add(`${start}_${own}`);
      }
    }
    assert.deepEqual([...there.keys()].sort(), [...needed].sort());
    assert.deepEqual(
      [...there].filter(([, text]) => text.trim() === "").map(([key]) => key),
      [],
    );
  });

  test(`${language} has the values of English in each text`, () => {
    for (const [key, text] of there) {
      const [start, form] = formOf(key);
      const expected = valuesOf(english.get(key) ?? english.get(`${start}_other`)!);
      // None, one and two can be said by the word itself.
      const isSaid = form !== null && ["zero", "one", "two"].includes(form);
      const counted = (values: string[]): string[] => values.filter((name) => !isSaid || name !== "count");
      assert.deepEqual(counted(valuesOf(text)), counted(expected), key);
    }
  });
}

test("no line ends before a unit, nor in French before a sign of two parts", () => {
  const unit = /(?:\}\}|\d|[MG]i[Bo]) (?:s|h|[MG]iB|[MG]io|س|ث)(?![\p{L}\p{N}'])/u;
  const sign = / [;:!?»]|« |[^\s\u202f][;!?]/;
  const shown = { en: withSpaces("en", en), fr: withSpaces("fr", fr), ar: withSpaces("ar", ar) };
  const broken = (texts: object, end: RegExp) => textsOf(texts).filter(([, text]) => end.test(text));
  assert.deepEqual(
    Object.values(shown).flatMap((texts) => broken(texts, unit)),
    [],
  );
  assert.deepEqual(broken(shown.fr, sign), []);
  assert.equal(shown.fr.progress.titleOf, "Votre Odoo\u00a0: {{address}}");
  assert.equal(shown.ar.instances.memory, "الذاكرة \u2066{{size}}\u00a0MiB\u2069");
});

test("there is a text for each problem of the API, and for an API that doesn't answer", () => {
  assert.deepEqual(Object.keys(en.problems).sort(), [...problemKinds, "unreachable"].sort());
});

test("there is a text for each reason for which something can't be done as things are", () => {
  assert.deepEqual(Object.keys(en.stateReasons).sort(), [...stateReasons].sort());
});

test("there is a text for each state, kind and failure of a job, each reason, and each fault of a schedule", () => {
  const { kind, state, failure } = jobSchema.shape;
  assert.deepEqual(Object.keys(en.jobs.kinds).sort(), [...kind.options].sort());
  assert.deepEqual(Object.keys(en.jobs.states).sort(), [...state.options].sort());
  assert.deepEqual(Object.keys(en.jobs.failures).sort(), [...failure.unwrap().options].sort());
  assert.deepEqual(Object.keys(en.instance.reasons).sort(), [...lifecycleSchema.shape.reason.options].sort());
});

test("there is a text for all that a token can be allowed, and the page offers it", () => {
  const scopes = [...customerScopes].sort();
  assert.deepEqual(
    Object.keys(en.tokens.scopes).sort(),
    scopes.map((scope) => scope.replace(":", "-")),
  );
  assert.deepEqual([...tokenScopes].sort(), scopes);
});

test("there is a text for all that a webhook can be told of, and the page offers it", () => {
  assert.deepEqual(
    Object.keys(en.webhooks.events).sort(),
    [...eventTypes, testType].map((type) => type.replace(".", "-")).sort(),
  );
  assert.deepEqual([...offeredEvents].sort(), [...eventTypes].sort());
});

test("there is a text for whatever the audit trail can say: each write of the API, each step of a job, each actor", () => {
  const { paths } = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const writes = Object.values(paths).flatMap((path) =>
    Object.entries(path).flatMap(([method, { operationId }]) => (method === "get" ? [] : [operationId])),
  );
  const steps = ["queued", "started", "done", "failed", "cancelled"].map((step) => `job-${step}`);
  assert.deepEqual(
    Object.keys(en.audit.actions).sort(),
    [
      ...writes,
      ...steps,
      "downloadExport",
      ...["tenant-recovered", "tenant-unpaid", "tenant-paid"],
      ...["domain-proven", "domain-lost"],
      "invoice-issued",
      ...["order-expired", "webhook-disabled"],
      ...["identity-added", "identity-removed", "passkey-added", "passkey-removed", "password-set"],
      ...["secondFactor-set", "secondFactor-removed", "secondFactor-forgotten"],
      ...["card-stored", "charge-taken", "charge-declined"],
      ...["payment-paid", "payment-refunding", "payment-refunded", "payment-refundedInPart"],
      ...["payment-disputed", "payment-won", "payment-lost"],
      "acceptInvitation",
      "leaveTeam",
    ].sort(),
  );
  assert.deepEqual(Object.keys(en.operator.actors).sort(), [...auditSchema.shape.actor.options].sort());
  assert.deepEqual(Object.keys(en.operator.actions).sort(), [
    "addOperator",
    "changeOperator",
    "payment-wrong",
    "removeOperator",
  ]);
  assert.deepEqual(Object.keys(en.audit.actors).sort(), [...auditSchema.shape.actor.options].sort());
});

test("there is a text for each state of a tenant and each phase of a job", () => {
  assert.deepEqual(Object.keys(en.instances.states).sort(), [...tenantSchema.shape.state.options].sort());
  assert.deepEqual(Object.keys(en.phases).sort(), [...phases].sort());
});

test("mails to who reads Arabic are in the next language of the browser that mails are in, else in English", async () => {
  const app = new Hono().get("/", (context) => context.json(wantedLanguage(context)));
  const wanted = async (header: string): Promise<unknown> =>
    (await app.request("/", { headers: { "Accept-Language": header } })).json();
  assert.equal(await wanted("ar"), "en");
  assert.equal(await wanted("ar;q=1.0, ar-MA;q=0.9, de;q=0.8"), "en");
  assert.equal(await wanted("ar;q=1.0, ar-MA;q=0.9, fr-FR;q=0.8, en;q=0.7"), "fr");
});
