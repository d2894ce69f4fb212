import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Props, StackResource } from "./cases";

const project = join(__dirname, "..", "..", "..");
const levels = ["advisory", "mandatory", "disabled", "remediate"] as const;

/** What the pack says about a resource. */
export interface Result {
  readonly policy: string;
  readonly level: (typeof levels)[number];
  readonly message: string;
  /** Name of the resource, where the pack names one. */
  readonly resource: string;
}

/** Level, exceptions and settings of a policy. */
export type PolicySettings = Readonly<Record<string, unknown>> & { readonly enforcementLevel?: Result["level"] };

/** The compiled pack in a process of its own, asked as Pulumi's engine asks it. */
export class Analyzer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(): Promise<Analyzer> {
    execFileSync(process.execPath, [
      require.resolve("typescript/bin/tsc"),
      "-p",
      join(project, "policy", "tsconfig.build.json"),
    ]);
    const child = spawn(process.execPath, [join(project, "policy")], {
      cwd: join(project, "policy"),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the pack ended with code ${code}`)));
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    });
    return new Analyzer(child, new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()));
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  configure(config: Readonly<Record<string, PolicySettings>>): Promise<void> {
    const request = new proto.ConfigureAnalyzerRequest();
    for (const [name, { enforcementLevel, ...properties }] of Object.entries(config)) {
      const policy = new proto.PolicyConfig();
      policy.setEnforcementlevel(levels.indexOf(enforcementLevel ?? "mandatory"));
      policy.setProperties(Struct.fromJavaScript(properties as never));
      request.getPolicyconfigMap().set(name, policy);
    }
    return new Promise((resolve, reject) => {
      this.client.configure(request, (error) => (error ? reject(error) : resolve()));
    });
  }

  resource(type: string, props: Props, { name = "it", stack = "dev" } = {}): Promise<Result[]> {
    const request = new proto.AnalyzeRequest();
    request.setType(type);
    request.setName(name);
    request.setUrn(`urn:pulumi:${stack}::odoo-fleet::${type}::${name}`);
    request.setProperties(Struct.fromJavaScript(props as never));
    request.setOptions(new proto.AnalyzerResourceOptions());
    return new Promise((resolve, reject) => {
      this.client.analyze(request, (error, response) => (error ? reject(error) : resolve(results(response))));
    });
  }

  stack(resources: readonly StackResource[]): Promise<Result[]> {
    const request = new proto.AnalyzeStackRequest();
    request.setResourcesList(resources.map((one) => analyzerResource(one, resources)));
    return new Promise((resolve, reject) => {
      this.client.analyzeStack(request, (error, response) => (error ? reject(error) : resolve(results(response))));
    });
  }
}

function urnOf({ type, name }: StackResource): string {
  return `urn:pulumi:dev::odoo-fleet::${type}::${name}`;
}

function analyzerResource(one: StackResource, all: readonly StackResource[]): proto.AnalyzerResource {
  const resource = new proto.AnalyzerResource();
  resource.setType(one.type);
  resource.setName(one.name);
  resource.setUrn(urnOf(one));
  resource.setProperties(Struct.fromJavaScript(one.props as never));
  const options = new proto.AnalyzerResourceOptions();
  options.setProtect(one.protect ?? false);
  resource.setOptions(options);
  const urn = (name: string): string => urnOf(all.find((other) => other.name === name)!);
  if (one.parent) {
    resource.setParent(urn(one.parent));
  }
  for (const [property, names] of Object.entries(one.dependsOn ?? {})) {
    const dependencies = new proto.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(names.map(urn));
    resource.getPropertydependenciesMap().set(property, dependencies);
  }
  if (one.provider) {
    const provider = new proto.AnalyzerProviderResource();
    provider.setType("pulumi:providers:docker");
    provider.setProperties(Struct.fromJavaScript(one.provider as never));
    resource.setProvider(provider);
  }
  return resource;
}

function results(response: proto.AnalyzeResponse): Result[] {
  return response.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(),
    level: levels[one.getEnforcementlevel() as number]!,
    message: one.getMessage(),
    resource: one.getUrn().split("::").pop()!,
  }));
}
