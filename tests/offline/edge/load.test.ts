/** The real Caddy under load, with large bodies, and with a browser that speaks HTTP/3. */
import { createHash, type Hash, X509Certificate } from "node:crypto";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { chromium } from "playwright-core";
import { resolveFleet } from "../../../fleet";
import { Caddy, type EdgeSettings, type Site, until } from "../../support/caddy";
import { underLoad } from "../../support/load";
import { proof } from "../../support/proof";

const MiB = 1024 * 1024;
/** Answers a request as Odoo would, takes a body of any length, and gives one. */
const backend = createServer((asked, answer) => {
  const wanted = Number(new URL(asked.url!, "http://backend").searchParams.get("MiB") ?? 0);
  const seen = createHash("sha256");
  asked.on("data", (piece: Buffer) => void seen.update(piece));
  asked.on("end", () => {
    answer.setHeader("X-Seen", seen.digest("hex"));
    if (wanted === 0) {
      answer.setHeader("Content-Type", "text/html");
      answer.end("<title>Odoo</title>");
      return;
    }
    let left = wanted;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!answer.write(piece)) {
          answer.once("drain", more);
          return;
        }
      }
      answer.end();
    };
    more();
  });
});
const piece = Buffer.alloc(MiB, "0123456789abcdef");
let caddy: Caddy;
let acme: Site;

function settings(sites: readonly Site[]): EdgeSettings {
  const edge = { domain: "localhost", certificates: "internal", httpsPort: caddy.ports.https };
  return {
    edge: resolveFleet({ hosts: { local: {} }, edge }, "dev").edge!,
    authorityName: "odoo-fleet dev local",
    sites,
  };
}

beforeAll(async () => {
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  caddy = await Caddy.withFreePorts();
  acme = { tenant: "acme", names: ["acme.localhost"], port: (backend.address() as AddressInfo).port };
  caddy.write(settings([acme]));
  await caddy.start();
  await until(async () => (await caddy.ask("acme.localhost", "/", { ca: caddy.root() })).status === 200);
});
afterAll(async () => {
  backend.closeAllConnections();
  backend.close();
  await caddy.stop();
});

const target = (): object => ({
  host: "127.0.0.1",
  port: caddy.ports.https,
  ca: caddy.root(),
  servername: "acme.localhost",
});
const headers = { Host: "acme.localhost" };

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tenants come and go so many times, a second apart. */
async function losesNothing(reloads: number): Promise<void> {
  const asked = { port: caddy.ports.https, ca: caddy.root(), name: "acme.localhost", path: "/web/login" };
  const { sent, lost } = await underLoad(asked, async () => {
    for (let one = 0; one < reloads; one += 1) {
      await delay(1000);
      const more = Array.from({ length: one % 2 === 0 ? 20 : 0 }, (_, slot) => ({
        ...{ tenant: `t${slot}`, names: [`t${slot}.localhost`], port: acme.port },
      }));
      caddy.write(settings([acme, ...more]));
      await caddy.reloadAside();
    }
  });
  // A busy machine sends fewer.
  expect(sent).toBeGreaterThan(reloads * 100);
  expect(lost).toEqual([]);
}

it("loses no request of 200 a second while tenants come and go", () => losesNothing(6), 60_000);
proof("loses none in a minute of it", () => losesNothing(60), 180_000);

/** Sends so much, and gets as much. */
async function carries(size: number): Promise<void> {
  const before = caddy.peakMiB();
  const [sent, got] = [createHash("sha256"), createHash("sha256")];
  const seen = await new Promise<string>((resolve, reject) => {
    const asked = request(
      { ...target(), method: "POST", path: `/web/binary/upload?MiB=${size}`, headers, agent: false },
      (answer) => {
        answer.on("data", (part: Buffer) => void got.update(part));
        answer.on("end", () => resolve(answer.headers["x-seen"] as string)).on("error", reject);
      },
    );
    asked.on("error", reject);
    void feed(asked, size, sent).catch(reject);
  });
  const whole = sent.digest("hex");
  expect([seen, got.digest("hex")]).toEqual([whole, whole]);
  // It holds none of it back.
  expect(caddy.peakMiB() - before).toBeLessThan(40);
}

async function feed(asked: ReturnType<typeof request>, size: number, sent: Hash): Promise<void> {
  for (let one = 0; one < size; one += 1) {
    sent.update(piece);
    if (!asked.write(piece)) {
      await new Promise((resolve) => asked.once("drain", resolve));
    }
  }
  asked.end();
}

it(
  "hands an upload and a download of 256 MB on as they come, in memory that doesn't grow with them",
  () => carries(256),
  60_000,
);
proof("hands 2 GB on", () => carries(2048), 300_000);

it("serves a browser by HTTP/3", async () => {
  const certificate = await new Promise<X509Certificate>((resolve, reject) => {
    const socket = connect(target(), () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.end();
    });
    socket.on("error", reject);
  });
  const key = createHash("sha256")
    .update(certificate.publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  const browser = await chromium.launch({
    executablePath: execFileSync("setup/chromium.sh", {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }).trim(),
    // By QUIC a browser trusts no authority that was added to its machine, but for keys that it is told of; and what it gets by such a
    // connection doesn't lead it to another one, so it is told to take QUIC.
    args: [
      ...["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP acme.localhost 127.0.0.1"],
      `--ignore-certificate-errors-spki-list=${key}`,
      `--origin-to-force-quic-on=acme.localhost:${caddy.ports.https}`,
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`https://acme.localhost:${caddy.ports.https}/web/login`);
    expect(await page.title()).toBe("Odoo");
    const protocol = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
    expect(await page.evaluate<string>(protocol)).toBe("h3");
  } finally {
    await browser.close();
  }
}, 60_000);
