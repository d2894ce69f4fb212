import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { edgeFiles } from "../../../components/edge/caddyConf";
import { resolveFleet } from "../../../fleet";
import { Backend, Caddy, type EdgeSettings, type Site, until } from "../../support/caddy";
import { Pebble } from "../../support/pebble";
import { RateLimit } from "../../support/rateLimit";

const backend = new Backend("acme");
let caddy: Caddy;
let pebble: Pebble;
let site: Site;

const settings = (names: readonly string[]): EdgeSettings => {
  const edge = {
    domain: "fleet.test",
    acme: { directory: pebble.directory, email: "ops@fleet.test", root: pebble.root },
  };
  const resolved = resolveFleet({ hosts: { local: {} }, edge }, "dev").edge!;
  return { edge: resolved, authorityName: "unused", sites: [{ ...site, names }] };
};

function take(...names: string[]): void {
  caddy.write(settings(names), { [edgeFiles.acmeRoot]: pebble.root });
  caddy.reload();
}

/** The certificate that a handshake for a name shows; whoever signed it. */
function certificateOf(name: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port: caddy.ports.https, servername: name, rejectUnauthorized: false },
      () => {
        resolve(new X509Certificate(socket.getPeerCertificate().raw));
        socket.destroy();
      },
    ).on("error", reject);
  });
}

const serves = async (name: string): Promise<boolean> =>
  (await caddy.ask(name, "/", { ca: pebble.issuer })).status === 200;

beforeAll(async () => {
  site = { tenant: "acme", names: [], port: await backend.start() };
  caddy = await Caddy.withFreePorts();
  pebble = new Pebble();
  // Short enough that a test sees a renewal, which Caddy does when a third of the time is left.
  await pebble.start({ validated: caddy.ports, validitySeconds: 45 });
  caddy.write(settings(["acme.fleet.test"]), { [edgeFiles.acmeRoot]: pebble.root });
  await caddy.start();
});

afterAll(async () => {
  backend.stop();
  await caddy.stop();
  await pebble.stop();
});

test("a certificate is ordered for a name as soon as it is declared, and is the authority's", async () => {
  await until(() => serves("acme.fleet.test"), 60);
  const certificate = await certificateOf("acme.fleet.test");
  expect(certificate.subjectAltName).toBe("DNS:acme.fleet.test");
  expect(certificate.issuer).toContain("Pebble Intermediate");
  expect(caddy.output).toMatch(/certificate obtained successfully","identifier":"acme\.fleet\.test/);
});

test("a certificate is renewed before it ends, and no connection is refused meanwhile", async () => {
  const first = await certificateOf("acme.fleet.test");
  await until(async () => (await certificateOf("acme.fleet.test")).serialNumber !== first.serialNumber, 45);
  expect(Date.now()).toBeLessThan(Date.parse(first.validTo));
  expect(await serves("acme.fleet.test")).toBe(true);
});

test("a name outside is answered without an order, and one that leads elsewhere gets none and harms no other", async () => {
  await expect(certificateOf("evil.test")).rejects.toThrow(/alert/);
  // Nobody listens there.
  await pebble.setAddress("erp.customer.test", "127.0.0.2");
  take("acme.fleet.test", "erp.customer.test");
  await until(() => /could not get certificate from issuer","identifier":"erp\.customer\.test/.test(caddy.output), 60);
  expect(await serves("acme.fleet.test")).toBe(true);
  expect(caddy.output).not.toContain("evil.test");
});

test("with the authority down, what is there is served, also after a reload, and what is new is ordered when it is back", async () => {
  await pebble.stopAuthority();
  const before = (await certificateOf("acme.fleet.test")).serialNumber;
  const root = pebble.issuer;
  take("acme.fleet.test", "globex.fleet.test");
  const answer = await caddy.ask("acme.fleet.test", "/", { ca: root });
  expect(answer.status).toBe(200);
  expect((await certificateOf("acme.fleet.test")).serialNumber).toBe(before);
  await expect(certificateOf("globex.fleet.test")).rejects.toThrow(/alert/);

  // One that can prove names by HTTP alone: nobody listens where it asks for TLS.
  await pebble.startAuthority({ validated: { ...caddy.ports, https: 1 }, validitySeconds: 3600 });
  // Caddy waits a minute after its first try, and for hours at last. Here the edge looks each five seconds instead of each quarter of an hour.
  const stop = caddy.followCertificates(5);
  try {
    await until(() => serves("globex.fleet.test"), 40);
  } finally {
    expect(stop()).toBeGreaterThan(0);
  }
});

test("where each name has its certificate, nothing is taken over anew", async () => {
  // That of before the authority's end is renewed by now, or ends.
  await until(() => serves("acme.fleet.test"), 60);
  const stop = caddy.followCertificates(1);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(stop()).toBe(0);
});

/** What Caddy has stored of a name, by the end of a file's name. */
function stored(name: string, end: "crt" | "key" | "json"): string {
  const folder = join(caddy.folder, "data");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return join(
    folder,
    files.find((path) => path.endsWith(`/${name}.${end}`))!,
  );
}

/** It asks again when the authority has told it to, in six hours: as if they were over. */
const askAgain = (name: string): Promise<void> =>
  caddy.restart(() => {
    const text = readFileSync(stored(name, "json"), "utf8");
    const asked = text.replace(/("_retryAfter": ?)"[^"]+"/, '$1"2026-01-01T00:00:00Z"');
    expect(asked).not.toBe(text);
    writeFileSync(stored(name, "json"), asked);
  });

test("a certificate that its authority wants to be renewed is, long before its end", async () => {
  const name = "globex.fleet.test";
  const first = await certificateOf(name);
  await pebble.wantRenewed(first.toString());
  await askAgain(name);
  await until(async () => (await certificateOf(name)).serialNumber !== first.serialNumber, 30);
  expect(Date.parse(first.validTo) - Date.now()).toBeGreaterThan(3_000_000);
});

test("a certificate that was revoked is replaced once its authority asks for it", async () => {
  const name = "globex.fleet.test";
  const first = await certificateOf(name);
  await pebble.revoke(first.toString(), readFileSync(stored(name, "key"), "utf8"));
  // Authorities ask for that by themselves. So does Pebble, within a second, which is too short for what Caddy takes for a window.
  await pebble.wantRenewed(first.toString());
  await askAgain(name);
  await until(async () => (await certificateOf(name)).serialNumber !== first.serialNumber, 30);
  await until(() => serves(name));
});

test("an authority of which too much was asked isn't asked all the time, and signs when it does again", async () => {
  const limit = new RateLimit(pebble, 3600);
  await limit.start();
  // Less often than Caddy would by itself only in the test: a quarter of an hour is 15 seconds.
  const stop = caddy.followCertificates(15);
  try {
    const own = settings(["globex.fleet.test", "hooli.fleet.test"]);
    const certificates = {
      ...own.edge.certificates,
      directory: limit.directory,
    } as EdgeSettings["edge"]["certificates"];
    caddy.write({ ...own, edge: { ...own.edge, certificates } }, { [edgeFiles.acmeRoot]: pebble.root });
    caddy.reload();
    await until(() => limit.refused.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(limit.refused.length).toBeLessThanOrEqual(2);
    // Who has a certificate of the same authority keeps it meanwhile.
    expect(await serves("globex.fleet.test")).toBe(true);
    limit.isReached = false;
    await until(() => serves("hooli.fleet.test"), 60);
  } finally {
    stop();
    limit.stop();
  }
});
