import { mustBeConverged, mustBeUnchanged } from "../../../../tools/bench/unchanged";

describe("mustBeUnchanged", () => {
  const stack =
    "     pulumi:pulumi:Stack odoo-fleet-test-bench running\n     pulumi:pulumi:Stack odoo-fleet-test-bench\n";

  test("accepts an up whose resources are all unchanged", () => {
    expect(() => mustBeUnchanged(`${stack}Resources:\n    27 unchanged\n\nDuration: 3s\n`)).not.toThrow();
  });

  test.each(["+ 1 created", "~ 1 updated", "+-1 replaced", "- 1 deleted"])("refuses %j, and shows it", (change) => {
    const output = `${stack}Resources:\n    ${change}\n    26 unchanged\n\nDuration: 3s\n`;
    expect(() => mustBeUnchanged(output)).toThrow(change);
  });

  test.each(["", stack])("refuses an output that tells of no resources: %j", (output) => {
    expect(() => mustBeUnchanged(output)).toThrow("pulumi up was to change nothing");
  });
});

describe("mustBeConverged", () => {
  test("accepts a run of tasks of which none changed anything", () => {
    expect(() => mustBeConverged("odoo-1 | 41 ok, 0 changed, 12 skipped, 0 failures, 0 unreachable\n")).not.toThrow();
  });

  test("refuses a run that changed something, and names the tasks alone", () => {
    const log =
      "odoo-1 | base: Install packages | changed\nsomething else\nodoo-1 | users: Create operators | changed\n" +
      "odoo-1 | 41 ok, 2 changed, 12 skipped, 0 failures, 0 unreachable\n";
    expect(() => mustBeConverged(log)).toThrow(
      /^the playbook was to change nothing, and said:\nodoo-1 \| base: Install packages \| changed\nodoo-1 \| users: Create operators \| changed$/,
    );
  });

  test.each([
    ["a host that failed", "odoo-1 | 3 ok, 0 changed, 0 skipped, 1 failures, 0 unreachable\n"],
    ["a host that wasn't reached", "odoo-1 | 0 ok, 0 changed, 0 skipped, 0 failures, 1 unreachable\n"],
    ["a host whose tasks didn't run", "odoo-1 | 0 ok, 0 changed, 0 skipped, 0 failures, 0 unreachable\n"],
    ["a log that ends early", "odoo-1 | base: Install packages | ok\n"],
    ["no log", ""],
  ])("refuses %s", (_what, log) => {
    expect(() => mustBeConverged(log)).toThrow("the playbook was to change nothing");
  });
});
