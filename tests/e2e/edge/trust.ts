import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fleet, stack } from "./fleet";

describe("make trust", () => {
  /** Runs the tool against a system of the test's own: this machine's stays as it is. */
  function trust(root: string, path: string): Promise<{ code: number | null; output: string }> {
    const folder = join(root, "kept");
    const args = ["--require", "tsx/cjs", "tools/trust.ts", stack.environment];
    const options = ["--config-file", stack.configFile, "--folder", folder, "--root", root];
    const env = { ...process.env, HOME: root, PATH: `${path}:${process.env["PATH"]}` };
    return new Promise((resolve) => {
      execFile(process.execPath, [...args, ...options], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  }

  it("puts the edge's own authority among those of the system, by which every name of the edge is trusted", async () => {
    const root = mkdtempSync(join(tmpdir(), "odoo-fleet-trust-"));
    const authorities = join(root, "usr/local/share/ca-certificates");
    mkdirSync(authorities, { recursive: true });
    const name = `odoo-fleet-${stack.environment}-local`;
    const programs = join(root, "programs");
    mkdirSync(programs);
    // The store of browsers: see `tests/unit/tools/browserStore.test.ts`.
    writeFileSync(join(programs, "certutil"), "#!/bin/sh\n", { mode: 0o755 });
    try {
      // A user who may not: what is left to be run is said.
      writeFileSync(join(programs, "update-ca-certificates"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
      const refused = await trust(root, programs);
      expect(refused.output).toMatch(
        /To trust it, run:\n +sudo cp .*kept\/\S+\.crt \S+ && sudo update-ca-certificates/,
      );
      expect(refused.code).toBe(1);
      writeFileSync(join(programs, "update-ca-certificates"), `#!/bin/sh\ntouch ${root}/read\n`, { mode: 0o755 });
      expect(await trust(root, programs)).toMatchObject({
        code: 0,
        output: expect.stringContaining(`${name} is trusted here`) as string,
      });
      expect(existsSync(join(root, "read"))).toBe(true);
      const trusted = readFileSync(join(authorities, `${name}.crt`), "utf8");
      expect(new X509Certificate(trusted).subject).toContain(`odoo-fleet ${stack.environment} local`);
      expect(trusted).toBe(fleet.ca);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
