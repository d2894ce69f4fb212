import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type EngineEvent,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import {
  createTenant,
  decodeTenantOutputs,
  type FleetSettings,
  RefusedError,
  type TenantOutput,
  type TenantValues,
} from "odoo-fleet";
import { freeSlot, parseFleet } from "odoo-fleet/fleet";
import { type Declaration, Declarations } from "./declarations";
import { BadRequestError, TenantExistsError } from "./errors";
import type { ServiceSettings } from "./settings";

/** A tenant as the service shows it; no secret is in it. */
export type TenantView = TenantOutput & { readonly name: string };

/** Is told each event of Pulumi's engine while a change is made. */
export type OnEvent = (event: EngineEvent) => void;

/** Every tenant in a stack of its own: changes of different tenants don't wait for each other. */
export class Tenants {
  private readonly declarations: Declarations;

  constructor(private readonly settings: ServiceSettings) {
    mkdirSync(settings.folder, { recursive: true });
    this.declarations = new Declarations(settings.folder);
  }

  /** The tenants that were brought up. */
  async list(): Promise<TenantView[]> {
    const views = await Promise.all(Object.keys(this.declarations.all()).map((name) => this.view(name)));
    return views.filter((view) => view !== undefined);
  }

  /** @throws StackNotFoundError when there is none of this name. */
  async get(name: string): Promise<TenantView | undefined> {
    return viewOf(await this.select(name));
  }

  /** @throws RefusedError, TenantExistsError, StackAlreadyExistsError, ConcurrentUpdateError. */
  async create(name: string, wanted: Declaration, onEvent: OnEvent): Promise<TenantView | undefined> {
    if (Object.hasOwn(this.declarations.all(), name)) {
      throw new TenantExistsError();
    }
    const declaration = { ...wanted, slot: wanted.slot ?? this.freeSlot(name) };
    this.check(name, declaration);
    // Nothing was awaited since the slot was chosen, so nobody else has it.
    this.declarations.set(name, declaration);
    try {
      return await this.up(await this.createStack(name), name, declaration, onEvent);
    } catch (error) {
      if (error instanceof RefusedError) {
        this.declarations.set(name, undefined);
        // Pulumi has noted its own provider, by which the state is read; a stack with anything in it can't be removed.
        const refused = await this.select(name);
        await refused.destroy();
        await refused.workspace.removeStack(name);
      }
      throw error;
    }
  }

  /** Changes a tenant's declaration, such as its plan. @throws RefusedError, StackNotFoundError, ConcurrentUpdateError. */
  async change(name: string, wanted: Declaration, onEvent: OnEvent): Promise<TenantView | undefined> {
    const stack = await this.select(name);
    const declaration = { ...this.declarations.all()[name], ...wanted };
    this.check(name, declaration);
    const view = await this.up(stack, name, declaration, onEvent);
    this.declarations.set(name, declaration);
    return view;
  }

  /** Removes a tenant with its data. @throws StackNotFoundError, ConcurrentUpdateError. */
  async remove(name: string, onEvent: OnEvent): Promise<undefined> {
    const stack = await this.select(name);
    // The data of a running tenant is protected. Decommissioning ends its services and lifts the protection.
    await this.change(name, { state: "decommissioned" }, onEvent);
    await stack.destroy({ onEvent });
    await stack.workspace.removeStack(name);
    this.declarations.set(name, undefined);
  }

  private async up(
    stack: Stack,
    name: string,
    declaration: Declaration,
    onEvent: OnEvent,
  ): Promise<TenantView | undefined> {
    const { environment } = this.settings;
    let refusal: unknown;
    const program = async () => {
      try {
        return await createTenant({ ...this.fleet(name, declaration), environment, tenant: name });
      } catch (error) {
        // Pulumi turns what a program throws into text; the caller gets the error itself.
        refusal = error;
        throw error;
      }
    };
    const { outputs } = await stack.up({ program, onEvent }).catch((error: unknown) => {
      throw refusal instanceof RefusedError ? refusal : error;
    });
    return withoutSecrets(decodeTenantOutputs(outputs));
  }

  /** The whole declaration with this tenant in it, so that no two tenants share a slot. */
  private fleet(name: string, declaration: Declaration): FleetSettings {
    return { ...this.settings.fleet, tenants: { ...this.declarations.all(), [name]: declaration } };
  }

  /** Finds every mistake before anything is written down or changed. */
  private check(name: string, declaration: Declaration): void {
    const { environment } = this.settings;
    const result = parseFleet({ ...this.fleet(name, declaration) }, environment);
    if (!result.ok) {
      throw new RefusedError(environment, result.problems);
    }
  }

  private freeSlot(name: string): number {
    const reserved = Object.values(this.settings.fleet.hosts).flatMap((host) => host.reservedSlots ?? []);
    const taken = Object.values(this.declarations.all()).map((tenant) => tenant.slot!);
    const slot = freeSlot(name, new Set([...taken, ...reserved]));
    if (slot === undefined) {
      throw new BadRequestError("the host has no free slot left");
    }
    return slot;
  }

  private async view(name: string): Promise<TenantView | undefined> {
    return this.get(name).catch((error: unknown) => {
      // Ordered, but its stack isn't there yet, or not any more.
      if (error instanceof StackNotFoundError) {
        return undefined;
      }
      throw error;
    });
  }

  private select(name: string): Promise<Stack> {
    return this.workspace(name).then((workspace) => Stack.select(name, workspace));
  }

  private createStack(name: string): Promise<Stack> {
    return this.workspace(name).then((workspace) => Stack.create(name, workspace));
  }

  /** A folder for each tenant, so that two workspaces never write the same file. */
  private workspace(name: string): Promise<LocalWorkspace> {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new BadRequestError("a tenant's name has lower-case letters, digits and hyphens");
    }
    const { folder, backend } = this.settings;
    const workDir = join(folder, "workspaces", name);
    mkdirSync(workDir, { recursive: true });
    const options: LocalWorkspaceOptions = {
      workDir,
      projectSettings: { name: "odoo-tenants", runtime: "nodejs", backend: { url: backend } },
    };
    return LocalWorkspace.create(options);
  }
}

/** A stack without outputs was never brought up completely. */
async function viewOf(stack: Stack): Promise<TenantView | undefined> {
  const outputs = await stack.outputs();
  return Object.keys(outputs).length === 0 ? undefined : withoutSecrets(decodeTenantOutputs(outputs));
}

function withoutSecrets({ adminPassword: _, ...view }: TenantValues): TenantView {
  return view;
}
