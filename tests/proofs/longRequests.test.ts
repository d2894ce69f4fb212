/** A report of twenty minutes and a download as long, by HTTPS, while tenants come and go: nothing on the way ends them. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { FleetOutputs } from "../../components";
import { CliStack } from "../support/cliStack";
import { execIn } from "../support/engine";
import { eventually, OdooClient } from "../support/odooClient";

const stack = new CliStack("long-requests", 229);
const port = 18220;
const edge = { domain: "localhost", certificates: "internal", httpPort: 18219, httpsPort: port };
const plans = { starter: { requestSeconds: 1500 } };
const acme = { slot: 322, publishPort: true };
const globex = { slot: 323 };
const container = (name: string): string => `${stack.environment}-${name}`;
/** How long both take. */
const seconds = 1200;

let client: OdooClient;
let ca: string;

beforeAll(async () => {
  await stack.init();
  stack.configure({ edge, plans, tenants: { acme } });
  await stack.mustUp();
  const { adminPasswords } = await stack.outputs<{ adminPasswords: Record<string, string> } & FleetOutputs>();
  client = new OdooClient(`http://127.0.0.1:${20_000 + acme.slot * 10}`);
  await client.login("acme", "admin", adminPasswords["acme"]!);
  ca = (await execIn(container("edge"), ["cat", "/data/pki/authorities/local/root.crt"])).output;
});
afterAll(() => stack.dispose());

/** Asks acme over HTTPS, as who is logged in, and waits as long as it takes. */
function ask(path: string, body?: object): Promise<IncomingMessage> {
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      ...{ Host: `acme.localhost:${port}`, Cookie: client.session },
      ...(text && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    };
    const options = { host: "127.0.0.1", port, path, ca, servername: "acme.localhost", headers, agent: false };
    request({ ...options, method: text ? "POST" : "GET" }, resolve)
      .on("error", reject)
      .end(text);
  });
}

/** What an answer has, read as fast as it comes, or in so many seconds. */
async function read(answer: IncomingMessage, lasting = 0): Promise<Buffer> {
  const size = Number(answer.headers["content-length"] ?? 0);
  const pieces: Buffer[] = [];
  let [had, began] = [0, Date.now()];
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    had += piece.length;
    began ||= Date.now();
    await delay(Math.max(0, began + (had / size) * lasting * 1000 - Date.now()));
  }
  return Buffer.concat(pieces);
}

/** Has the edge take over other routes. */
async function reload(tenants: object, name: string, status: number): Promise<void> {
  stack.configure({ edge, plans, tenants });
  await stack.mustUp();
  await eventually(
    () => execIn(container("edge"), ["sh", "-c", "cat /data/routes"]),
    ({ output }) => output.includes(`${name} running`) === (status === 200),
    60,
  );
}

it(
  "are answered whole, through reloads of the edge",
  async () => {
    const content = randomBytes(24 * 1024 * 1024);
    const [file] = await client.call<number[]>("ir.attachment", "create", [
      [{ name: "long.bin", datas: content.toString("base64") }],
    ]);
    const code = `env.cr.execute("SELECT pg_sleep(${seconds})")`;
    const [model] = await client.call<number[]>("ir.model", "search", [[["model", "=", "res.partner"]]]);
    const [action] = await client.call<number[]>("ir.actions.server", "create", [
      [{ name: "A long report", model_id: model, state: "code", code }],
    ]);
    const params = { model: "ir.actions.server", method: "run", args: [[action]], kwargs: {} };
    const began = Date.now();
    const report = ask("/web/dataset/call_kw/ir.actions.server/run", { jsonrpc: "2.0", method: "call", params }).then(
      async (answer) => ({ status: answer.statusCode, body: (await read(answer)).toString(), ended: Date.now() }),
    );
    const download = ask(`/web/content/${file}?download=1`).then(async (answer) => ({
      status: answer.statusCode,
      sum: createHash("sha256")
        .update(await read(answer, seconds))
        .digest("hex"),
      ended: Date.now(),
    }));
    await delay(5000);
    await reload({ acme, globex }, "globex", 200);
    await delay(300_000);
    await reload({ acme, globex: { ...globex, state: "suspended" } }, "globex", 503);
    const [told, got] = await Promise.all([report, download]);
    expect(told.status).toBe(200);
    expect(told.body).not.toContain('"error"');
    expect(told.ended - began).toBeGreaterThanOrEqual(seconds * 1000);
    expect(got).toMatchObject({ status: 200, sum: createHash("sha256").update(content).digest("hex") });
    expect(got.ended - began).toBeGreaterThanOrEqual(seconds * 900);
  },
  2 * seconds * 1000,
);
