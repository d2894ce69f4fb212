/** `tools/portal-tenants.sh remove`, with programs in place of Pulumi and Docker that note what they are asked for. */
import { readFileSync } from "node:fs";
import { SetupSandbox } from "../../support/setupSandbox";

let sandbox: SetupSandbox;
beforeEach(() => {
  sandbox = new SetupSandbox();
  for (const script of ["tools/portal-tenants.sh", "tools/remove-begun.sh"]) {
    sandbox.write(script, "");
    sandbox.script(script, readFileSync(script, "utf8"));
  }
});
afterEach(() => sandbox.remove());

/** What is asked for, of one tenant with such operations that were under way when its CLI was killed. */
function removed(pending: readonly object[] | null): string[] {
  const state = JSON.stringify({ deployment: { pending_operations: pending } });
  sandbox.fake("docker", "");
  sandbox.fake(
    "pulumi",
    `case " $* " in *" stack ls "*) echo '[{"name":"organization/some/abc"}]' ;; *" export "*) echo '${state}' ;; esac`,
  );
  expect(sandbox.run("../tools/portal-tenants.sh", ["remove", "some"])).toMatchObject({ code: 0, stderr: "" });
  return sandbox.calls().map((line) => line.replace(/ -C \S+/, ""));
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
