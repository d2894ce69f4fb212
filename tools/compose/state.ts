import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { labelPrefix } from "../../fleet/labels";
import { isShownSecret, revealed } from "../../components/run/stateSecret";

/** A resource of an exported state, with its secrets in plain text. */
export interface StoredResource {
  /** Last part of its URN. */
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a tenant consists of on its engine, as the last run left it in the state. */
export interface TenantResources {
  readonly containers: readonly StoredResource[];
  readonly volumes: readonly StoredResource[];
  readonly networks: readonly StoredResource[];
  /** Names of the custom images of the stack, by id. */
  readonly images: ReadonlyMap<string, string>;
}

/** A tenant can't be written out, and why. */
export class ComposeError extends Error {
  override readonly name = "ComposeError";
}

/** The stack's whole state, with its secrets. @throws Error with what the CLI said. */
export async function exportState(stack: string): Promise<unknown> {
  const args = ["stack", "export", "--show-secrets", "--non-interactive", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { maxBuffer: 1 << 30 });
    return JSON.parse(stdout);
  } catch (error) {
    // What it printed before it failed holds secrets; what it complained of doesn't.
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`pulumi stack export failed: ${stderr?.trim() || message.split("\n")[0]}`);
  }
}

/**
 * Picks a tenant's resources out of an exported state, by the labels that all of them carry.
 *
 * @throws ComposeError for a tenant that the state doesn't know, or that has no containers.
 */
export function tenantResources(exported: unknown, tenant: string, stack: string): TenantResources {
  const all = resourcesOf(exported);
  const tenants = new Set(all.flatMap((resource) => labelOf(resource, "tenant") ?? []));
  const own = all.filter((resource) => labelOf(resource, "tenant") === tenant);
  const ofType = (type: string): StoredResource[] => own.filter((resource) => resource.type === type);
  const containers = ofType("docker:index/container:Container");
  if (own.length === 0) {
    const known = tenants.size === 0 ? "it has none; make up first" : `it has ${[...tenants].sort().join(", ")}`;
    throw new ComposeError(`TENANT=${tenant} is not in the stack ${stack}: ${known}`);
  }
  if (containers.length === 0) {
    throw new ComposeError(
      `tenant ${tenant} is decommissioned: it has volumes and no containers. Declare it running again ` +
        `(pulumi config set --path 'odoo-fleet:tenants.${tenant}.state' running; make lifecycle STACK=${stack} says what its own times are), ` +
        `make up STACK=${stack}, and then this`,
    );
  }
  return {
    containers,
    volumes: ofType("docker:index/volume:Volume"),
    networks: ofType("docker:index/network:Network"),
    images: new Map(
      all
        .filter(({ type }) => type === "docker:index/remoteImage:RemoteImage")
        .map(({ inputs, outputs }) => [String(outputs["imageId"]), String(inputs["name"])]),
    ),
  };
}

/** Value of one of the fleet's labels, such as `service`; undefined: the resource has none. */
export function labelOf({ inputs }: StoredResource, label: string): string | undefined {
  const list = Array.isArray(inputs["labels"]) ? (inputs["labels"] as { label: string; value: string }[]) : [];
  return list.find((one) => one.label === `${labelPrefix}.${label}`)?.value;
}

interface Exported {
  readonly deployment?: { readonly resources?: readonly ExportedResource[] };
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: object;
  readonly outputs?: object;
  /** Replaced, and waiting to be deleted. */
  readonly delete?: boolean;
}

function resourcesOf(exported: unknown): StoredResource[] {
  const { deployment } = exported as Exported;
  return (deployment?.resources ?? [])
    .filter((resource) => resource.delete !== true)
    .map(({ urn, type, inputs = {}, outputs = {} }) => ({
      name: urn.split("::").at(-1)!,
      type,
      inputs: plain(inputs) as Record<string, unknown>,
      outputs: plain(outputs) as Record<string, unknown>,
    }));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isShownSecret(value)) {
    return plain(revealed(value));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
