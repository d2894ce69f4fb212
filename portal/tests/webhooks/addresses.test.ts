/** Who is never told: addresses that aren't the public internet's, by whatever name or notation. */
import assert from "node:assert/strict";
import dns from "node:dns";
import { after, before, test } from "node:test";
import { parseFleet } from "odoo-fleet/fleet";
import { publicAddress } from "../../src/webhooks/addresses.ts";
import { GuardedAgent } from "../../src/webhooks/agent.ts";
import { isTaken, type Message, post, type TryResult } from "../../src/webhooks/post.ts";
import { newSigningSecret } from "../../src/webhooks/secrets.ts";
import { Receiver, receiverName } from "../support/receiver.ts";
import { lookupTo, loopbackAgent } from "../support/webhookAgent.ts";

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start();
});
after(() => receiver?.stop());

const message = (url: string): Message => ({
  ...{ url, id: "event", body: "{}", secrets: [newSigningSecret()], at: new Date() },
});
const tell = (url: string, agent: GuardedAgent, patience?: number): Promise<TryResult> =>
  post(message(url), agent, new AbortController().signal, patience);

test("only addresses of the public internet may be told, in whatever notation", () => {
  const judge = publicAddress;
  const refused = {
    loopback: ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::7f00:1", "0.0.0.0", "::"],
    private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1", "::ffff:10.1.2.3"],
    linkLocal: ["169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "fec0::1"],
    carrier: ["100.64.0.1", "100.127.255.255"],
    several: ["224.0.0.1", "239.255.255.250", "ff02::1", "255.255.255.255"],
    reserved: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "240.0.0.1", "2001:db8::1", "4000::1"],
    translated: ["64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:7f00:1::"],
    nothing: ["", "localhost", "127.0.0.1.example.org"],
  };
  for (const address of Object.values(refused).flat()) {
    assert.ok(judge(address), address);
  }
  for (const address of ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]) {
    assert.equal(judge(address), undefined, address);
  }
});

test("the fleet's own networks are among those, as its configuration takes no public one", () => {
  const hosts = { local: { subnetBase: "52.10.0.0/16" } };
  const parsed = parseFleet({ hosts }, "prod");
  assert.deepEqual(parsed.ok || parsed.problems.map(({ path }) => path), ["odoo-fleet:hosts.local.subnetBase"]);
});

test("the worker's own agent tells nobody of this machine: by an address, by a name, by a lookup that changes its mind", async () => {
  const agent = (lookup?: typeof dns.lookup) =>
    new GuardedAgent(publicAddress, { ca: receiver.ca, ...(lookup && { lookup }) });
  const { port } = receiver;
  const literal = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"];
  for (const host of literal) {
    const { status, fault } = await tell(`https://${host}:${port}/`, agent());
    assert.equal(status, null);
    assert.match(fault!, /is refused/, host);
  }
  // By the machine's own resolver.
  assert.match((await tell(`https://localhost:${port}/`, agent())).fault!, /is refused/);
  // One of several addresses is enough.
  const several = await tell(receiver.url(), agent(lookupTo("93.184.216.34", "127.0.0.1")));
  assert.match(several.fault!, /127\.0\.0\.1 is refused/);
  // A name server whose first answer is right, and the next one this machine: each connection is judged by its own.
  const answers = [lookupTo("192.0.2.1"), lookupTo("127.0.0.1")];
  const rebinding = agent(((host: string, options: dns.LookupOptions, callback: () => void) =>
    answers.shift()!(host, options, callback)) as typeof dns.lookup);
  assert.match((await tell(receiver.url(), rebinding)).fault!, /192\.0\.2\.1 is refused/);
  assert.match((await tell(receiver.url(), rebinding)).fault!, /127\.0\.0\.1 is refused/);
  assert.deepEqual(receiver.received, []);
});

test("what the socket is connected to is judged too, before anything of the request is sent", async () => {
  // On Linux 0.0.0.0 is connected to as 127.0.0.1: a lookup whose answer passes, and a connection that doesn't.
  const judge = (address: string): string | undefined => (address === "0.0.0.0" ? undefined : "not this one");
  const agent = new GuardedAgent(judge, { ca: receiver.ca, lookup: lookupTo("0.0.0.0") });
  assert.match((await tell(receiver.url(), agent)).fault!, /127\.0\.0\.1 is refused: not this one/);
  assert.deepEqual(receiver.received, []);
});

test("an endpoint has to be who its name says, by a certificate that somebody vouches for", async () => {
  const judge = (): undefined => undefined;
  const stranger = new GuardedAgent(judge, { lookup: lookupTo("127.0.0.1") });
  assert.match((await tell(receiver.url(), stranger)).fault!, /self-signed certificate/);
  const known = new GuardedAgent(judge, { ca: receiver.ca, lookup: lookupTo("127.0.0.1") });
  const other = receiver.url().replace(receiverName, "other.example.org");
  assert.match((await tell(other, known)).fault!, /does not match certificate's altnames/);
  assert.deepEqual(receiver.received, []);
  // With the right name the same agent tells it: what is refused above isn't refused by chance.
  assert.ok(isTaken(await tell(receiver.url(), known)));
  assert.equal(receiver.received.length, 1);
});

test("a redirect isn't followed, of an answer only its beginning is kept, and one that doesn't come is waited for so long and no longer", async () => {
  const agent = loopbackAgent(receiver.ca);
  const count = receiver.received.length;
  receiver.answer = (response) => void response.writeHead(302, { Location: receiver.url("/elsewhere") }).end();
  const redirected = await tell(receiver.url(), agent);
  assert.deepEqual([redirected.status, isTaken(redirected)], [302, false]);
  assert.equal(receiver.received.length, count + 1);

  // An endless one: what is read of it is bounded.
  receiver.answer = (response) => {
    response.writeHead(500);
    const more = (): void => {
      if (!response.destroyed) {
        response.write(`a\u0000b\n${"é".repeat(1000)}`, () => setImmediate(more));
      }
    };
    more();
  };
  const long = await tell(receiver.url(), agent);
  assert.equal(long.status, 500);
  assert.equal(long.answer, `a b ${"é".repeat(296)}`);

  receiver.answer = () => undefined;
  assert.deepEqual(await tell(receiver.url(), agent, 300), {
    ...{ status: null, fault: "no answer within 0.3 s", answer: null },
  });
  // Its status is what counts: a body that never ends changes nothing.
  receiver.answer = (response) => void response.writeHead(200).write("taken");
  assert.deepEqual(await tell(receiver.url(), agent, 300), { status: 200, fault: null, answer: "taken" });
});
