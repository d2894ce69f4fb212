import { closeSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** What Ansible did in one task on one host: a line of the file that `ansible/callback_plugins/fleet.py` appends to. */
export interface TaskResult {
  readonly host: string;
  /** Empty for a task of the play itself. */
  readonly role: string;
  readonly task: string;
  readonly status: "ok" | "changed" | "skipped" | "failed" | "unreachable";
  /** Why it failed, and what to do. */
  readonly message?: string;
}

/** Milliseconds between two looks at the file. */
const interval = 250;

/**
 * File that a run appends to, as `ansible/run.sh` names it: the command that runs Ansible belongs to another process, and
 * a path among its inputs would differ between machines.
 *
 * @param run name of the run, see `HostBootstrap`.
 */
export function progressFile(run: string): string {
  const cache = process.env["ODOO_FLEET_CACHE"] || join(homedir(), ".cache", "odoo-fleet");
  return join(cache, "hosts", run, "progress.jsonl");
}

/** Reads a file of results as it grows. */
export class ProgressFollower {
  private timer: NodeJS.Timeout | undefined;
  private offset = 0;
  private rest = "";

  constructor(
    private readonly file: string,
    private readonly report: (result: TaskResult) => void,
  ) {}

  /** Begins with an empty file. Doesn't keep the program from ending. */
  start(): void {
    rmSync(this.file, { force: true });
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    [this.offset, this.rest] = [0, ""];
    clearInterval(this.timer);
    this.timer = setInterval(() => this.read(), interval).unref();
  }

  /** Reports what is left, and looks no more. */
  stop(): void {
    clearInterval(this.timer);
    this.read();
  }

  private read(): void {
    const lines = (this.rest + this.appended()).split("\n");
    this.rest = lines.pop()!;
    for (const line of lines) {
      this.report(JSON.parse(line) as TaskResult);
    }
  }

  private appended(): string {
    let file: number;
    try {
      file = openSync(this.file, "r");
    } catch {
      // The run hasn't come to its first task yet.
      return "";
    }
    try {
      // All of it before it is decoded: a character may be cut at the end of a buffer.
      const chunks: Buffer[] = [];
      const buffer = Buffer.alloc(64 * 1024);
      for (let length; (length = readSync(file, buffer, 0, buffer.length, this.offset)) > 0; this.offset += length) {
        chunks.push(Buffer.from(buffer.subarray(0, length)));
      }
      return Buffer.concat(chunks).toString("utf8");
    } finally {
      closeSync(file);
    }
  }
}
