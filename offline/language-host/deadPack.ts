/** What the engine talks to in the place of a policy pack that ended before it was ready. */
import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerHandshakeResponse, AnalyzerStackConfigureResponse } from "@pulumi/pulumi/proto/analyzer_pb";

/** As the official host says it, which has a proxy in front of each pack: https://github.com/pulumi/pulumi, sdk/policy_proxy.go. */
const notStarted = "policy pack not started: could not read policy pack port: io: read/write on closed pipe";

const refuse: grpc.handleUnaryCall<unknown, unknown> = (_, callback) =>
  callback({ code: grpc.status.UNKNOWN, details: notStarted });

/** Serves it. @returns its port, and what ends it. */
export function serveDeadPack(): Promise<{ port: number; stop: () => void }> {
  const server = new grpc.Server();
  server.addService(AnalyzerService, {
    ...Object.fromEntries(Object.keys(AnalyzerService).map((name) => [name, refuse])),
    handshake: (_: unknown, callback: grpc.sendUnaryData<unknown>) => callback(null, new AnalyzerHandshakeResponse()),
    configureStack: (_: unknown, callback: grpc.sendUnaryData<unknown>) =>
      callback(null, new AnalyzerStackConfigureResponse()),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve({ port, stop: () => server.forceShutdown() }),
    );
  });
}
