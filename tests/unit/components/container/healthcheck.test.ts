import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitedHealthcheck } from "../../../../components/container/healthcheck";

describe("the healthcheck of a container that a run waits for", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-fleet-health-"));
    mkdirSync(join(folder, "bin"));
    // Nobody waits here: what would be waited is noted.
    writeFileSync(join(folder, "bin", "sleep"), `#!/bin/sh\necho "$1" >>${folder}/slept\n`, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** One look of the engine at a container that works from its nth question on. */
  const look = (worksFrom: number): { code: number | null; slept: string[]; asked: number; said: string } => {
    const asked = join(folder, "asked");
    const program = join(folder, "bin", "works");
    writeFileSync(
      program,
      `#!/bin/sh\necho "$1" >>${asked}\n[ $(wc -l <${asked}) -ge ${worksFrom} ] || { echo "not yet" >&2; exit 7; }\n`,
      {
        mode: 0o755,
      },
    );
    const [kind, ...command] = awaitedHealthcheck({ startPeriod: "1m0s", retries: 3 }, program, "port")
      .tests as string[];
    expect(kind).toBe("CMD");
    const [shell, ...rest] = command.map((part) => part.replaceAll("/tmp/odoo-fleet-worked", join(folder, "worked")));
    const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
    const { status, stderr } = spawnSync(shell!, rest, { env, encoding: "utf8" });
    const lines = (file: string): string[] =>
      existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").filter(Boolean) : [];
    expect(new Set(lines(asked))).toEqual(new Set(["port"]));
    return { code: status, slept: lines(join(folder, "slept")), asked: lines(asked).length, said: stderr.trim() };
  };

  it("lasts until the container works, and says nothing of what failed before", () => {
    expect(look(4)).toEqual({ code: 0, slept: ["0.5", "0.5", "0.5"], asked: 4, said: "" });
  });

  it("rests before each look once it has worked, and says why one fails", () => {
    look(1);
    expect(look(1)).toEqual({ code: 0, slept: ["9"], asked: 2, said: "" });
    expect(look(4)).toEqual({ code: 7, slept: ["9", "9"], asked: 3, said: "not yet" });
  });

  it("fails after ten seconds at a container that doesn't work, with its reason", () => {
    const { slept, ...rest } = look(99);
    expect(rest).toEqual({ code: 7, asked: 21, said: "not yet" });
    expect(slept).toEqual(Array(20).fill("0.5"));
  });
});
