/** Compiles the library into build/library, which is what `npm pack` takes: JavaScript, declarations, Dockerfiles, roles. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "..");
const target = join(project, "build", "library");
rmSync(target, { recursive: true, force: true });
/** What runs beside the program. */
const beside = [
  join("components", "backup", "encrypt-keys.mjs"),
  join("components", "export", "exporting.py"),
  join("components", "copy", "update-database"),
  join("components", "copy", "copying.py"),
];
const { status } = spawnSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "--project", "tsconfig.library.json"],
  { cwd: project, stdio: "inherit" },
);
if (status !== 0) {
  process.exit(1);
}
// Beside the compiled components as beside their sources, so that these find them in either place.
for (const folder of ["images", "ansible"]) {
  cpSync(join(project, folder), join(target, folder), {
    recursive: true,
    filter: (source) => !source.endsWith(".pyc") && !source.endsWith("__pycache__"),
  });
}
for (const file of beside) {
  cpSync(join(project, file), join(target, file));
}
// What sets up Ansible itself.
for (const script of ["ansible.sh", "common.sh"]) {
  cpSync(join(project, "setup", script), join(target, "setup", script));
}
