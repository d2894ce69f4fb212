import { createHash } from "node:crypto";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labelPrefix, labels } from "../../fleet/labels";
import type { Transforms } from "./transform";
import type { Tenant } from "../../fleet/types";

/** Label with a hash of a service's configuration. */
export const configHashLabel = `${labelPrefix}.config-hash`;

/** Label with the names of the files in a configuration volume. */
export const filesLabel = `${labelPrefix}.files`;

/** Label with the id of the stack that an object belongs to. */
export const stackIdLabel = `${labelPrefix}.stack-id`;

/** Whose a Docker object is: a tenant's, or for all tenants of a host. */
export type Owner = Pick<Tenant, "name" | "host" | "slot" | "copyOf"> | SharedOwner;

/** All tenants of a host. */
export interface SharedOwner {
  /** The host's name. */
  readonly sharedOn: string;
}

/** A container that is to run when the run is through. */
export interface StartedContainer {
  /** Its name on the engine. */
  readonly name: string;
  readonly container: docker.Container;
  /** The tenant that it is for; absent for what tenants share. */
  readonly tenant?: string;
  /** The key of the configuration that declares what is no tenant's. Default: `monitoring`. */
  readonly key?: "monitoring" | "edge" | "edge.wildcard" | "backup" | "portal";
  /** Whether a run waits until it is healthy. */
  readonly isWaitedFor: boolean;
}

const objectKinds = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
} as const;

/** What a Docker object is. */
export type ObjectKind = (typeof objectKinds)[keyof typeof objectKinds];

/** The kind of a resource; undefined: it is no object on an engine, or an image. */
export function objectKind(type: string): ObjectKind | undefined {
  return objectKinds[type as keyof typeof objectKinds];
}

/** A Docker object that is to be there when the run is through, whatever runs. */
export interface DeclaredObject {
  readonly kind: ObjectKind;
  /** Its name on the engine. */
  readonly name: string;
  readonly resource: pulumi.CustomResource;
  /** Its labels, as far as they are known when it is declared. */
  readonly labels: Readonly<Record<string, unknown>>;
  /** Whether it holds data that Pulumi isn't to remove. */
  readonly isProtected: boolean;
}

/** What the parts of a stack share: how they are labelled, and what happens before they are created. */
export class ServiceContext {
  /** The containers that were declared so far, and run. */
  readonly started: StartedContainer[] = [];
  /** The Docker objects that were declared so far. */
  readonly declared: DeclaredObject[] = [];
  /** Options that every Docker object of the host has, such as what is done before it is made; by them it is noted, too. */
  readonly options: pulumi.CustomResourceOptions;

  constructor(
    readonly environment: string,
    /** Id of the stack, made once and kept in its state: tells its own objects from those of another stack. */
    readonly stackId: pulumi.Input<string>,
    options: pulumi.CustomResourceOptions = {},
    /** What the program changes of the tenants' containers. */
    readonly transform: Transforms = {},
  ) {
    const { transformations = [] } = options;
    this.options = { ...options, transformations: [...transformations, (args) => this.note(args)] };
  }

  private note({ type, resource, props, opts }: pulumi.ResourceTransformationArgs): undefined {
    const kind = objectKind(type);
    const { name, labels: list = [] } = props as { name: string; labels?: { label: string; value: unknown }[] };
    if (kind !== undefined) {
      const isProtected = (opts as pulumi.CustomResourceOptions).protect === true;
      this.declared.push({
        ...{ kind, name, isProtected, resource: resource as pulumi.CustomResource },
        labels: Object.fromEntries(list.map(({ label, value }) => [label, value])),
      });
    }
  }

  /** The same for parts that are no tenant's: the program's transforms aren't for them, and what they start is noted apart. */
  apart(): ServiceContext {
    return new ServiceContext(this.environment, this.stackId, this.options);
  }

  /** The labels that every Docker object carries. `config-hash` is over what is given as its configuration. */
  labels(owner: Owner, service: string, configuration: readonly string[] = []): Record<string, pulumi.Input<string>> {
    const configHash = createHash("sha256")
      .update(JSON.stringify([service, ...configuration]))
      .digest("hex")
      .slice(0, 16);
    const whose =
      "sharedOn" in owner
        ? { host: owner.sharedOn }
        : { host: owner.host, tenant: owner.name, slot: owner.slot, copyOf: owner.copyOf };
    const contract = labels({ environment: this.environment, ...whose, service, configHash });
    return { ...contract, [stackIdLabel]: this.stackId };
  }
}
