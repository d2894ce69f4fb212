import assert from "node:assert/strict";
import { test } from "node:test";
import { ownerOf } from "../../src/orders/customers.ts";
import { forgetOldInvitations } from "../../src/team/invitations.ts";
import type { MemberView } from "../../src/team/team.ts";
import { orderOf, refusal, TestApi } from "../support/api.ts";
import { TestBrowser, TestPortal } from "../support/browser.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();
const day = 24 * 60 * 60 * 1000;

/** Signs in with an address that may have no login yet: by the mail that sets a password. */
async function signedIn(portal: TestPortal, email: string): Promise<TestBrowser> {
  const browser = new TestBrowser(portal);
  const password = "a long password of a test";
  assert.equal((await browser.send("POST", "/api/login/password-mails", { email })).status, 204);
  const { code } = portal.passwordMails.findLast((mail) => mail.email === email)!;
  assert.equal((await browser.send("PUT", "/api/login/password", { code, password })).status, 204);
  assert.equal((await browser.send("POST", "/api/login", { email, password })).status, 204);
  return browser;
}

/** Orders as a guest, which signs him in as the owner of a team of one. */
async function founded(portal: TestPortal, name: string): Promise<TestBrowser> {
  const browser = new TestBrowser(portal);
  await browser.send("POST", "/api/v1/guest-orders", { ...orderOf(name), email: `${name}@example.org` });
  const code = portal.confirmations.at(-1)!.token;
  assert.equal((await browser.send("POST", "/api/v1/confirmations", { code })).status, 200);
  return browser;
}

/** Invites an address. @returns the invitation's id and the mail's code. */
async function invited(portal: TestPortal, owner: TestBrowser, email: string, role: string) {
  const answer = await owner.send("POST", "/api/v1/team/invitations", { email, role });
  assert.equal(answer.status, 201, await answer.clone().text());
  const text = await answer.text();
  const { token: code } = portal.invitations.at(-1)!;
  assert.ok(!text.includes(code), text);
  return { id: (JSON.parse(text) as { id: string }).id, code };
}

const accept = (browser: TestBrowser, code: string) => browser.send("POST", "/api/login/invitations", { code });

const membersOf = async (browser: TestBrowser): Promise<MemberView[]> =>
  ((await (await browser.send("GET", "/api/v1/team/members")).json()) as { members: MemberView[] }).members;

interface Me {
  readonly team: { readonly id: string; readonly member: string; readonly role: string; readonly scopes: string[] };
  readonly teams: readonly { readonly id: string; readonly name: string }[];
}
const meOf = async (browser: TestBrowser): Promise<Me> =>
  (await (await browser.send("GET", "/api/login")).json()) as Me;

test("an invited address makes its login, accepts once, and does what its role may: its removal ends that with the next request", async () => {
  const portal = new TestPortal(database());
  const owner = await founded(portal, "founder");
  const { code } = await invited(portal, owner, "New@example.org", "member");
  const kept = JSON.stringify(await database().selectFrom("team_invitation").selectAll().execute());
  assert.ok(!kept.includes(code));

  const browser = await signedIn(portal, "new@example.org");
  // Who is in no team is told so, and gets nothing.
  assert.match(await refusal(browser.send("GET", "/api/v1/tenants")), /^403 .*noTeam/);
  const offer = await (await browser.send("POST", "/api/login/invitations/offers", { code })).json();
  const { until, ...says } = offer as { until: string };
  assert.ok(Date.parse(until) > Date.now() + 6.9 * day);
  const whose = { team: "founder@example.org", inviter: "founder@example.org" };
  assert.deepEqual(says, { ...whose, email: "new@example.org", role: "member" });
  const answers = await Promise.all(Array.from({ length: 5 }, () => accept(browser, code)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400]);

  const { tenants } = (await (await browser.send("GET", "/api/v1/tenants")).json()) as { tenants: { id: string }[] };
  const path = `/api/v1/tenants/${tenants[0]!.id}`;
  assert.match(
    await refusal(browser.send("POST", `${path}/deletion`, { address: "founder" })),
    /^403 .*the role member hasn't/,
  );
  assert.match(await refusal(browser.send("POST", "/api/v1/orders", orderOf("second"))), /^403/);
  assert.equal((await browser.send("GET", "/api/v1/invoices.csv?month=2026-11")).status, 403);
  const made = await browser.send("POST", "/api/v1/tokens", { name: "his", scopes: ["tenants:read"] });
  const { secret } = (await made.json()) as { secret: string };
  const byToken = async () =>
    (await portal.app.request("/api/v1/tenants", { headers: { Authorization: `Bearer ${secret}` } })).status;
  assert.equal(await byToken(), 200);

  const { member } = (await meOf(browser)).team;
  assert.equal((await owner.send("DELETE", `/api/v1/team/members/${member}`)).status, 204);
  assert.match(await refusal(browser.send("GET", path)), /^403 .*noTeam/);
  assert.equal(await byToken(), 401);
  const { revoked_at: revoked } = await database()
    .selectFrom("api_token")
    .select("revoked_at")
    .where("name", "=", "his")
    .executeTakeFirstOrThrow();
  assert.ok(revoked);
});

test("an invitation is for its address, for 7 days, until it is withdrawn, sent again or accepted; one address is invited once", async () => {
  const portal = new TestPortal(database());
  const owner = await founded(portal, "inviter");
  const first = await invited(portal, owner, "guest@example.org", "billing");
  const other = await founded(portal, "stranger");
  assert.match(await refusal(accept(other, first.code)), /^403 .*another address/);
  assert.match(await refusal(accept(new TestBrowser(portal), first.code)), /^401/);
  const again = { email: "GUEST@example.org", role: "owner" };
  assert.match(await refusal(owner.send("POST", "/api/v1/team/invitations", again)), /^422 .*"invited"/);
  const self = { email: "inviter@example.org", role: "member" };
  assert.match(await refusal(owner.send("POST", "/api/v1/team/invitations", self)), /^422 .*"member"/);

  const browser = await signedIn(portal, "guest@example.org");
  assert.equal((await owner.send("POST", `/api/v1/team/invitations/${first.id}/resend`)).status, 200);
  assert.match(await refusal(accept(browser, first.code)), /^400 .*code/);
  const second = portal.invitations.at(-1)!.token;
  portal.now = () => new Date(Date.now() + 7 * day);
  assert.match(await refusal(accept(browser, second)), /^400 .*code/);
  portal.now = () => new Date();
  assert.equal((await owner.send("DELETE", `/api/v1/team/invitations/${first.id}`)).status, 204);
  assert.match(await refusal(accept(browser, second)), /^400 .*code/);

  const third = await invited(portal, owner, "guest@example.org", "billing");
  await forgetOldInvitations(database(), new Date(Date.now() + 30 * day));
  assert.equal((await accept(browser, third.code)).status, 200);
  assert.deepEqual(
    (await membersOf(browser)).map(({ email, role }) => [email, role]),
    [
      ["inviter@example.org", "owner"],
      ["guest@example.org", "billing"],
    ],
  );
  // A mailbox isn't filled from here.
  for (let sent = 0; sent < 5; sent += 1) {
    const { id } = await invited(portal, owner, "other@example.org", "member");
    await owner.send("DELETE", `/api/v1/team/invitations/${id}`);
  }
  const more = { email: "other@example.org", role: "member" };
  assert.match(await refusal(owner.send("POST", "/api/v1/team/invitations", more)), /^429/);
  const { invitations } = (await (await owner.send("GET", "/api/v1/team/invitations")).json()) as { invitations: [] };
  assert.deepEqual(invitations, []);
});

test("there is always an owner: the last one stays, also when two end each other at once; who lost his role loses what he invited", async () => {
  const api = new TestApi(database());
  const [alice, bob] = ["alice@example.org", "bob@example.org"];
  const token = await api.token(alice);
  const { customer } = await ownerOf(database(), alice);
  const second = await api.colleague(alice, bob, "member");
  const patch = (who: string, id: string, role: string) =>
    api.send("PATCH", `/team/members/${id}`, { token: who, body: { role } });
  assert.match(await refusal(patch(token, customer, "member")), /^409 .*only owner/);
  assert.match(await refusal(api.send("DELETE", `/team/members/${customer}`, { token })), /^409 .*only owner/);
  assert.equal((await patch(token, second.id, "owner")).status, 200);
  const asked = { email: "third@example.org", role: "owner" };
  assert.equal((await api.send("POST", "/team/invitations", { token, body: asked })).status, 201);

  const ended = await Promise.all([
    api.send("DELETE", `/team/members/${second.id}`, { token }),
    api.send("DELETE", `/team/members/${customer}`, { token: second.token }),
  ]);
  assert.equal(ended.filter(({ status }) => status === 204).length, 1, ended.map(({ status }) => status).join());
  const left = await database().selectFrom("team_member").selectAll().where("customer_id", "=", customer).execute();
  assert.deepEqual(
    left.map(({ role }) => role),
    ["owner"],
  );
  const carol = await api.colleague(left[0]!.email, "carol@example.org", "owner");
  const stays = left[0]!.id === customer ? token : second.token;
  await database().deleteFrom("team_invitation").execute();
  assert.equal((await api.send("POST", "/team/invitations", { token: carol.token, body: asked })).status, 201);
  assert.equal((await patch(stays, carol.id, "member")).status, 200);
  const { invitations } = (await (await api.send("GET", "/team/invitations", { token: stays })).json()) as {
    invitations: unknown[];
  };
  assert.deepEqual(invitations, []);
});

test("a token may no more than who made it, also when his role was lowered since; members see their own tokens alone", async () => {
  const api = new TestApi(database());
  const owner = await api.token("tokens@example.org");
  const { id, token } = await api.colleague("tokens@example.org", "maker@example.org", "owner");
  const { tenant } = await ordered(api, token, "maker");
  const hers = async (asking: string) =>
    (
      (await (await api.send("GET", "/tokens", { token: asking })).json()) as {
        tokens: { id: string; madeBy: string }[];
      }
    ).tokens;
  assert.equal((await hers(token)).length, 2);
  const change = (role: string) => api.send("PATCH", `/team/members/${id}`, { token: owner, body: { role } });
  assert.equal((await change("billing")).status, 200);
  assert.equal((await api.send("POST", `/tenants/${tenant}/stop`, { token })).status, 403);
  assert.equal((await api.send("GET", "/billing", { token })).status, 200);
  const wider = { name: "wider", scopes: ["tenants:write"] };
  assert.match(await refusal(api.send("POST", "/tokens", { token, body: wider })), /^403 .*tenants:write/);
  assert.deepEqual(
    (await hers(token)).map(({ madeBy }) => madeBy),
    [id],
  );
  const owners = (await hers(owner)).find(({ madeBy }) => madeBy !== id)!;
  assert.equal((await api.send("DELETE", `/tokens/${owners.id}`, { token })).status, 404);
  assert.equal((await change("owner")).status, 200);
  assert.notEqual((await api.send("POST", `/tenants/${tenant}/stop`, { token })).status, 403);
});

test("one login acts for several teams, one at a time, and leaves them; the code of an order proves whom it was sent to alone", async () => {
  const portal = new TestPortal(database());
  const [owner, agency] = [await founded(portal, "client"), await founded(portal, "agency")];
  const own = (await meOf(agency)).team.id;
  await accept(agency, (await invited(portal, owner, "agency@example.org", "owner")).code);
  const { team, teams } = await meOf(agency);
  assert.notEqual(team.id, own);
  assert.deepEqual(teams.map(({ name }) => name).sort(), ["agency@example.org", "client@example.org"]);
  const addresses = async () => {
    const { tenants } = (await (await agency.send("GET", "/api/v1/tenants")).json()) as {
      tenants: { address: string }[];
    };
    return tenants.map(({ address }) => address);
  };
  assert.deepEqual(await addresses(), ["client"]);
  assert.equal((await agency.send("PUT", "/api/login/team", { team: own })).status, 204);
  assert.deepEqual(await addresses(), ["agency"]);
  const foreign = (await meOf(await founded(portal, "foreign"))).team.id;
  assert.equal((await agency.send("PUT", "/api/login/team", { team: foreign })).status, 404);
  assert.equal((await agency.send("DELETE", "/api/login/team", { team: own })).status, 409);

  // The code goes to who orders. When he has left the team, it neither confirms nor signs anybody in.
  await agency.send("PUT", "/api/login/team", { team: team.id });
  assert.equal((await agency.send("POST", "/api/v1/orders", orderOf("late"))).status, 201);
  const { email, token: code } = portal.confirmations.at(-1)!;
  assert.equal(email, "agency@example.org");
  assert.equal((await agency.send("DELETE", "/api/login/team", { team: team.id })).status, 204);
  assert.deepEqual(await addresses(), ["agency"]);
  const late = new TestBrowser(portal);
  assert.equal((await late.send("POST", "/api/v1/confirmations", { code })).status, 404);
  assert.equal(late.cookies.size, 0);

  // The trail says who it was, in his team alone, and has neither addresses nor codes.
  const { entries } = (await (await owner.send("GET", "/api/v1/audit?limit=100")).json()) as {
    entries: { action: string; actorId: string; clientAddress: string | null }[];
  };
  const his = entries.filter(({ actorId }) => actorId === team.member).map(({ action }) => action);
  assert.deepEqual(his.reverse(), ["acceptInvitation", "placeOrder", "leaveTeam"]);
  assert.ok(entries.some(({ action }) => action === "invite"));
  assert.ok(entries.every(({ actorId, clientAddress }) => actorId === null || clientAddress === "192.0.2.1"));
  const kept = JSON.stringify(await database().selectFrom("audit").selectAll().execute());
  assert.ok(!kept.includes("agency@example.org") && !kept.includes(portal.invitations[0]!.token));
});

test("a mailbox that had its trial gets no other one by leaving its team and founding another", async () => {
  const api = new TestApi(database());
  const mailbox = "trial-once@example.org";
  const token = await api.token(mailbox);
  await ordered(api, token, "trial-once", { trial: true });
  const { customer } = await ownerOf(database(), mailbox);
  const heir = await api.colleague(mailbox, "heir@example.org", "owner");
  assert.equal((await api.send("DELETE", `/team/members/${customer}`, { token: heir.token })).status, 204);
  // Mails go to who is an owner still.
  const { email } = await database()
    .selectFrom("customer")
    .select("email")
    .where("id", "=", customer)
    .executeTakeFirstOrThrow();
  assert.equal(email, "heir@example.org");
  const anew = await api.token(mailbox);
  assert.notEqual((await ownerOf(database(), mailbox)).customer, customer);
  const second = { ...orderOf("trial-twice"), trial: true };
  assert.match(await refusal(api.send("POST", "/orders", { token: anew, body: second })), /^422 .*"had"/);
});
