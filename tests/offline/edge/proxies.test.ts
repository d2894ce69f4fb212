/** What docs/edge.md says of proxies of somebody else in front of the edge, with the real programs. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";
import { WebSocket } from "ws";
import { certificateAuthority } from "../../../components/monitoring/certificates";
import { resolveFleet } from "../../../fleet";
import { Backend, Caddy, secretOf, type Site, until } from "../../support/caddy";
import { freePorts } from "../../support/freePorts";
import { baseImages, Sandbox } from "../../support/imagesSandbox";

const guide = readFileSync("docs/edge.md", "utf8");
/** The first block of a language below a heading. */
const example = (heading: string, language: string): string =>
  guide.split(`### ${heading}`)[1]!.split(`\`\`\`${language}\n`)[1]!.split("```")[0]!;

const name = "acme.odoo.example.com";
/** The proxy's address, a client's, and one that a client invents. */
const [proxy, client, invented] = ["127.0.0.2", "127.0.0.3", "192.0.2.66"];

const backend = new Backend("acme");
const sandbox = new Sandbox();
let caddy: Caddy;
let site: Site;

const write = (trustedProxies: readonly string[]): void => {
  const edge = { domain: "odoo.example.com", certificates: "internal", trustedProxies };
  caddy.write({
    edge: resolveFleet({ hosts: { local: {} }, edge }, "dev").edge!,
    authorityName: "odoo-fleet dev local",
    sites: [site],
  });
};

beforeAll(async () => {
  site = { tenant: "acme", names: [name], port: await backend.start() };
  caddy = await Caddy.withFreePorts();
  write([`${proxy}/32`]);
  await caddy.start();
  await until(async () => (await caddy.ask(name, "/", { ca: caddy.root() })).status === 200);
});

afterAll(async () => {
  await sandbox.clean();
  backend.stop();
  await caddy.stop();
});

/** Asks by HTTPS from an address of this machine. */
function askFrom(localAddress: string, port: number, ca: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, localAddress, ca, servername: name, agent: false };
    request({ ...options, path: "/web/login", headers: { Host: name, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}

const seen = (): Record<string, unknown> => backend.asked.at(-1)!.headers;

describe("Cloudflare", () => {
  it("is believed what it adds, and a client that says the same by itself isn't", async () => {
    const headers = {
      "X-Forwarded-For": `${invented}, ${client}`,
      "CF-Connecting-IP": client,
      "CF-Visitor": '{"scheme":"https"}',
      "X-Forwarded-Proto": "https",
    };
    expect(await askFrom(proxy, caddy.ports.https, caddy.root(), headers)).toBe(200);
    expect(seen()).toMatchObject({ "x-forwarded-for": client, "x-forwarded-proto": "https", host: name });
    expect(await askFrom(client, caddy.ports.https, caddy.root(), headers)).toBe(200);
    expect(seen()).toMatchObject({ "x-forwarded-for": client });
    expect(await askFrom(client, caddy.ports.https, caddy.root(), { "X-Forwarded-For": invented })).toBe(200);
    expect(seen()).toMatchObject({ "x-forwarded-for": client });
  });

  it("has networks that the configuration takes, as they are in the guide", () => {
    const raw = parse(example("Behind Cloudflare", "yaml")) as { "odoo-fleet:edge": { trustedProxies: string[] } };
    const { trustedProxies } = raw["odoo-fleet:edge"];
    expect(trustedProxies.length).toBeGreaterThan(10);
    write(trustedProxies);
    expect(() => caddy.validate()).not.toThrow();
  });
});

describe("a plain Nginx", () => {
  let port: number;
  let ca: string;

  beforeAll(async () => {
    write([`${proxy}/32`]);
    caddy.reload();
    [port] = (await freePorts(1)) as [number];
    const authority = await certificateAuthority("a seed of at least thirty-two characters");
    const { certificate, key } = await authority.issue([name]);
    ca = authority.certificate;
    const site = example("Behind a plain Nginx", "nginx")
      .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
      // Both are on one machine here.
      .replace("https://203.0.113.10:443;", `https://127.0.0.1:${caddy.ports.https};\n    proxy_bind ${proxy};`);
    await sandbox.start({
      image: baseImages().nginx,
      options: ["--network", "host"],
      files: {
        "/etc/nginx/conf.d/default.conf": { content: site },
        "/etc/nginx/acme.pem": { content: certificate },
        "/etc/nginx/acme.key": { content: key },
      },
    });
    await until(async () => (await askFrom(client, port, ca, {})) === 200);
  });

  it("is believed what it adds, whatever a client sends through it", async () => {
    expect(await askFrom(client, port, ca, { "X-Forwarded-For": invented, "X-Real-IP": invented })).toBe(200);
    expect(seen()).toMatchObject({
      "x-forwarded-for": client,
      "x-forwarded-proto": "https",
      "x-odoo-fleet-edge": secretOf("acme"),
      host: name,
    });
    expect(JSON.stringify(seen())).not.toContain(invented);
  });

  it("lets websockets through", async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/websocket`, {
      agent: new Agent({ ca, servername: name }),
      headers: { Host: name },
    });
    const said = new Promise((resolve, reject) =>
      socket.on("message", (text: Buffer) => resolve(text.toString())).on("error", reject),
    );
    socket.on("open", () => socket.send("hello"));
    expect(await said).toBe("echo hello");
    socket.terminate();
  });
});
