/** Progress and warnings beside a resource in Pulumi's display, through the engine's log service. */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Writes to the display of the running command; without an engine (in tests) it does nothing. */
export class EngineLog {
  private readonly client: EngineClient | undefined;

  /** @param address Where the engine listens, as the command line gave it. */
  constructor(address: string | undefined) {
    if (address !== undefined && address !== "") {
      this.client = new EngineClient(address, grpc.credentials.createInsecure());
    }
  }

  /** Shows a line beside the resource, until the next one if it's passing, for good if it isn't. */
  write(urn: string, message: string, passing: boolean): void {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(passing);
    // Progress is a courtesy: failing to show it must not fail the operation.
    this.client?.log(request, () => undefined);
  }
}
