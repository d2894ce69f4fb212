import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, isOtherAlive, thisProcess } from "../../../tools/processes";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-processes-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a process runs until it has ended, also while nobody has asked for its end", async () => {
  // A shell that becomes another program never asks for the end of what it began, if that ends afterwards. What it
  // puts into the background reads from nowhere, unless by a descriptor of another number.
  const parent = spawn("sh", ["-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const ended = Number(said.toString());
    while (readFileSync(`/proc/${parent.pid!}/comm`, "utf8") !== "sleep\n") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(isAlive(ended)).toBe(true);
    parent.stdin.end();
    for (const end = Date.now() + 10_000; isAlive(ended) && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(() => process.kill(ended, 0)).not.toThrow();
    expect([isAlive(ended), isAlive(parent.pid!), isAlive(2 ** 22 + 1)]).toEqual([false, true, false]);
  } finally {
    parent.kill("SIGKILL");
  }
});

test("another program with its id isn't the one that is asked for", async () => {
  const program = join(folder, "pulumi");
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  try {
    expect([isAlive(child.pid!, "pulumi"), isAlive(process.pid, "pulumi")]).toEqual([true, false]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a later process with its id isn't the one that was noted", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  try {
    const noted = { machine: thisProcess.machine, pid: child.pid! };
    expect(isOtherAlive(thisProcess)).toBe(false);
    expect(isOtherAlive({ ...noted, started: thisProcess.started! })).toBe(false);
    // As it was noted before there was more to know.
    expect(isOtherAlive(noted)).toBe(true);
    expect(isOtherAlive({ ...noted, machine: "another" })).toBe(false);
  } finally {
    child.kill("SIGKILL");
  }
});
