import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { orderOf } from "./support/api.ts";
import { MailServer } from "./support/mailServer.ts";
import { Postgres } from "./support/postgres.ts";
import { started } from "./support/started.ts";
import { testSettings } from "./support/settings.ts";
import { freePorts } from "../../tests/support/freePorts.js";

const cwd = new URL("..", import.meta.url);

test("the web process: a token of the operator's, an order, a real mail, its code, and an orderly end", async () => {
  const postgres = await Postgres.start();
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  const [port] = (await freePorts(1)) as [number];
  const mail = await MailServer.start();
  const { mails } = mail;
  let web: ReturnType<typeof spawn> | undefined;
  try {
    await writeFile(join(folder, "url"), postgres.url);
    await writeFile(join(folder, "secret"), "0123456789abcdef".repeat(2));
    const settings = testSettings({
      listen: { port },
      mail: { host: "127.0.0.1", port: mail.port, from: "portal@example.com", requireTls: false },
    });
    await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
    // Nothing of the fleet is in it: no engine, no passphrase, no state.
    const env = {
      PORTAL_SETTINGS: join(folder, "settings.json"),
      PORTAL_DATABASE_URL_FILE: join(folder, "url"),
      PORTAL_SESSION_SECRET_FILE: join(folder, "secret"),
    };
    const run = (...args: string[]) => promisify(execFile)(process.execPath, ["start.mjs", ...args], { cwd, env });
    await run("migrate");
    const { stdout } = await run("token", "--email", "web@example.com");
    await assert.rejects(run("token", "--email", "nobody"), { code: 2, stderr: /expected --email/ });

    web = spawn(process.execPath, ["start.mjs", "web"], { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    await started(web);
    const send = (path: string, body: unknown, headers = {}) =>
      fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID(), ...headers },
        body: JSON.stringify(body),
      });
    const placed = await send("/orders", orderOf("web1"), { Authorization: `Bearer ${stdout.trim()}` });
    assert.equal(placed.status, 201);
    const { id } = (await placed.json()) as { id: string };
    assert.equal(mails.length, 1);
    assert.match(mails[0]!, /^To: web@example\.com\r$/m);
    assert.match(mails[0]!, /^Subject: Confirm your order of web1\.example\.com\r$/m);
    const code = /^https:\/\/portal\.example\.com\/confirm#([\w-]{43})\r$/m.exec(
      mails[0]!.replaceAll("=\r\n", ""),
    )?.[1];
    const confirmed = await send("/confirmations", { code });
    assert.deepEqual(await confirmed.json(), { order: id });

    // Somebody looks at the job, which waits for a worker that isn't there.
    const headers = { Authorization: `Bearer ${stdout.trim()}` };
    const { jobs } = (await (await fetch(`http://127.0.0.1:${port}/api/v1/jobs`, { headers })).json()) as {
      jobs: { id: string }[];
    };
    const stream = await fetch(`http://127.0.0.1:${port}/api/v1/jobs/${jobs[0]!.id}/events`, { headers });
    assert.equal(stream.status, 200);
    const read = stream.text().catch(() => undefined);

    const ended = once(web, "exit", { signal: AbortSignal.timeout(30_000) });
    web.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    await read;
  } finally {
    web?.kill("SIGKILL");
    await mail.stop();
    await postgres.stop();
    await rm(folder, { recursive: true });
  }
});
