/** Serves a {@link Provider} to the Pulumi engine over gRPC. */
import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "./check";
import { EngineLog } from "./engine";
import { runUntilParentEnds } from "./process";
import { Provider } from "./provider";
import { messageOf, PartialStateError, Plugin } from "./resource";
import { Properties, revealAll } from "./values";

function read(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

function write(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

function failuresOf(failures: Failure[]): proto.CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

/** The error in the engine's form; a partial state travels as a detail of it, and the engine records that state. */
function wireError(error: unknown): Partial<grpc.StatusObject> {
  const message = messageOf(error);
  const metadata = new grpc.Metadata();
  if (error instanceof PartialStateError) {
    const detail = new proto.ErrorResourceInitFailed();
    detail.setId(error.state.id);
    detail.setProperties(write(error.state.outputs));
    detail.setReasonsList([message]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

type Handler<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Counts the running operations: the process may only end between them. */
class Running {
  count = 0;

  handler<Request, Response>(run: (request: Request) => Promise<Response> | Response): Handler<Request, Response> {
    return (call, callback) => {
      this.count += 1;
      void (async () => run(call.request))()
        .then((response) => callback(null, response))
        .catch((error: unknown) => callback(wireError(error)))
        .finally(() => (this.count -= 1));
    };
  }
}

function checked(inputs: Properties, failures: Failure[]): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(write(inputs));
  response.setFailuresList(failuresOf(failures));
  return response;
}

function seedOf(request: proto.CheckRequest): Uint8Array {
  const seed = request.getRandomseed_asU8();
  return seed.length > 0 ? seed : Buffer.from(request.getUrn());
}

/** Every operation that the stand-ins have; the engine takes "unimplemented" for the others as a plain no. */
function service(provider: Provider, running: Running): grpc.UntypedServiceImplementation {
  const { plugin: described } = provider;
  return {
    getPluginInfo: running.handler<Empty, plugin.PluginInfo>(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(described.version);
      return info;
    }),
    getSchema: running.handler<proto.GetSchemaRequest, proto.GetSchemaResponse>(() => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: described.name, version: described.version }));
      return response;
    }),
    checkConfig: running.handler<proto.CheckRequest, proto.CheckResponse>((request) => {
      const { failures } = provider.checkConfig(read(request.getNews()));
      return checked(read(request.getNews()), failures);
    }),
    diffConfig: running.handler<proto.DiffRequest, proto.DiffResponse>((request) => {
      const before = JSON.stringify(revealAll(read(request.getOlds())));
      const changed = before !== JSON.stringify(revealAll(read(request.getNews())));
      const response = new proto.DiffResponse();
      response.setChanges(
        changed ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
      );
      return response;
    }),
    configure: running.handler<proto.ConfigureRequest, proto.ConfigureResponse>(async (request) => {
      await provider.configure(read(request.getArgs()), new Map(request.getVariablesMap().toArray()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(described.dialect.acceptsSecrets);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      return response;
    }),
    check: running.handler<proto.CheckRequest, proto.CheckResponse>((request) => {
      const { inputs, failures } = provider.check(
        request.getUrn(),
        read(request.getOlds()),
        read(request.getNews()),
        seedOf(request),
      );
      return checked(inputs, failures);
    }),
    diff: running.handler<proto.DiffRequest, proto.DiffResponse>((request) => {
      const ignore = request.getIgnorechangesList();
      const { changes, deleteBeforeReplace } = provider.diff(
        request.getUrn(),
        read(request.getOlds()),
        read(request.getNews()),
        ignore,
      );
      const response = new proto.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
      response.setDiffsList([...new Set(changes.map((change) => change.property))]);
      response.setReplacesList(changes.filter((change) => change.replace).map((change) => change.property));
      response.setDeletebeforereplace(deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      for (const { property, path, kind, replace } of changes) {
        const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
        const kinds = { add: [ADD, ADD_REPLACE], delete: [DELETE, DELETE_REPLACE], update: [UPDATE, UPDATE_REPLACE] };
        const detail = new proto.PropertyDiff();
        detail.setKind(kinds[kind][replace ? 1 : 0] ?? UPDATE);
        response.getDetaileddiffMap().set(path ?? property, detail);
      }
      return response;
    }),
    create: running.handler<proto.CreateRequest, proto.CreateResponse>(async (request) => {
      const state = await provider.create(request.getUrn(), read(request.getProperties()), request.getPreview());
      const response = new proto.CreateResponse();
      response.setId(state.id);
      response.setProperties(write(state.outputs));
      return response;
    }),
    read: running.handler<proto.ReadRequest, proto.ReadResponse>(async (request) => {
      const found = await provider.read(
        request.getUrn(),
        request.getId(),
        read(request.getProperties()),
        read(request.getInputs()),
      );
      const response = new proto.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(write(found.outputs));
      response.setInputs(write(found.inputs ?? {}));
      return response;
    }),
    update: running.handler<proto.UpdateRequest, proto.UpdateResponse>(async (request) => {
      const outputs = await provider.update(
        request.getUrn(),
        request.getId(),
        read(request.getOlds()),
        read(request.getNews()),
        request.getPreview(),
      );
      const response = new proto.UpdateResponse();
      response.setProperties(write(outputs));
      return response;
    }),
    delete: running.handler<proto.DeleteRequest, Empty>(async (request) => {
      await provider.delete(request.getUrn(), request.getId(), read(request.getProperties()));
      return new Empty();
    }),
    invoke: running.handler<proto.InvokeRequest, proto.InvokeResponse>(async (request) => {
      const { result, failures } = await provider.invoke(request.getTok(), read(request.getArgs()));
      const response = new proto.InvokeResponse();
      response.setReturn(write(result));
      response.setFailuresList(failuresOf(failures));
      return response;
    }),
    cancel: running.handler<Empty, Empty>(() => {
      provider.cancel();
      return new Empty();
    }),
    attach: running.handler<plugin.PluginAttach, Empty>(() => new Empty()),
  };
}

/** The largest message either way: the engine's own limit, 400 MB. Uploads and states travel in one message. */
const largestMessage = 400 * 1024 * 1024;

/** Serves the plugin and prints its port, which is how the engine finds it. */
export function servePlugin(described: Plugin): void {
  const log = new EngineLog(process.argv[2]);
  const provider = new Provider(described, (urn, message, passing) => log.write(urn, message, passing));
  const running = new Running();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessage,
    "grpc.max_send_message_length": largestMessage,
  });
  server.addService(ResourceProviderService, service(provider, running));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(`the stand-in for ${described.name} can't listen on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  runUntilParentEnds(() => running.count === 0);
}
