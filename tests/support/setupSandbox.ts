import { spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** The only programs of this machine that the scripts get to see; everything else is missing, or a fake. */
const tools = (
  "bash sh cat chmod cp cut dirname env find flock grep head id ln mkdir mktemp mv node npm paste rm sed setsid sha256sum sleep sort" +
  " tail tar timeout touch tr xargs"
).split(" ");

/** What a script did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function locate(tool: string): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return join(folder, tool);
    } catch {
      continue;
    }
  }
  throw new Error(`${tool} is not on PATH`);
}

/** A copy of the project's set-up scripts on a machine where only what a test puts there is installed. */
export class SetupSandbox {
  readonly root = mkdtempSync(join(tmpdir(), "odoo-fleet-setup-"));
  readonly cache = join(this.root, "cache");
  private readonly bin = join(this.root, "bin");

  constructor() {
    for (const folder of ["bin", "setup", "offline/images", "offline/bin", "build", "node_modules/.bin"]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    for (const script of ["setup", "common", "cli", "engine", "plugins", "images", "portal"]) {
      cpSync(`setup/${script}.sh`, join(this.root, `setup/${script}.sh`));
    }
    for (const file of ["package.json", "package-lock.json"]) {
      cpSync(file, join(this.root, file));
    }
    writeFileSync(join(this.root, "node_modules/.installed"), "");
    writeFileSync(join(this.root, "build/env"), "");
    for (const tool of tools) {
      symlinkSync(locate(tool), join(this.bin, tool));
    }
  }

  /** Writes an executable shell script, by its path from the root. */
  script(path: string, body: string): void {
    // It may be a link to the machine's own program, which writing would go through.
    rmSync(join(this.root, path), { force: true });
    writeFileSync(join(this.root, path), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  }

  /** Installs a program that notes its call and then does what `body` says. */
  fake(name: string, body: string): void {
    this.script(`bin/${name}`, `echo "${name} $*" >>"${this.root}/calls"\n${body}`);
  }

  /** Takes a program away. */
  uninstall(name: string): void {
    rmSync(join(this.root, "bin", name));
  }

  /** Calls of fakes since the last time. */
  calls(): string[] {
    const file = join(this.root, "calls");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    rmSync(file, { force: true });
    return lines;
  }

  /** Runs a script to its own end, whatever it leaves running: its output goes to files, which nobody waits for. */
  run(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Outcome {
    const files = ["stdout", "stderr"].map((name) => join(this.root, name));
    const [stdout, stderr] = files.map((file) => openSync(file, "w"));
    const { status } = spawnSync(join(this.root, "setup", script), args, {
      env: { HOME: this.root, PATH: this.bin, ODOO_FLEET_CACHE: this.cache, ...env },
      stdio: ["ignore", stdout, stderr],
      timeout: 60_000,
    });
    closeSync(stdout!);
    closeSync(stderr!);
    return { code: status, stdout: this.read("stdout")!.trim(), stderr: this.read("stderr")! };
  }

  /** A file of the sandbox, or undefined. */
  read(path: string): string | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
