/** `tools/portal-tenants.sh remove`, with programs in place of Pulumi and Docker that note what they are asked for. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-tenants-"));
const calls = join(folder, "calls");

beforeAll(() => {
  for (const one of ["tools", "build", "bin"]) {
    mkdirSync(join(folder, one));
  }
  for (const script of ["tools/portal-tenants.sh", "tools/remove-begun.sh"]) {
    copyFileSync(script, join(folder, script));
  }
  writeFileSync(join(folder, "build/env"), `PATH="${join(folder, "bin")}:$PATH"\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/bash\necho "${name} $*" >>"${calls}"\n${script}\n`);
  chmodSync(file, 0o755);
}

/** What is asked for, of one tenant with such operations that were under way when its CLI was killed. */
function removed(pending: readonly object[] | null): string[] {
  const state = JSON.stringify({ deployment: { pending_operations: pending } });
  program("docker", "");
  program(
    "pulumi",
    `case " $* " in *" stack ls "*) echo '[{"name":"organization/some/abc"}]' ;; *" export "*) echo '${state}' ;; esac`,
  );
  writeFileSync(calls, "");
  const { status, stderr } = spawnSync("bash", ["tools/portal-tenants.sh", "remove", "some"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return readFileSync(calls, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/ -C \S+/, ""));
}

const operation = (type: string, of: string, name: string): object => ({
  type,
  resource: { type: `docker:index/${of}`, inputs: { name } },
});

test("containers that a killed run had begun to make go before what they use, and nothing else does", () => {
  const all = removed([
    operation("creating", "container:Container", "dev-abc-nginx"),
    operation("deleting", "container:Container", "dev-abc-odoo"),
    operation("creating", "volume:Volume", "dev-abc-files"),
  ]);
  expect(all.filter((call) => call.startsWith("docker"))).toEqual(["docker rm --force --volumes dev-abc-nginx"]);
  const order = ["pulumi cancel", "docker rm", "pulumi destroy", "pulumi stack rm"];
  expect(all.flatMap((one) => order.filter((call) => one.startsWith(call)))).toEqual(order);
});

test.each([[[]], [null]])("where none was killed no engine is asked: %j", (pending) => {
  const all = removed(pending);
  expect(all.filter((call) => call.startsWith("docker"))).toEqual([]);
  expect(all.at(-1)).toBe("pulumi stack rm --yes --stack abc");
});
