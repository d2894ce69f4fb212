/** Talks to a plugin's process over gRPC the way Pulumi's engine does, and gives its answers in the captures' form. */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  isObject,
  isSpecial,
  type Properties,
  type PropertyValue,
  unwrap,
} from "../../../../offline/plugins/framework/values";
import { type CapturedError, type PluginName } from "./cases";

/** What a call came to: the answer's fields, or an error. */
export type Answer = Properties & { error?: CapturedError };

/** What a call of a resource may need. */
export interface Call {
  type: string;
  /** The resource's logical name. */
  name: string;
  id?: string;
  inputs?: Properties;
  oldInputs?: Properties;
  state?: Properties;
  ignoreChanges?: string[];
  preview?: boolean;
}

type Unary = (request: unknown, callback: (error: grpc.ServiceError | null, response: unknown) => void) => unknown;

const struct = (properties: Properties = {}): Struct => Struct.fromJavaScript(properties);
const plain = (value: Struct | undefined): Properties => value?.toJavaScript() ?? {};

/** An error in the captures' form, with the state that it carries. */
function errorOf(error: grpc.ServiceError): Answer {
  const captured: CapturedError = { code: grpc.status[error.code], message: error.details };
  for (const data of error.metadata?.get("grpc-status-details-bin") ?? []) {
    for (const any of Status.deserializeBinary(data as Buffer).getDetailsList()) {
      const detail = proto.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
      captured.partial = {
        id: detail.getId(),
        outputs: plain(detail.getProperties()),
        reasons: detail.getReasonsList(),
      };
    }
  }
  return { error: captured } as Answer;
}

/** One running plugin. */
export class PluginClient {
  private acceptSecrets = true;

  private constructor(
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts the stand-in for a plugin and waits until it listens. */
  static async start(plugin: PluginName, env: NodeJS.ProcessEnv = process.env): Promise<PluginClient> {
    const program = path.resolve(__dirname, "../../../../offline/bin", `pulumi-resource-${plugin}`);
    const child = spawn(program, [], { env, stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => reject(new Error(`${program} ended with code ${code}`)));
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    });
    return new PluginClient(
      child,
      new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
      }),
    );
  }

  stop(): void {
    this.client.close();
    this.process.kill();
  }

  private async call<T>(method: string, request: unknown, answer: (response: T) => Properties): Promise<Answer> {
    return new Promise((resolve) => {
      const unary = (this.client as unknown as Record<string, Unary>)[method] as Unary;
      unary.call(this.client, request, (error, response) =>
        resolve(error === null ? answer(response as T) : errorOf(error)),
      );
    });
  }

  /** Secrets are opened for a plugin that doesn't accept them, as the engine does. */
  private sent(properties: Properties | undefined): Struct {
    return struct(this.acceptSecrets ? properties : (opened(properties ?? {}) as Properties));
  }

  private urn({ type, name }: Call): string {
    return `urn:pulumi:dev::oracle::${type}::${name}`;
  }

  /**
   * Checks the provider's configuration and hands it over.
   *
   * @param variables the same as the flat map that Pulumi's engine sends beside it. The captured calls had none.
   */
  async configure(plugin: PluginName, inputs: Properties, variables: Record<string, string> = {}): Promise<Answer> {
    const check = new proto.CheckRequest();
    check.setUrn(`urn:pulumi:dev::oracle::pulumi:providers:${plugin}::provider`);
    check.setNews(struct(inputs));
    const checked = await this.call<proto.CheckResponse>("checkConfig", check, checkAnswer);
    const configure = new proto.ConfigureRequest();
    configure.setAcceptsecrets(true);
    configure.setSendsOldInputs(true);
    Object.entries(variables).forEach(([key, value]) =>
      configure.getVariablesMap().set(`${plugin}:config:${key}`, value),
    );
    configure.setArgs(struct((checked["inputs"] as Properties | undefined) ?? inputs));
    const configured = await this.call<proto.ConfigureResponse>("configure", configure, (response) => ({
      acceptSecrets: response.getAcceptsecrets(),
      supportsPreview: response.getSupportspreview(),
    }));
    this.acceptSecrets = configured["acceptSecrets"] === true;
    return { check: checked as PropertyValue, configure: configured as PropertyValue };
  }

  /** The checked inputs, or what is wrong with them. */
  async check(call: Call): Promise<Answer> {
    const request = new proto.CheckRequest();
    request.setUrn(this.urn(call));
    request.setOlds(this.sent(call.oldInputs));
    request.setNews(this.sent(call.inputs));
    request.setRandomseed(Buffer.from("a seed of its own"));
    return this.call<proto.CheckResponse>("check", request, checkAnswer);
  }

  async diff(call: Call): Promise<Answer> {
    const request = new proto.DiffRequest();
    request.setUrn(this.urn(call));
    request.setId(call.id ?? "");
    request.setOlds(this.sent(call.state));
    request.setNews(this.sent(call.inputs));
    request.setOldInputs(this.sent(call.oldInputs));
    request.setIgnorechangesList(call.ignoreChanges ?? []);
    return this.call<proto.DiffResponse>("diff", request, (response) => {
      const detailedDiff: Properties = {};
      response.getDetaileddiffMap().forEach((detail: proto.PropertyDiff, path: string) => {
        detailedDiff[path] = kindNames[detail.getKind()] ?? "?";
      });
      return {
        changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_NONE ? "DIFF_NONE" : "DIFF_SOME",
        replaces: response.getReplacesList(),
        diffs: response.getDiffsList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        detailedDiff,
      };
    });
  }

  async create(call: Call): Promise<Answer> {
    const request = new proto.CreateRequest();
    request.setUrn(this.urn(call));
    request.setProperties(this.sent(call.inputs));
    request.setPreview(call.preview === true);
    return this.call<proto.CreateResponse>("create", request, (response) => ({
      id: response.getId(),
      outputs: plain(response.getProperties()),
    }));
  }

  async read(call: Call): Promise<Answer> {
    const request = new proto.ReadRequest();
    request.setUrn(this.urn(call));
    request.setId(call.id ?? "");
    request.setProperties(this.sent(call.state));
    request.setInputs(this.sent(call.inputs));
    return this.call<proto.ReadResponse>("read", request, (response): Properties => {
      const id = response.getId();
      return id === "" ? { id } : { id, outputs: plain(response.getProperties()), inputs: plain(response.getInputs()) };
    });
  }

  async update(call: Call): Promise<Answer> {
    const request = new proto.UpdateRequest();
    request.setUrn(this.urn(call));
    request.setId(call.id ?? "");
    request.setOlds(this.sent(call.state));
    request.setNews(this.sent(call.inputs));
    request.setOldInputs(this.sent(call.oldInputs));
    return this.call<proto.UpdateResponse>("update", request, (response) => ({
      outputs: plain(response.getProperties()),
    }));
  }

  async delete(call: Call): Promise<Answer> {
    const request = new proto.DeleteRequest();
    request.setUrn(this.urn(call));
    request.setId(call.id ?? "");
    request.setProperties(this.sent(call.state));
    request.setOldInputs(this.sent(call.oldInputs));
    return this.call<Empty>("delete", request, () => ({}));
  }
}

const kindNames = ["ADD", "ADD_REPLACE", "DELETE", "DELETE_REPLACE", "UPDATE", "UPDATE_REPLACE"];

function checkAnswer(response: proto.CheckResponse): Properties {
  const failures = response
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
  return { failures, inputs: plain(response.getInputs()) };
}

/** The value with its secrets opened and everything else, `__defaults` too, as it is. */
function opened(value: PropertyValue): PropertyValue {
  const open = unwrap(value) ?? null;
  if (Array.isArray(open)) return open.map(opened);
  if (!isObject(open) || isSpecial(open)) return open;
  return Object.fromEntries(Object.entries(open).map(([name, item]) => [name, opened(item)]));
}
