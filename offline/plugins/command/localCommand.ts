/** `command.local.Command`: runs a command on this machine when the resource is created, updated and deleted. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { Operation, ResourceType, State, strings, text, texts } from "../framework/resource";
import { any, bool, Fields, list, map, string } from "../framework/schema";
import { Properties } from "../framework/values";

const needsAssets = { refused: "the stand-in returns no assets; install the official plugin" };

const fields: Fields = {
  create: string(),
  update: string(),
  delete: string(),
  dir: string(),
  environment: map(),
  stdin: string(),
  interpreter: list(string()),
  triggers: list(any(), { forceNew: true }),
  logging: string(),
  addPreviousOutputInEnv: bool(),
  assetPaths: list(string(), needsAssets),
  archivePaths: list(string(), needsAssets),
  stdout: string({ output: true }),
  stderr: string({ output: true }),
};

interface Output {
  stdout: string;
  stderr: string;
}

/** Environment variables with what the last run printed: the official plugin's names. */
function previousOutput(inputs: Properties, state: Properties): NodeJS.ProcessEnv {
  if (inputs["addPreviousOutputInEnv"] === false) return {};
  const { stdout, stderr } = state;
  return {
    ...(stdout !== undefined && { PULUMI_COMMAND_STDOUT: text(stdout) }),
    ...(stderr !== undefined && { PULUMI_COMMAND_STDERR: text(stderr) }),
  };
}

function interpreterOf(inputs: Properties): string[] {
  const given = texts(inputs["interpreter"]);
  if (given.length > 0) return given;
  return process.platform === "win32" ? ["cmd", "/C"] : ["/bin/sh", "-c"];
}

/** Hands on whole lines as they come, if they are wanted. */
function lineLogger(wanted: boolean, operation: Operation): (data: string) => void {
  let rest = "";
  return (data) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop() ?? "";
    if (wanted) for (const line of lines) operation.log(line);
  };
}

/** Signals in Go's words. */
const signalWords: Record<string, string> = { SIGKILL: "killed", SIGTERM: "terminated", SIGINT: "interrupt" };
const spoken = (signal: string): string => signalWords[signal] ?? signal;

/** Why a command didn't start, in Go's words: Node.js says the same of a missing program and a missing folder. */
function notStarted(error: Error, program: string, folder: string): string {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error.message;
  const what = folder !== "" && !existsSync(folder) ? `chdir ${folder}` : `fork/exec ${program}`;
  return `${what}: no such file or directory`;
}

/** Runs a command to its end. Errors name the exit code and show what it printed. */
async function run(command: string, inputs: Properties, state: Properties, operation: Operation): Promise<Output> {
  const [program, ...args] = [...interpreterOf(inputs), command];
  const child = spawn(program ?? "/bin/sh", args, {
    cwd: text(inputs["dir"]) || undefined,
    env: { ...process.env, ...previousOutput(inputs, state), ...strings(inputs["environment"]) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output: Output = { stdout: "", stderr: "" };
  let printed = "";
  const logging = text(inputs["logging"]) || "stdoutAndStderr";
  for (const name of ["stdout", "stderr"] as const) {
    const log = lineLogger(logging === "stdoutAndStderr" || logging === name, operation);
    child[name].setEncoding("utf8").on("data", (data: string) => {
      output[name] += data;
      printed += data;
      log(data);
    });
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end(text(inputs["stdin"]));
  const interrupt = (): boolean => child.kill("SIGINT");
  operation.signal.addEventListener("abort", interrupt, { once: true });
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(notStarted(error, program ?? "", text(inputs["dir"]))));
      child.once("close", (code, signal) =>
        resolve(signal === null ? `exit status ${code}` : `signal: ${spoken(signal)}`),
      );
    });
    if (ended !== "exit status 0") throw new Error(`${ended}: running ${JSON.stringify(command)}:\n${printed}`);
  } finally {
    operation.signal.removeEventListener("abort", interrupt);
  }
  return { stdout: output.stdout.replace(/\r?\n$/, ""), stderr: output.stderr.replace(/\r?\n$/, "") };
}

/** As the official plugin's, of which a preview has one, too. */
function newId(name: string): string {
  return `${name}${randomBytes(4).toString("hex")}`;
}

async function create(inputs: Properties, operation: Operation): Promise<State> {
  const id = newId(operation.name);
  const command = text(inputs["create"]);
  const output = command === "" ? { stdout: "", stderr: "" } : await run(command, inputs, {}, operation);
  return { id, outputs: { ...output } };
}

async function update(state: Properties, inputs: Properties, operation: Operation): Promise<Properties> {
  const command = text(inputs["update"]) || text(inputs["create"]);
  return command === "" ? {} : { ...(await run(command, inputs, state, operation)) };
}

/** The resource type `command:local:Command`. */
export function localCommandType(): ResourceType {
  return {
    token: "command:local:Command",
    fields,
    previewedId: newId,
    create,
    // A command can't be looked at: its state is what it left behind.
    read: (id, state) => Promise.resolve({ id, outputs: state }),
    update: (_id, state, inputs, operation) => update(state, inputs, operation),
    delete: async (_id, state, operation) => {
      const command = text(state["delete"]);
      if (command !== "") await run(command, state, state, operation);
    },
  };
}
