import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateAuthority } from "../../../components/monitoring/certificates";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-summary-"));
afterAll(() => rmSync(folder, { recursive: true }));

function summary(outputs: object): Promise<{ code: number | null; output: string }> {
  const file = join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify(outputs));
  const run = spawn(process.execPath, ["--import", "tsx", "tools/demo-summary.ts", file]);
  let output = "";
  run.stdout.on("data", (piece) => (output += String(piece)));
  run.stderr.on("data", (piece) => (output += String(piece)));
  return new Promise((resolve) => run.on("close", (code) => resolve({ code, output })));
}

it("waits for a login page by HTTPS under a name below localhost, whose authority nobody trusts yet, and says how to", async () => {
  const authority = await certificateAuthority("a seed of at least thirty-two characters");
  const { certificate: cert, key } = await authority.issue(["acme.localhost"]);
  const asked: string[] = [];
  let refused = 1;
  const server = createServer({ cert, key }, ({ url, headers }, answer) => {
    asked.push(`${headers.host}${url}`);
    answer.writeHead(refused-- > 0 ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://acme.localhost:${port}`;
  const about = { plan: "starter", odooVersion: "19.0" };
  const { code, output } = await summary({
    tenants: {
      acme: { ...about, state: "running", url },
      old: { ...about, state: "decommissioned", url: "https://old.localhost" },
    },
  });
  server.close();
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(asked).toEqual([`acme.localhost:${port}/web/login`, `acme.localhost:${port}/web/login`]);
  expect(output).toContain(`${url}/web/login`);
  expect(output).toContain("make trust");
  expect(output).not.toContain("old.localhost");
});

it("says nothing of certificates where there are none", async () => {
  const { code, output } = await summary({ tenants: {} });
  expect({ code, output }).toSucceed();
  expect(output).not.toContain("make trust");
});
