/**
 * The stand-in for `pulumi-language-nodejs`: serves Pulumi's LanguageRuntime service over gRPC, so that the CLI can run
 * programs and policy packs that are written in TypeScript or JavaScript.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { runUntilParentEnds } from "../plugins/framework/process";
import { serveDeadPack } from "./deadPack";
import { Programs, RuntimeOptions } from "./runProgram";

const programs = new Programs();

/** The engine's address: the last argument that isn't a flag. */
const engineAddress =
  process.argv
    .slice(2)
    .filter((argument) => !argument.startsWith("-"))
    .pop() ?? "";

type Handler<Request, Response> = grpc.handleUnaryCall<Request, Response>;

function handler<Request, Response>(
  run: (request: Request) => Promise<Response> | Response,
): Handler<Request, Response> {
  return (call, callback) => {
    void (async () => run(call.request))()
      .then((response) => callback(null, response))
      .catch((error: unknown) => {
        callback({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
      });
  };
}

function optionsOf(info: proto.ProgramInfo | undefined): RuntimeOptions {
  const struct: Struct | undefined = info?.getOptions();
  return struct?.toJavaScript() ?? {};
}

function version(): string {
  const file = require.resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

async function run(request: proto.RunRequest): Promise<proto.RunResponse> {
  const info = request.getInfo();
  const response = new proto.RunResponse();
  const { error, bail } = await programs.run({
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    directory: info?.getProgramDirectory() || request.getPwd(),
    root: info?.getRootDirectory() || request.getPwd(),
    entryPoint: info?.getEntryPoint() ?? ".",
    args: request.getArgsList(),
    config: Object.fromEntries(request.getConfigMap().toObject(false)),
    secretKeys: request.getConfigsecretkeysList(),
    preview: request.getDryrun(),
    parallel: request.getParallel(),
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    options: optionsOf(info),
  });
  response.setError(error);
  response.setBail(bail);
  return response;
}

async function runPlugin(
  call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
): Promise<void> {
  const request = call.request;
  const info = request.getInfo();
  const plugin = {
    directory: info?.getProgramDirectory() || request.getPwd(),
    callerDirectory: request.getPwd(),
    kind: request.getKind(),
    args: request.getArgsList(),
    env: request.getEnvList(),
    options: optionsOf(info),
  };
  let saidPort = false;
  const write = (stream: "stdout" | "stderr", data: Buffer): void => {
    const response = new proto.RunPluginResponse();
    if (stream === "stdout") response.setStdout(data);
    else response.setStderr(data);
    saidPort ||= stream === "stdout";
    call.write(response);
  };
  const code = await programs.runPlugin(plugin, write);
  if (plugin.kind === "analyzer" && !saidPort) {
    const { port, stop } = await serveDeadPack();
    write("stdout", Buffer.from(`${port}\n`));
    await new Promise((resolve) => call.once("cancelled", resolve));
    stop();
  }
  endPlugin(call, code);
}

/** Ends the stream of a plugin with its exit code, for which the engine waits forever. */
function endPlugin(
  call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
  code: number,
): void {
  const last = new proto.RunPluginResponse();
  last.setExitcode(code);
  call.write(last);
  call.end();
}

/** Runs `npm ci`, or `npm install` without a lock file, for `pulumi install`. */
async function installDependencies(
  call: grpc.ServerWritableStream<proto.InstallDependenciesRequest, proto.InstallDependenciesResponse>,
): Promise<void> {
  const directory = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  const script = "if [ -e package-lock.json ]; then npm ci; else npm install; fi";
  const child = spawn("sh", ["-c", script], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const forward = (data: Buffer, set: (response: proto.InstallDependenciesResponse) => void): void => {
    const response = new proto.InstallDependenciesResponse();
    set(response);
    if (data.length > 0) call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => forward(data, (response) => response.setStdout(data)));
  child.stderr.on("data", (data: Buffer) => forward(data, (response) => response.setStderr(data)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`npm failed in ${path.resolve(directory)} with code ${code}`);
  call.end();
}

function failStream(call: { destroy: (error: Error) => void }, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  call.destroy(Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message }));
}

const implementation: grpc.UntypedServiceImplementation = {
  handshake: handler(() => new proto.LanguageHandshakeResponse()),
  // Plugins come from PATH or are installed by the user: the stand-ins can't be downloaded by name.
  getRequiredPackages: handler(() => new proto.GetRequiredPackagesResponse()),
  getRequiredPlugins: handler(() => new proto.GetRequiredPluginsResponse()),
  getProgramDependencies: handler(() => new proto.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: handler(() => new proto.RuntimeOptionsResponse()),
  getPluginInfo: handler(() => {
    const info = new PluginInfo();
    info.setVersion(version());
    return info;
  }),
  about: handler(() => {
    const about = new proto.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  run: handler(run),
  runPlugin: (call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>) => {
    runPlugin(call).catch((error: unknown) => {
      const reason = new proto.RunPluginResponse();
      reason.setStderr(Buffer.from(`${error instanceof Error ? error.message : String(error)}\n`));
      call.write(reason);
      endPlugin(call, 1);
    });
  },
  installDependencies: (
    call: grpc.ServerWritableStream<proto.InstallDependenciesRequest, proto.InstallDependenciesResponse>,
  ) => {
    installDependencies(call).catch((error: unknown) => failStream(call, error));
  },
  cancel: handler(() => {
    programs.cancel();
    return new Empty();
  }),
};

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    console.error(`pulumi-language-nodejs (stand-in) can't listen on 127.0.0.1: ${error.message}`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
runUntilParentEnds(
  () => true,
  () => programs.cancel(),
);
