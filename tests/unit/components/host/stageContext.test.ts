import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesBelow } from "../../../../components/container/content";
import { stageContext } from "../../../../components/host/stageContext";

const project = process.cwd();
const count = 300;
let folder: string;
let source: string;
let contexts: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stage-"));
  contexts = join(folder, "build", "image-contexts");
  source = join(folder, "source");
  mkdirSync(join(source, "sub"), { recursive: true });
  for (let index = 0; index < count; index++) {
    writeFileSync(join(source, "sub", `${index}.py`), `content of ${index}\n`.repeat(100));
  }
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(project);
  rmSync(folder, { recursive: true });
});
const stage = (): string => stageContext(filesBelow(source), "hash");

it("puts the files under the name of their content, once", () => {
  const context = stage();
  expect(context).toBe(join(contexts, "hash"));
  expect(filesBelow(context).map(({ path }) => path)).toEqual(filesBelow(source).map(({ path }) => path));
  expect(stage()).toBe(context);
  expect(readdirSync(contexts)).toEqual(["hash"]);
});

it("doesn't trust what is there under the name: half of it, or something else", () => {
  const context = stage();
  rmSync(join(context, "sub", "2.py"));
  stage();
  expect(readFileSync(join(context, "sub", "2.py"), "utf8")).toContain("content of 2");
  writeFileSync(join(context, "sub", "3.py"), "edited");
  stage();
  expect(readFileSync(join(context, "sub", "3.py"), "utf8")).toContain("content of 3");
  expect(readdirSync(contexts)).toEqual(["hash"]);
});

it("takes away what killed runs left, when it is old enough to be nobody's", () => {
  const left = { "old.partial-abc": 7200, "older.4711": 7200, "young.partial-abc": 60 };
  for (const [name, age] of Object.entries(left)) {
    mkdirSync(join(contexts, name), { recursive: true });
    const then = Date.now() / 1000 - age;
    utimesSync(join(contexts, name), then, then);
  }
  stage();
  expect(readdirSync(contexts).sort()).toEqual(["hash", "young.partial-abc"]);
});

it("never shows half of it, while several processes stage it and one is killed", async () => {
  // Both stage and remove it over and over, so that every moment of a run comes by.
  const script = `
    const { filesBelow } = require(${JSON.stringify(resolve(project, "components/container/content.ts"))});
    const { stageContext } = require(${JSON.stringify(resolve(project, "components/host/stageContext.ts"))});
    for (let round = 0; ; round++) {
      const name = "hash" + round;
      stageContext(filesBelow(${JSON.stringify(source)}), name);
      console.log(name);
    }`;
  const tsx = resolve(project, "node_modules/tsx/dist/cjs/index.cjs");
  const start = (): ReturnType<typeof spawn> =>
    spawn(process.execPath, ["--require", tsx, "--eval", script], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
  const both = [start(), start()];
  try {
    await Promise.all(both.map(({ stdout }) => once(stdout!, "data")));
    await once(both[0]!.stdout!, "data");
  } finally {
    await Promise.all(
      both.map(async (child) => {
        child.kill("SIGKILL");
        await once(child, "exit");
      }),
    );
  }
  const shown = readdirSync(contexts).filter((name) => !name.includes("."));
  expect(shown.length).toBeGreaterThan(1);
  expect(new Set(shown.map((name) => filesBelow(join(contexts, name)).length))).toEqual(new Set([count]));
});
