import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackCommands } from "../../../../tools/move/stack";

let [home, folder]: [string, string] = ["", ""];

/** A stack whose state is a file, and whose import takes a while. */
beforeEach(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "test-stack-edit-"));
  mkdirSync(join(folder, "tools"));
  const script = `#!/bin/sh
case "$2 $3" in
  "stack export") cat state ;;
  "stack import") sleep 0.2; [ "$(stat -c %a "$5")" = 600 ] && ! grep -q refused "$5" && cp "$5" state ;;
  *) exit 2 ;;
esac
`;
  writeFileSync(join(folder, "tools", "pulumi.sh"), script);
  chmodSync(join(folder, "tools", "pulumi.sh"), 0o755);
  writeFileSync(join(folder, "state"), "made");
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test("two who edit a state at once lose nothing of each other, and no file of it is left", async () => {
  const stack = new StackCommands("dev");
  const edits = ["one", "two"].map((who) => stack.edit("work", (state) => `${state} ${who}`));
  expect(await Promise.all(edits)).toEqual(["made one", "made one two"]);
  expect(readFileSync("state", "utf8")).toBe("made one two");
  expect(readdirSync("work")).toEqual([]);
});

test("an edit that is refused keeps nobody else from one, and leaves no file either", async () => {
  const stack = new StackCommands("dev");
  const refused = stack.edit("work", () => "refused");
  const other = stack.edit("work", (state) => `${state} other`);
  await expect(refused).rejects.toThrow("pulumi stack import ended with 1");
  expect(await other).toBe("made other");
  expect(readdirSync("work")).toEqual([]);
});
