/** Compiles the library into build/library, which is what `npm pack` takes: JavaScript, declarations, Dockerfiles. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "..");
const target = join(project, "build", "library");
rmSync(target, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "--project", "tsconfig.library.json"],
  { cwd: project, stdio: "inherit" },
);
if (status !== 0) {
  process.exit(1);
}
// Beside the compiled components as beside their sources, so that these find them in either place.
cpSync(join(project, "images"), join(target, "images"), {
  recursive: true,
  filter: (source) => !source.endsWith(".pyc") && !source.endsWith("__pycache__"),
});
