import { Agent } from "node:https";
import { WebSocket } from "ws";
import { resolveFleet } from "../../../fleet";
import { Backend, Caddy, type EdgeSettings, secretOf, type Site, until } from "../../support/caddy";

const backends = { acme: new Backend("acme"), globex: new Backend("globex") };
const sites: Record<string, Site> = {};
let caddy: Caddy;

const settings = (served: readonly Site[], more: object = {}): EdgeSettings => {
  const edge = { domain: "fleet.test", certificates: "internal", ...more };
  return {
    edge: resolveFleet({ hosts: { local: {} }, edge }, "dev").edge!,
    authorityName: "odoo-fleet dev local",
    sites: served,
  };
};

beforeAll(async () => {
  for (const [name, backend] of Object.entries(backends)) {
    const port = await backend.start();
    sites[name] = { tenant: name, names: [`${name}.fleet.test`], port };
  }
  caddy = await Caddy.withFreePorts();
  caddy.write(settings([sites["acme"]!], { httpsPort: 9443, publicPort: 8443, hsts: 300 }));
  await caddy.start();
  await until(async () => (await ask("acme")).status === 200);
});

afterAll(async () => {
  Object.values(backends).forEach((backend) => backend.stop());
  await caddy.stop();
});

const ask = (tenant: string, more: { sni?: string; headers?: Record<string, string> } = {}): ReturnType<Caddy["ask"]> =>
  caddy.ask(`${tenant}.fleet.test`, "/web/login?token=hidden", { ca: caddy.root(), ...more });
const http = (host: string, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${caddy.ports.http}${path}`, { headers: { Host: host }, redirect: "manual" });

test("a name is served by its tenant, which is told who asked, and by whom it was handed on", async () => {
  const answer = await ask("acme", {
    headers: {
      "X-Forwarded-For": "192.0.2.66",
      "X-Forwarded-Proto": "http",
      "X-Forwarded-Host": "evil.test",
      "X-Real-IP": "192.0.2.66",
      Forwarded: "for=192.0.2.66",
      "X-Odoo-Fleet-Edge": "guessed",
    },
  });
  expect(answer).toMatchObject({ status: 200, body: "acme" });
  expect(answer.headers).toMatchObject({
    "strict-transport-security": "max-age=300",
    // The port that customers use, neither the one inside the container nor the one that a proxy in front asks at.
    "alt-svc": 'h3=":8443"; ma=86400',
  });
  const { headers } = backends.acme.asked.at(-1)!;
  expect(headers).toMatchObject({
    host: "acme.fleet.test",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "acme.fleet.test",
    "x-odoo-fleet-edge": secretOf("acme"),
  });
  expect(headers["x-real-ip"]).toBeUndefined();
  expect(headers["forwarded"]).toBeUndefined();
  expect(JSON.stringify(headers)).not.toContain("192.0.2.66");
});

test("HTTP leads to HTTPS at the public port, with path and query, and a name outside leads nowhere", async () => {
  // `fetch` sets its own Host.
  const raw = async (host: string): Promise<string> => {
    const { request } = await import("node:http");
    return new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: caddy.ports.http,
        path: "/shop?a=1",
        headers: { Host: host },
        agent: false,
      };
      request({ ...options, method: "POST" }, (answer) => {
        answer.resume();
        resolve(`${answer.statusCode} ${answer.headers.location ?? ""}`.trim());
      })
        .on("error", reject)
        .end();
    });
  };
  expect(await raw("acme.fleet.test")).toBe("308 https://acme.fleet.test:8443/shop?a=1");
  expect(await raw("evil.test")).toBe("404");
  expect((await http("ignored", "/")).status).toBe(404);
});

test("another name than the handshake's isn't served, nor one that has no certificate", async () => {
  const before = backends.acme.asked.length;
  expect((await ask("globex", { sni: "acme.fleet.test" })).status).toBe(421);
  await expect(ask("globex")).rejects.toThrow(/alert/);
  await expect(ask("acme", { sni: "evil.test" })).rejects.toThrow(/alert/);
  expect(backends.acme.asked).toHaveLength(before);
});

test("a tenant that comes is served after a reload that no connection notices, and a tenant that goes isn't", async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${caddy.ports.https}/websocket`, {
    agent: new Agent({ ca: caddy.root(), servername: "acme.fleet.test" }),
    headers: { Host: "acme.fleet.test" },
  });
  const said: string[] = [];
  socket.on("message", (message: Buffer) => said.push(message.toString()));
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));

  caddy.write(settings([sites["acme"]!, sites["globex"]!]));
  caddy.reload();
  await until(async () => (await ask("globex")).body === "globex");
  expect(backends.globex.asked.at(-1)!.headers["x-odoo-fleet-edge"]).toBe(secretOf("globex"));
  caddy.write(settings([sites["globex"]!]));
  caddy.reload();
  await until(async () => (await ask("acme").catch(() => ({ status: 404 }))).status !== 200);

  socket.send("still here");
  await until(() => said.includes("echo still here"));
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
  caddy.write(settings([sites["acme"]!, sites["globex"]!]));
  caddy.reload();
});

test("a proxy in front is believed where it is declared, and only what it wrote itself", async () => {
  caddy.write(settings([sites["acme"]!], { trustedProxies: ["127.0.0.0/8"] }));
  caddy.reload();
  const forwarded = async (value: string): Promise<string> => {
    await ask("acme", { headers: { "X-Forwarded-For": value } });
    return backends.acme.asked.at(-1)!.headers["x-forwarded-for"] as string;
  };
  await until(async () => (await forwarded("203.0.113.5")) === "203.0.113.5");
  // The first was in the request that the proxy got.
  expect(await forwarded("192.0.2.66, 203.0.113.5")).toBe("203.0.113.5");
});

test("a tenant that doesn't answer is said to be starting, and no request is in the log", async () => {
  caddy.write(settings([{ ...sites["acme"]!, port: 1 }]));
  caddy.reload();
  await until(async () => (await ask("acme")).status === 503);
  const answer = await ask("acme");
  expect(answer.headers).toMatchObject({ "retry-after": "5", "cache-control": "no-store" });
  expect(answer.body).toContain("Odoo is starting");
  expect(caddy.output).toContain("certificate obtained successfully");
  expect(caddy.output).not.toContain("token=hidden");
});

test("a suspended tenant is said to be so in two languages, under its own name as it is written, and to programs too", async () => {
  const company = `Müller & Söhne <b>"{http.request.host}"`;
  caddy.write(settings([sites["acme"]!, { ...sites["globex"]!, state: "suspended", company }]));
  caddy.reload();
  await until(async () => (await ask("globex")).status === 503);
  const answer = await ask("globex");
  expect(answer.headers).toMatchObject({ "retry-after": "3600", "cache-control": "no-store" });
  const text = answer.body.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  expect(text).toContain(`<h1>${company}</h1>`);
  expect(answer.body).not.toContain("<b>");
  for (const part of ["is suspended", "est suspendu", 'http-equiv="refresh"']) {
    expect(answer.body).toContain(part);
  }
  expect(answer.body).not.toContain("<script");
  expect((await ask("acme")).status).toBe(200);
});

test.each([
  ["nothing", []],
  ["a thousand tenants", Array.from({ length: 1000 }, (_, slot) => site(slot))],
])("Caddy accepts the configuration with %s", (_, served) => {
  caddy.write(settings(served));
  expect(() => caddy.validate()).not.toThrow();
});

test("Caddy does refuse a configuration that isn't one", () => {
  caddy.write({ ...settings([]), edge: { ...settings([]).edge, trustedProxies: ["nowhere"] } });
  expect(() => caddy.validate()).toThrow(/nowhere/);
});

test("a stop lets what is under way end, refuses what comes, and waits for no download", async () => {
  caddy.write(settings([sites["acme"]!]));
  caddy.reload();
  await until(async () => (await ask("acme")).status === 200);
  const ca = caddy.root();
  const asked = (path: string): ReturnType<Caddy["ask"]> => caddy.ask("acme.fleet.test", path, { ca });
  const report = asked("/takes/3");
  const download = asked("/takes/60").catch(() => "cut");
  await until(() => backends.acme.asked.filter(({ url }) => url?.startsWith("/takes/")).length === 2);
  const began = Date.now();
  const ended = caddy.end();
  await until(async () => (await asked("/").catch(() => ({ status: 0 }))).status === 0);
  expect(await report).toMatchObject({ status: 200, body: "acme" });
  await ended;
  expect(await download).toBe("cut");
  expect(Date.now() - began).toBeLessThan(20_000);
});

function site(slot: number): Site {
  return { tenant: `t${slot}`, names: [`t${slot}.fleet.test`], port: 20001 + slot * 10 };
}
