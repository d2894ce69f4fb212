import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fleetOfStackFile } from "../../../tools/stackFile";
import { notRemote } from "../../../tools/remoteStacks";

const project = resolve(__dirname, "..", "..", "..");

function hosts(text: string): string[] {
  return notRemote("some", fleetOfStackFile(`config: { odoo-fleet:hosts: ${text} }`, "some"));
}

it("takes stacks whose hosts are all behind SSH, however that is declared", () => {
  expect(hosts("{ a: { docker: 'ssh://ops@a', address: 10.0.0.1 } }")).toEqual([]);
  const prod = fleetOfStackFile(readFileSync(resolve(project, "Pulumi.prod.yaml"), "utf8"), "prod");
  expect(notRemote("prod", prod)).toEqual([]);
});

it("refuses this machine, with path and way out, also beside others", () => {
  const [fault, ...others] = hosts("{ a: { docker: 'ssh://ops@a', address: 10.0.0.1 }, local: {} }");
  expect(others).toEqual([]);
  expect(fault).toMatch(
    /STACK=some: odoo-fleet:hosts\.local is the machine that runs this .* expected an engine behind SSH/,
  );
  expect(hosts("{ local: { docker: 'unix:///var/run/docker.sock' } }")).toHaveLength(1);
  expect(hosts("{ local: { connection: local } }")).toHaveLength(1);
  expect(notRemote("some", { hosts: {} }).join()).toContain("declares no host");
});

function run(...stacks: string[]): { code: number | null; stdout: string; stderr: string } {
  const args = ["--import", require.resolve("tsx"), "tools/remoteStacks.ts", ...stacks];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

it("prints a workflow's matrix, and none when one of the stacks is local or absent", () => {
  expect(run()).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(run("prod", "acme/prod")).toMatchObject({ code: 0, stdout: '["prod","acme/prod"]\n' });
  const refused = run("prod", "dev", "nowhere");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("STACK=dev: odoo-fleet:hosts.local");
  expect(refused.stderr).toContain("STACK=nowhere: there is no Pulumi.nowhere.yaml");
});

it("lets `make` do nothing to a local stack where ODOO_FLEET_REMOTE_ONLY is set", () => {
  const { status, stderr } = spawnSync("bash", ["tools/pulumi.sh", "dev", "up"], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ODOO_FLEET_REMOTE_ONLY: "1" },
  });
  expect(stderr).toContain("STACK=dev: odoo-fleet:hosts.local is the machine that runs this");
  expect(status).toBe(1);
});
