/**
 * What clients send that want more than they may: requests in which one server sees another end than the next one, headers
 * that are there twice, and connections that are kept busy. What reaches the tenant is looked at byte by byte.
 */
import { resolveFleet } from "../../../fleet";
import { Caddy, secretOf, until } from "../../support/caddy";
import { http2Request, http2Outcome, type RawTarget, sendRaw, WireRecorder } from "../../support/rawClient";

const name = "acme.fleet.test";
/** An address that only a request could claim which the edge didn't look at. */
const forged = "192.0.2.66";
const hidden = `GET /hidden HTTP/1.1\r\nHost: ${name}\r\nX-Forwarded-For: ${forged}\r\nX-Odoo-Fleet-Edge: guessed\r\nConnection: close\r\n\r\n`;
/** An ordinary request that follows each attempt: the tenant accepts what came before it first. */
const fence = "/fence";

const tenant = new WireRecorder();
let caddy: Caddy;
let target: RawTarget;

beforeAll(async () => {
  const site = { tenant: "acme", names: [name], port: await tenant.start() };
  caddy = await Caddy.withFreePorts();
  const edge = { domain: "fleet.test", certificates: "internal" };
  caddy.write({
    edge: resolveFleet({ hosts: { local: {} }, edge }, "dev").edge!,
    authorityName: "odoo-fleet dev local",
    sites: [site],
  });
  await caddy.start();
  await until(serves);
  target = { port: caddy.ports.https, ca: caddy.root(), name };
});

afterAll(async () => {
  tenant.stop();
  await caddy.stop();
});

async function serves(): Promise<boolean> {
  return (await caddy.ask(name, fence, { ca: caddy.root() })).body === "recorded";
}

/** How often a header stands in what came by a connection, with its values. */
function valuesOf(connection: string, header: string): string[] {
  const head = connection.split("\r\n\r\n")[0]!;
  return [...head.matchAll(new RegExp(`^${header}: (.*)$`, "gim"))].map(([, value]) => value!.trim());
}

/** Each connection is one request, whose end is clear, of the client's own address, and the edge's. */
function expectWhole(connections: readonly string[]): void {
  for (const connection of connections) {
    expect(valuesOf(connection, "Host")).toEqual([name]);
    expect(valuesOf(connection, "X-Forwarded-For")).toEqual(["127.0.0.1"]);
    expect(valuesOf(connection, "X-Odoo-Fleet-Edge")).toEqual([secretOf("acme")]);
    const ends = [...valuesOf(connection, "Content-Length"), ...valuesOf(connection, "Transfer-Encoding")];
    expect(ends.length).toBeLessThanOrEqual(1);
    expect(ends.join("")).toMatch(/^(chunked|\d*)$/);
  }
}

/** What came to the tenant by an attempt. A connection that was given up before anything was said isn't counted. */
async function reached(attempt: () => Promise<unknown>): Promise<readonly string[]> {
  const before = tenant.connections.length;
  await attempt();
  expect(await serves()).toBe(true);
  return tenant.connections
    .slice(before)
    .filter((connection) => connection !== "" && !connection.startsWith(`GET ${fence} `));
}

const request = (lines: readonly string[], body: string): string =>
  [`POST /first HTTP/1.1`, `Host: ${name}`, ...lines, "", body].join("\r\n");

describe("HTTP/1.1 in which the request's end is said twice", () => {
  test.each<[string, string[], string]>([
    ["by another length", ["Content-Length: 5", `Content-Length: ${hidden.length}`], `12345${hidden}`],
    ["by a list of lengths", ["Content-Length: 5, 6"], `12345${hidden}`],
    ["by a length with a sign", ["Content-Length: +5"], `12345${hidden}`],
    ["by a negative length", ["Content-Length: -5"], hidden],
    ["by an encoding that isn't one", ["Transfer-Encoding: xchunked", "Content-Length: 5"], `12345${hidden}`],
    ["by two encodings", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], `0\r\n\r\n${hidden}`],
    ["by an encoding before which a control character is", ["Transfer-Encoding: \x0bchunked"], `0\r\n\r\n${hidden}`],
    ["by an encoding with a blank before the colon", ["Transfer-Encoding : chunked"], `0\r\n\r\n${hidden}`],
    ["by a header that goes on in the next line", ["Transfer-Encoding:", " chunked, x"], `0\r\n\r\n${hidden}`],
  ])("is refused: %s", async (_, lines, body) => {
    const connections = await reached(async () => {
      const { answer, isClosed } = await sendRaw(target, request(lines, body));
      expect(answer.toString("latin1")).toMatch(/^HTTP\/1\.1 (400|501) /);
      // Whatever came after it is nobody's.
      expect(isClosed).toBe(true);
    });
    expect(connections).toEqual([]);
  });

  test.each<[string, string[], string]>([
    ["an encoding and a length", [`Content-Length: ${5 + hidden.length}`, "Transfer-Encoding: chunked"], "0\r\n\r\n"],
    ["a chunk whose line ends by half", ["Transfer-Encoding: chunked"], "2;\nxx\r\n3\r\nabc\r\n0\r\n\r\n"],
    ["a chunk that is longer than it says", ["Transfer-Encoding: chunked"], "1\r\nabc\r\n0\r\n\r\n"],
  ])(
    "reaches the tenant with one end alone, and what is hidden in it not as the edge's: %s",
    async (_, lines, body) => {
      const connections = await reached(async () => {
        expect((await sendRaw(target, request(lines, body + hidden))).isClosed).toBe(true);
      });
      expectWhole(connections);
      expect(connections.join("")).not.toContain(forged);
    },
  );
});

describe("HTTP/1.1 that names another tenant beside its own", () => {
  test.each([
    ["a second time", `GET / HTTP/1.1\r\nHost: ${name}\r\nHost: globex.fleet.test\r\n\r\n`, "400"],
    [
      "in the request's own line",
      `GET https://globex.fleet.test/ HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
      "421",
    ],
    ["by none at all", "GET / HTTP/1.1\r\n\r\n", "400"],
  ])("%s", async (_, bytes, status) => {
    const connections = await reached(async () => {
      const { answer } = await sendRaw(target, bytes);
      expect(answer.toString("latin1").slice(9, 12)).toBe(status);
    });
    expect(connections).toEqual([]);
  });
});

async function http2OutcomeOf(request: Buffer): Promise<string> {
  const isOver = (answer: Buffer): boolean => http2Outcome(answer) !== "nothing";
  return http2Outcome((await sendRaw(target, request, { protocol: "h2", isOver })).answer);
}

describe("HTTP/2, of which HTTP/1.1 is made for the tenant", () => {
  const own = [
    [":method", "POST"],
    [":scheme", "https"],
    [":authority", name],
    [":path", "/first"],
  ] as const;

  it("is served where it is as it should be", async () => {
    const connections = await reached(async () => {
      expect(await http2OutcomeOf(http2Request([...own, ["content-length", "5"]], "12345"))).toBe("served");
    });
    expect(connections).toHaveLength(1);
    expectWhole(connections);
  });

  test.each<[string, readonly (readonly [string, string])[], string | undefined]>([
    ["with an encoding of HTTP/1.1", [...own, ["transfer-encoding", "chunked"]], `0\r\n\r\n${hidden}`],
    ["with a shorter length than its body", [...own, ["content-length", "5"]], `12345${hidden}`],
    ["with a line break in a header", [...own, ["x-note", `a\r\nTransfer-Encoding: chunked`]], undefined],
    ["with a line break in a header's name", [...own, ["x-note\r\nhost", "globex.fleet.test"]], undefined],
    ["with a second path", [...own, [":path", "/second"]], undefined],
    ["with a request in its method", [[":method", `GET / HTTP/1.1\r\nHost: x\r\n\r\nGET`], ...own.slice(1)], undefined],
    ["with a header in capitals", [...own, ["Content-Length", "5"]], "12345"],
  ])("is refused %s", async (_, headers, body) => {
    const connections = await reached(async () => {
      expect(await http2OutcomeOf(http2Request(headers, body))).toBe("refused");
    });
    expectWhole(connections);
    expect(connections.join("")).not.toMatch(/hidden|globex|second/);
  });

  it("isn't served in the name of another than the handshake's, whatever it says beside", async () => {
    const headers = [...own.filter(([key]) => key !== ":authority"), [":authority", "globex.fleet.test"]] as const;
    const connections = await reached(async () => {
      expect(await http2OutcomeOf(http2Request([...headers, ["host", name]], ""))).toBe("refused");
    });
    expect(connections).toEqual([]);
  });
});

test("headers that come one letter a second end after ten, and keep nobody else waiting", async () => {
  const started = Date.now();
  const slow = await Promise.all(
    Array.from({ length: 50 }, () => sendRaw(target, `GET / HTTP/1.1\r\nHost: ${name}\r\nX-Slow: `, { seconds: 1 })),
  );
  expect(slow.every(({ isClosed }) => !isClosed)).toBe(true);
  const kept = sendRaw(target, `GET / HTTP/1.1\r\nHost: ${name}\r\nX-Slow: `, { seconds: 30 });
  expect(await serves()).toBe(true);
  expect((await kept).isClosed).toBe(true);
  expect(Date.now() - started).toBeLessThan(25_000);
});

test("headers of more than 64 KiB are refused before the tenant sees any of them", async () => {
  const connections = await reached(async () => {
    const { answer } = await sendRaw(
      target,
      `GET / HTTP/1.1\r\nHost: ${name}\r\nX-Long: ${"a".repeat(80_000)}\r\n\r\n`,
    );
    expect(answer.toString("latin1")).toMatch(/^HTTP\/1\.1 431 /);
  });
  expect(connections).toEqual([]);
});
