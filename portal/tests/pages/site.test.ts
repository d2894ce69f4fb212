import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Hono } from "hono";
import { builtPages, createSite, nonceMark } from "../../src/pages/site.ts";

/** Most kilobytes of what the order page loads, compressed. */
const mostKilobytes = 250;

const api = new Hono();
api.get("/api/v1/plans", (context) => context.json({ plans: [] }));
const site = createSite(api);

/** Files that a page loads. */
function loadedBy(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
}

test("a page has a policy that lets in nothing but the portal's own files, with a nonce of its own", async () => {
  const answers = await Promise.all([site.request("/"), site.request("/")]);
  const nonces = await Promise.all(
    answers.map(async (answer) => {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("Cache-Control"), "no-store");
      const policy = answer.headers.get("Content-Security-Policy") ?? "";
      const [, nonce] = /style-src 'self' 'nonce-([^']+)'/.exec(policy) ?? [];
      assert.match(policy, /default-src 'none'; script-src 'self';/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|data:|http|\*/);
      const html = await answer.text();
      assert.ok(html.includes(`<meta property="csp-nonce" nonce="${nonce}"`), html);
      assert.ok(!html.includes(nonceMark));
      // No script but from files, and nothing of anybody else's.
      assert.doesNotMatch(html, /<script(?![^>]*\ssrc=")|<style|\son\w+=|https?:/);
      return nonce;
    }),
  );
  assert.notEqual(nonces[0], nonces[1]);
});

test("files are compressed, and kept for good by their hashed names; a missing one isn't", async () => {
  const files = loadedBy(await (await site.request("/")).text());
  assert.ok(files.length >= 3);
  for (const file of files) {
    assert.match(file, /-[\w-]{8}\.(js|css|svg)$/);
    const answer = await site.request(file, { headers: { "Accept-Encoding": "br, gzip" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    assert.equal(answer.headers.get("Content-Encoding"), "br");
    assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff");
  }
  const missing = await site.request("/assets/index-00000000.js");
  assert.deepEqual([missing.status, missing.headers.get("Cache-Control")], [404, "no-store"]);
  const outside = await site.request("/assets/..%2f..%2f..%2fpackage.json");
  assert.equal(outside.status, 404);
});

test("what has no page is 404 with a page that says so; the API answers below /api", async () => {
  const missing = await site.request("/nothing");
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /<div id="root">/);
  assert.deepEqual(await (await site.request("/api/v1/plans")).json(), { plans: [] });
  assert.equal((await site.request("/api/v1/nothing")).status, 404);
});

for (const language of ["en", "fr", "ar"]) {
  test(`the order page loads ${mostKilobytes} kB or less in ${language}, compressed, with texts of no other language`, async () => {
    const answer = await site.request("/", { headers: { "Accept-Language": `${language}-MA, de;q=0.9` } });
    const files = loadedBy(await answer.text());
    const bytes = files.reduce((sum, file) => sum + statSync(join(builtPages, `${file}.br`)).size, 0);
    console.log(`the order page loads ${Math.round(bytes / 1000)} kB in ${language}`);
    assert.ok(bytes <= mostKilobytes * 1000, `${bytes} bytes`);
    // Only other languages are loaded later, what is operators' alone, and what asks devices for passkeys.
    const later = readdirSync(join(builtPages, "assets")).filter(
      (name) => name.endsWith(".js") && !files.includes(`/assets/${name}`),
    );
    const others = ["en", "fr", "ar"].filter((one) => one !== language);
    assert.deepEqual(later.map((name) => name.split("-")[0]).sort(), ["OperatorPages", ...others, "esm"].sort());
    const isOperators = (name: string) =>
      readFileSync(join(builtPages, "assets", name), "utf8").includes("/api/v1/operator/");
    assert.deepEqual(later.filter(isOperators).length, 1);
    assert.ok(files.every((file) => !isOperators(file.replace("/assets/", ""))));
  });
}

test("pages that weren't built are refused with the way out", () => {
  assert.throws(() => createSite(api, "/nowhere"), /run setup\/setup\.sh portal/);
});
