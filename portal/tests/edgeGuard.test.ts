import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { edgeGuard } from "../src/edgeGuard.ts";

const asked = (headers: Record<string, string> = {}) => new Request("http://portal/", { headers });

test("behind an edge nobody is answered but the edge, and a healthcheck in the same container", async () => {
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  try {
    const file = join(folder, "secret");
    await writeFile(file, "secret-of-the-edge\n");
    const mayAsk = edgeGuard({ PORTAL_EDGE_SECRET_FILE: file });
    assert.equal(mayAsk(asked({ "X-Odoo-Fleet-Edge": "secret-of-the-edge" }), "10.200.0.1"), true);
    assert.equal(mayAsk(asked({ "X-Odoo-Fleet-Edge": "guessed" }), "10.200.0.1"), false);
    assert.equal(mayAsk(asked(), "10.200.0.1"), false);
    assert.equal(mayAsk(asked(), undefined), false);
    assert.equal(mayAsk(asked(), "127.0.0.1"), true);
    // What comes for somebody else is no healthcheck.
    assert.equal(mayAsk(asked({ "X-Forwarded-For": "192.0.2.1" }), "127.0.0.1"), false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("without an edge everybody is answered", () => {
  assert.equal(edgeGuard({})(asked(), "192.0.2.1"), true);
});
