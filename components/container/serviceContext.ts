import { createHash } from "node:crypto";
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
  readonly id: pulumi.Output<string>;
  /** The tenant that it is for; absent for what tenants share. */
  readonly tenant?: string;
  /** The key of the configuration that declares what is no tenant's. Default: `monitoring`. */
  readonly key?: "monitoring" | "edge" | "edge.wildcard" | "backup" | "portal";
  /** Whether a run waits until it is healthy. */
  readonly isWaitedFor: boolean;
}

/** What the parts of a stack share: how they are labelled, and what happens before they are created. */
export class ServiceContext {
  /** The containers that were declared so far. */
  readonly started: StartedContainer[] = [];

  constructor(
    readonly environment: string,
    /** Id of the stack, made once and kept in its state: tells its own objects from those of another stack. */
    readonly stackId: pulumi.Input<string>,
    /** Options that every Docker object of the host has, such as what is done before it is made. */
    readonly options: pulumi.CustomResourceOptions = {},
    /** What the program changes of the tenants' containers. */
    readonly transform: Transforms = {},
  ) {}

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
