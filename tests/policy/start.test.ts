import { execFileSync } from "node:child_process";
import { join } from "node:path";

const pack = join(__dirname, "..", "..", "policy");

/** Runs a script in a process that has loaded the compiled pack; what it returns. */
function inPack<T>(script: string): T {
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", join(pack, "tsconfig.build.json")]);
  const program = `require("./dist/policy/start.js"); process.send((() => { ${script} })()); process.exit(0);`;
  const runner = `
    const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(program)}],
      { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("message", (message) => console.log(JSON.stringify(message)));
    child.once("exit", (code) => process.exit(code));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", runner], { cwd: pack, encoding: "utf8" })) as T;
}

test("the pack starts without Pulumi's Automation API, which would double its time", () => {
  const loaded = inPack<string[]>("return Object.keys(require.cache)");

  expect(loaded.some((file) => file.includes("@pulumi/policy/server.js"))).toBe(true);
  expect(loaded.filter((file) => /@pulumi\/pulumi\/automation|arborist/.test(file))).toEqual([]);
});

test("what asks the SDK for more than assets gets the whole of it, once", () => {
  const seen = inPack<Record<string, boolean>>(`
    const sdk = require("@pulumi/pulumi");
    const { asset, Output, runtime } = sdk;
    return {
      asset: new asset.StringAsset("text") instanceof require("@pulumi/pulumi/asset").StringAsset,
      output: Output === require("@pulumi/pulumi/output").Output,
      once: runtime === sdk.runtime && runtime === require("@pulumi/pulumi").runtime,
    };`);

  expect(seen).toEqual({ asset: true, output: true, once: true });
});
