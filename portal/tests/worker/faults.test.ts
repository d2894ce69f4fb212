/** What is kept of a fault, which operators read in a browser: its end, and never a secret. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { faultText, longestFault, secretsOf } from "../../src/worker/faults.ts";

test("what the worker's environment, its files and its settings hold is masked, in each form in which programs print it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  try {
    const url = "postgres://portal:p%40ss%2Fword@db.example.com:5432/portal";
    const key = "-----BEGIN SOMETHING-----\nnot quite random\n-----END SOMETHING-----";
    await writeFile(join(folder, "url"), `${url}\n`);
    await writeFile(join(folder, "pass"), "correct horse battery\n");
    await writeFile(join(folder, "key"), key);
    const environment = {
      PORTAL_DATABASE_URL_FILE: join(folder, "url"),
      PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "pass"),
      PORTAL_WEBHOOK_SECRET_FILE: join(folder, "key"),
      PORTAL_FLEET_SECRET_FILE: join(folder, "nothing"),
      AWS_SECRET_ACCESS_KEY: 'quo"ted',
      AZURE_STORAGE_KEY: "short",
      PATH: "/usr/bin",
    };
    const fleet = {
      environment: "prod",
      backup: { offsite: { secretKey: "the-bucket-s" } },
      edge: { wildcard: { credentials: { a: ["dns one", { b: "dns two" }] } } },
      monitoring: { heartbeatUrl: "https://beat.example.com/x1" },
      hosts: { local: { memory: "8g" } },
    };
    const secrets = secretsOf(environment, { fleet });
    const leaks = [
      ...[url, "p%40ss%2Fword", "p@ss/word", "correct horse battery", "correct%20horse%20battery"],
      ...['quo"ted', String.raw`quo\"ted`, "short", "the-bucket-s", "dns one", "dns two"],
      ...["https://beat.example.com/x1", "not quite random"],
    ];
    const text = faultText(new Error(leaks.map((leak) => `it said ${leak} here`).join("\n")), secrets);
    for (const leak of leaks) {
      assert.ok(!text.includes(leak), `${leak} is in ${text}`);
    }
    assert.equal(text.match(/it said .*\(hidden\).* here/g)!.length, leaks.length);
    // What isn't secret stays.
    assert.equal(
      faultText(new Error("/usr/bin of local in prod: 8g"), secrets),
      "Error: /usr/bin of local in prod: 8g",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what looks like a secret is masked without being known: by its name, by its form, by its length", () => {
  const leaks: Readonly<Record<string, string>> = {
    "PGPASSWORD=hunter2 pg_dump": "hunter2",
    'run {"password":"hun\\"ter2","user":"odoo"}': 'ter2"',
    "password: my own words": "own words",
    "db_password = 'two words'": "two words",
    "odoo --db-password hunter2 --stop": "hunter2",
    "Authorization: Token abc": "abc",
    "sent Bearer abc.def": "abc.def",
    "connect to postgresql://odoo:hun/t@er2@db:5432/odoo failed": "hun/t",
    "proxy http://user@proxy:3128": "user@",
    "key AGE-SECRET-KEY-1QQ": "1QQ",
    "stripe sk_live_1": "live_1",
    "hook whsec_abc": "whsec_abc",
    "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef": "def",
    "login with aB3dE6gH9jK2mN5pQ8sT1vW4 failed": "aB3dE6",
    "login with aBdEgHjKmNpQsTvWxYzAbCdE failed": "aBdEgH",
    "login with aB3/dE6+gH9jK2mN5pQ8sT1vW4yZ7bC0dE3fG6hI= failed": "gH9jK2",
    "link aB3_dE6-gH9jK2mN5pQ8sT1vW4yZ7bC0": "gH9jK2",
  };
  for (const [said, secret] of Object.entries(leaks)) {
    const text = faultText(new Error(said), []);
    assert.ok(!text.includes(secret) && text.includes("(hidden)"), text);
  }
  // What a fault is found by stays.
  const said = [
    "ConcurrentUpdateError at /root/project/node_modules/thing2: code 255",
    "container prod-t7k3j9x0a2b7-postgres on host-7 exited: no space left on device",
    'FATAL: password authentication failed for user "odoo"',
    "[secret]",
  ].join("\n");
  assert.equal(faultText(new Error(said), []), `Error: ${said}`);
});

test("its causes are told, its properties and control characters aren't, and of a long one its last lines are kept", () => {
  const cause = Object.assign(new TypeError("\u001b[31mno disk\u001b[0m\u0000 left\r\n"), { env: { A: "hunter2" } });
  const both = new AggregateError([new Error("first try"), "second try"], "both failed", { cause });
  assert.equal(
    faultText(new Error("it wasn't made", { cause: both }), []),
    "Error: it wasn't made\nAggregateError: both failed\nError: first try\nsecond try\nTypeError: no disk left",
  );
  const endless = new Error("round");
  endless.cause = endless;
  assert.ok(faultText(endless, []).length < 200);
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
  const kept = faultText(new Error(lines), []);
  assert.ok(kept.length <= longestFault && kept.length > longestFault - 20);
  assert.match(kept, /^…line \d+\nline [\s\S]*\nline 499$/);
  // A secret at the cut isn't left in half.
  const secret = "half of it here and half of it gone";
  const cut = faultText(new Error(`${secret}${"x ".repeat(longestFault / 2 - 10)}`), [secret]);
  assert.ok(!cut.includes("gone"), cut.slice(0, 60));
  assert.equal(faultText(new Error("y ".repeat(3000)), []).length, longestFault);
});
