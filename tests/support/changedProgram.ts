import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./cliStack";

/** Variable of the environment with inputs that resources get instead of the program's own: JSON, by resource type. */
export const changesVariable = "TEST_CHANGES";

/**
 * Makes a program that is like the project's own, but for what `changesVariable` says.
 *
 * @param folder is made. A copy of the program, so that paths in the inputs, which begin at a program's folder, are the same.
 */
export function makeChangedProgram(folder: string): void {
  for (const entry of ["ansible", "components", "fleet", "images", "monitoring", "Pulumi.yaml", "tsconfig.json"]) {
    cpSync(join(projectFolder, entry), join(folder, entry), { recursive: true });
  }
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "index.ts"),
    `import * as pulumi from "@pulumi/pulumi";
     import { createFleet, settingsFromConfig } from "./components";

     const changes = JSON.parse(process.env["${changesVariable}"]!);
     pulumi.runtime.registerResourceTransform(({ type, props, opts }) => ({ props: { ...props, ...changes[type] }, opts }));

     export = () => createFleet(settingsFromConfig());
    `,
  );
}
