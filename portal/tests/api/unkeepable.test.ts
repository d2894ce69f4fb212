/** Text that no database keeps, wherever a client can write some: each place has an answer, and nothing is a fault of the portal's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { operatorScopes } from "../../src/api/tokens.ts";
import { orderOf, refusal, TestApi } from "../support/api.ts";
import { placed } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();
const nul = "\0";
const half = "\ud800";

test("NUL, and half of a letter, in a path is of nothing that is there, and in a query or a body refused by its field", async () => {
  const api = new TestApi(database());
  const token = await api.token("unkeepable@example.com");
  const operator = await api.token("operator@example.com", operatorScopes);
  const { tenant } = await placed(api, token, "unkeepable");
  const domains = `/tenants/${tenant}/domains/%00`;
  assert.match(await refusal(api.send("DELETE", domains, { token })), /^404/);
  assert.match(await refusal(api.send("POST", `${domains}/checks`, { token })), /^404/);
  for (const [path, field] of [
    ["/operator/tenants", "search"],
    ["/operator/tenants", "host"],
    ["/operator/tenants", "plan"],
    ["/operator/certificates", "search"],
    ["/operator/certificates", "tenant"],
  ] as const) {
    const answer = await refusal(api.send("GET", `${path}?${field}=a%00b`, { token: operator }));
    assert.match(answer, new RegExp(`^400.*"field":"${field}"`), path);
  }
  const events = ["tenant.ready"];
  const bodies: [method: string, path: string, body: object, field: string, by: string][] = [
    ["POST", "/webhooks", { url: `https://example.org/${nul}`, events }, "url", token],
    ["POST", "/webhooks", { url: `https://example.org/${half}`, events }, "url", token],
    ["POST", "/tokens", { name: `a${half}`, scopes: ["orders:read"] }, "name", token],
    ["POST", "/orders", { ...orderOf("half"), company: `${half}a` }, "company", token],
    ["POST", "/orders", { ...orderOf("half"), sets: [`${half}a`] }, "sets.0", token],
    ["PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: true, reason: `${half}a` }, "reason", operator],
  ];
  for (const [method, path, body, field, by] of bodies) {
    const answer = await refusal(api.send(method, path, { token: by, body }));
    assert.match(answer, new RegExp(`^422.*"field":"${field}"`), `${path} ${field}`);
  }
  // What reorders letters, or ends a line, would forge what a person reads.
  for (const mark of ["\u202e", "\u2028", "\u2029", "\u200b"]) {
    const body = { ...orderOf("half"), company: `Acme${mark}Ltd` };
    assert.match(await refusal(api.send("POST", "/orders", { token, body })), /^422.*"field":"company"/);
  }
  // Letters beyond the first 65,536 are whole.
  assert.equal(
    (await api.send("POST", "/tokens", { token, body: { name: "𝒜🚀", scopes: ["orders:read"] } })).status,
    201,
  );
});
