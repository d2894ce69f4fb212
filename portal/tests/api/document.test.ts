import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { openApiDocument } from "../../src/api/app.ts";
import { customerScopes, operatorScopes, type Scope, scopes } from "../../src/api/tokens.ts";
import { askForCards, noteCards, readCards } from "../../src/payments/cards.ts";
import { roles } from "../../src/team/roles.ts";
import { issue } from "../../src/invoices/issue.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { paidInvoices } from "../support/paidPortal.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly example?: unknown }>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly operationId: string;
  /** A token with a scope first; a session in its place for what a customer may. */
  readonly security: readonly { readonly token?: readonly Scope[]; readonly session?: readonly string[] }[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: { readonly example?: unknown };
  }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const committed = await readFile(new URL("../../openapi.json", import.meta.url), "utf8");
const document = JSON.parse(committed) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);
type Listed = (typeof operations)[number];

/** A body that the document has examples for. */
function bodyOf({ requestBody }: Listed): Record<string, unknown> | undefined {
  const schema = requestBody?.content["application/json"].schema;
  const resolved = schema?.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)!] : schema;
  return (
    resolved &&
    Object.fromEntries((resolved.required ?? []).map((name) => [name, resolved.properties?.[name]?.example]))
  );
}

/**
 * Who may do what in a team, operation by operation: `o`wner, `m`ember, `b`illing. An operation that isn't here was decided for nobody, and fails the test.
 * It is written out, and not computed from the scopes, so that a scope that is given to another role is seen here as what it opens.
 */
const decided: Readonly<Record<string, "omb" | "om" | "ob" | "o">> = {
  ...{ listOrders: "omb", placeOrder: "o", readOrder: "omb", cancelOrder: "o", sendConfirmation: "o" },
  ...{ listJobs: "omb", readJob: "omb", streamJob: "omb", cancelJob: "o" },
  ...{ listTenants: "omb", readTenant: "omb", listChanges: "omb", stopTenant: "om", startTenant: "om" },
  ...{
    setSchedule: "om",
    setWake: "om",
    setEnd: "om",
    deleteTenant: "o",
    undoDeletion: "o",
    listResizes: "omb",
    resizeTenant: "o",
  },
  ...{ readBackups: "omb", restoreTenant: "om", undoRestore: "om", readUsage: "omb", listUsage: "omb" },
  ...{ listExports: "omb", exportTenant: "om", downloadExport: "om", listLastExports: "om", createPasswordLink: "om" },
  ...{ createLoginLink: "om" },
  ...{ listDomains: "omb", addDomain: "om", checkDomain: "om", removeDomain: "om" },
  ...{
    readCopy: "omb",
    makeCopy: "om",
    renewCopy: "om",
    extendCopy: "om",
    removeCopy: "om",
    createCopyPasswordLink: "om",
  },
  ...{ listInvoices: "ob", exportInvoices: "ob", readInvoice: "ob", printInvoice: "ob" },
  ...{ payInvoice: "ob", storeCard: "o", readCheckout: "ob" },
  ...{ listCards: "ob", storeOtherCard: "ob", removeCard: "ob" },
  ...{ readBilling: "ob", setBilling: "ob", listAudit: "om" },
  ...{ listTokens: "omb", createToken: "omb", revokeToken: "omb" },
  ...{ listMembers: "omb", changeRole: "o", removeMember: "o" },
  ...{ listInvitations: "omb", invite: "o", resendInvitation: "o", withdrawInvitation: "o" },
  ...{ listWebhooks: "o", createWebhook: "o", readWebhook: "o", deleteWebhook: "o", enableWebhook: "o" },
  ...{ rotateWebhookSecret: "o", testWebhook: "o", listWebhookDeliveries: "o", redeliverWebhook: "o" },
};

test("openapi.json is what the code says: build/bin/node24 portal/start.mjs openapi renews it", async () => {
  assert.deepEqual(JSON.parse(JSON.stringify(await openApiDocument())), document);
});

test("each operation has its own id, names its errors, and each write its idempotency key", () => {
  assert.ok(operations.length >= 17);
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  for (const { method, operationId, parameters = [] } of operations) {
    const hasKey = parameters.some(({ name }) => name === "Idempotency-Key");
    assert.equal(hasKey, method !== "GET", operationId);
  }
});

test("its patterns are for any language: none needs a flag", () => {
  for (const [, pattern] of committed.matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)) {
    const source = JSON.parse(pattern!) as string;
    assert.ok(!source.includes("\\p{"), source);
    assert.ok(new RegExp(source));
  }
});

describe("every operation of the document", () => {
  const database = portalDatabase();
  let api: TestApi;
  /** What is the victim's, by the collection that has it. */
  let victim: Readonly<Record<string, string>>;
  let victimsWords: readonly string[];
  let victimsToken: string;
  /** A token of each role in the victim's team, with all of a customer's scopes. */
  const colleagues = new Map<string, string>();
  let attacker: string;

  before(async () => {
    api = new TestApi(database());
    victimsToken = await api.token("victim@example.org");
    attacker = await api.token("attacker@example.org");
    const { order, tenant, job } = await ordered(api, victimsToken, "victims-place");
    const made = await api.send("POST", "/tokens", {
      token: victimsToken,
      body: { name: "victims-token", scopes: ["orders:read"] },
    });
    const { token } = (await made.json()) as { token: { id: string } };
    await noteWebhookKey(database(), await WebhookKeys.from("a secret of the tests".repeat(2)));
    const added = await api.send("POST", "/webhooks", {
      token: victimsToken,
      body: { url: "https://victim.example.org/", events: ["tenant.ready"] },
    });
    const { webhook } = (await added.json()) as { webhook: { id: string } };
    const tried = await api.send("POST", `/webhooks/${webhook.id}/test`, { token: victimsToken });
    const { id: delivery } = (await tried.json()) as { id: string };
    const { customer_id: customer, plan } = await database()
      .selectFrom("tenant")
      .selectAll()
      .where("id", "=", tenant)
      .executeTakeFirstOrThrow();
    const party = { name: "Victim Ltd", address: [], country: null, vatId: null, note: null };
    const invoice = await database()
      .transaction()
      .execute((transaction) =>
        issue(
          transaction,
          {
            ...{
              customer,
              month: "2026-11",
              currency: "EUR",
              attempt: 0,
              seller: party,
              buyer: party,
              vatRate: 0,
              dueDays: 0,
            },
            lines: [{ tenant, address: "a", plan, price: 1, seconds: 1, monthSeconds: 1, amount: 1 }],
          },
          new Date(),
        ),
      );
    const [checkout, now] = ["acheckoutof1", new Date()];
    await database()
      .insertInto("checkout")
      .values({
        id: checkout,
        customer_id: customer,
        invoice_id: invoice.id,
        order_id: null,
        asked_at: now,
        until: now,
      })
      .execute();
    const payer = { customer_id: customer, service_id: "cus_victim", card_at: now };
    await database().insertInto("payer").values(payer).execute();
    const card = { id: "pm_victim", name: "Visa", last4: "4242", expires: "2027-12" };
    await askForCards(database(), payer.service_id, now);
    await noteCards(database(), { customer, asked: now }, [card], now);
    for (const role of roles) {
      colleagues.set(role, (await api.colleague("victim@example.org", `${role}@victim.example.org`, role)).token);
    }
    const asked = { email: "invited@victim.example.org", role: "member" };
    const sent = await api.send("POST", "/team/invitations", { token: victimsToken, body: asked });
    const { id: invitation } = (await sent.json()) as { id: string };
    const team = { customers: customer, members: customer, invitations: invitation };
    const things = { orders: order, tokens: token.id, tenants: tenant, jobs: job, ...team };
    victim = {
      ...things,
      checkouts: checkout,
      cards: (await readCards(database(), customer))[0]!.id,
      webhooks: webhook.id,
      "webhook-deliveries": delivery,
      invoices: invoice.id,
    };
    victimsWords = ["victim", ...Object.values(victim)];
    // What it has was made where nothing waits for a card.
    api = new TestApi(database(), { invoices: paidInvoices });
  });

  test("a token's scopes say who asks: operators' ones are in no customer's token, and on no operation with others", () => {
    assert.ok(customerScopes.every((scope) => !scope.startsWith("operator:")));
    for (const { path, security } of operations) {
      assert.equal(
        security.some(({ token }) => token?.[0]?.startsWith("operator:")),
        path.startsWith("/api/v1/operator/"),
        path,
      );
    }
  });

  const pathOf = ({ path, parameters = [] }: Listed): string => {
    const needed = parameters.filter((one) => one.in === "query" && one.required);
    const query = new URLSearchParams(
      needed.map(({ name, schema }): [string, string] => [name, String(schema?.example)]),
    );
    const named = path
      .replace("/api/v1", "")
      .replace(/\/([\w-]+)\/\{id\}/, (_, name: string) => `/${name}/${victim[name]}`);
    return query.size > 0 ? `${named}?${query.toString()}` : named;
  };
  const seenByVictim = async (): Promise<string> => {
    const pages = await Promise.all(
      [
        "/orders",
        "/tokens",
        "/tenants",
        "/jobs",
        "/invoices",
        "/billing",
        "/cards",
        "/team/members",
        "/team/invitations",
        "/webhooks",
        `/webhooks/${victim["webhooks"]}/deliveries`,
      ].map(async (path) => (await api.send("GET", path, { token: victimsToken })).text()),
    );
    return pages.join("");
  };

  const isCustomers = ({ path, security }: Listed): boolean =>
    security.length > 0 && !path.startsWith("/api/v1/operator/");

  test("each operation of customers was decided for each role of a team", () => {
    const ids = operations.filter(isCustomers).map(({ operationId }) => operationId);
    assert.deepEqual(Object.keys(decided).sort(), ids.sort());
  });

  for (const operation of operations.filter(isCustomers)) {
    const { method, operationId } = operation;

    test(`${operationId} by each role of the team, whatever its token has: ${decided[operationId]}`, async () => {
      const before = await seenByVictim();
      for (const role of roles) {
        // Without a key, a write that is let through does nothing.
        const sent = { token: colleagues.get(role)!, body: bodyOf(operation), key: null };
        const answer = await api.send(method, pathOf(operation), sent);
        if (decided[operationId]?.includes(role[0]!)) {
          assert.notEqual(answer.status, 403, role);
          // A stream that isn't read ends.
          await answer.body?.cancel();
        } else {
          assert.equal(answer.status, 403, role);
          assert.match(await answer.text(), new RegExp(`the role ${role} hasn't`));
        }
      }
      assert.equal(await seenByVictim(), before);
    });
  }

  for (const operation of operations.filter(({ security }) => security.length > 0)) {
    const { method, operationId, security } = operation;
    const scope = security[0]!.token![0]!;

    test(`${operationId} with another customer's ids changes nothing and shows nothing`, async () => {
      const before = await seenByVictim();
      const answer = await api.send(method, pathOf(operation), { token: attacker, body: bodyOf(operation) });
      const text = await answer.text();
      if (scope.startsWith("operator:")) {
        assert.equal(answer.status, 403, text);
      } else if (operation.path.includes("{id}")) {
        assert.equal(answer.status, 404, text);
      } else {
        assert.ok(answer.status < 300, text);
      }
      for (const word of victimsWords) {
        assert.ok(!text.includes(word), `${word} is in ${text}`);
      }
      assert.equal(await seenByVictim(), before);
    });

    test(`${operationId} without a token, with an invented and with a revoked one is 401`, async () => {
      const before = await seenByVictim();
      const revoked = await api.token("victim@example.org");
      const { tokens } = (await (await api.send("GET", "/tokens", { token: revoked })).json()) as {
        tokens: { id: string }[];
      };
      await api.send("DELETE", `/tokens/${tokens.at(-1)!.id}`, { token: revoked });
      for (const token of [undefined, `oft_${"A".repeat(43)}`, revoked]) {
        const answer = await api.send(method, pathOf(operation), { token, body: bodyOf(operation) });
        assert.equal(answer.status, 401);
        assert.match(answer.headers.get("WWW-Authenticate") ?? "", /^Bearer/);
        assert.ok(!(await answer.text()).includes("victims"));
      }
      assert.equal(await seenByVictim(), before);
    });

    test(`${operationId} by the owner's token without the scope ${scope} is 403`, async () => {
      const token = await api.token(
        "owner@example.org",
        scopes.filter((other) => other !== scope),
      );
      const answer = await api.send(method, pathOf(operation), { token, body: bodyOf(operation) });
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), new RegExp(scope));
    });
  }

  test("a method that a path hasn't is 405, with those that it has; an unknown path is 404", async () => {
    for (const operation of operations) {
      const answer = await api.send("PROPFIND", pathOf(operation), { token: victimsToken });
      assert.equal(answer.status, 405);
      assert.match(answer.headers.get("Allow") ?? "", new RegExp(`\\b${operation.method}\\b`));
    }
    assert.equal((await api.send("GET", "/nothing", { token: victimsToken })).status, 404);
  });

  for (const operation of operations.filter(({ method }) => method !== "GET")) {
    const { method, operationId } = operation;
    const isOperators = operation.path.startsWith("/api/v1/operator/");

    test(`${operationId} without an idempotency key is 400, from another site's page 403`, async () => {
      const token = isOperators ? await api.token("operator@example.org", operatorScopes) : victimsToken;
      const sent = { token, body: bodyOf(operation) };
      const before = await seenByVictim();
      const keyless = await api.send(method, pathOf(operation), { ...sent, key: null });
      assert.equal(keyless.status, 400);
      assert.equal(keyless.headers.get("Content-Type"), "application/problem+json");
      const foreign = { Origin: "https://acme.example.com" };
      assert.equal((await api.send(method, pathOf(operation), { ...sent, headers: foreign })).status, 403);
      assert.equal(await seenByVictim(), before);
    });

    const body = bodyOf(operation);
    if (body) {
      test(`${operationId} refuses a key that it doesn't know, each missing one, no body, and what is no JSON`, async () => {
        const token = isOperators ? await api.token("operator@example.org", operatorScopes) : victimsToken;
        const send = (changed: unknown, headers = {}) =>
          api.send(method, pathOf(operation), { token, body: changed, headers });
        assert.equal((await send({ ...body, isAdmin: true })).status, 422);
        assert.equal((await send(undefined)).status, 415);
        for (const name of Object.keys(body)) {
          const rest = Object.fromEntries(Object.entries(body).filter(([other]) => other !== name));
          const answer = await send(rest);
          assert.equal(answer.status, 422);
          assert.match(await answer.text(), new RegExp(`"field":"${name}"`));
        }
        assert.equal((await send("{")).status, 400);
        assert.equal((await send(body, { "Content-Type": "text/plain" })).status, 415);
        assert.equal((await send("x".repeat(70_000))).status, 413);
      });
    }
  }
});
