import type { EscrowedKeys } from "../../fleet/escrow";
import { repositoryKeys } from "../tenant/derivedSecrets";
import { revealed, shownSecret } from "../run/stateSecret";

/** A state as far as this reads it. */
interface State {
  readonly deployment: {
    resources?: StoredResource[];
    pending_operations?: { readonly resource: StoredResource }[];
  };
}

interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  readonly outputs?: { result?: unknown; data?: unknown };
}

/**
 * The state without anything that was on a host: the containers, volumes and networks of its engine, and that it was made a host.
 * What the machine has nothing to do with stays, above all every secret. Done twice, it is as done once.
 *
 * @param exported what `pulumi stack export` gave.
 */
export function withoutHost(exported: string, host: string): string {
  const state = JSON.parse(exported) as State;
  const isOnHost = ({ urn, type, provider = "" }: StoredResource): boolean =>
    (type.startsWith("docker:index/") && provider.includes(`::pulumi:providers:docker::${host}-docker::`)) ||
    (type === "command:local:Command" && new RegExp(`::${host}-(bootstrap|ports)$`).test(urn));
  const { deployment } = state;
  const gone = new Set((deployment.resources ?? []).filter(isOnHost).map(({ urn }) => urn));
  const stays = (urns: readonly string[]): string[] => urns.filter((urn) => !gone.has(urn));
  deployment.resources = (deployment.resources ?? []).filter((one) => !gone.has(one.urn));
  deployment.pending_operations = deployment.pending_operations?.filter(({ resource }) => !isOnHost(resource));
  for (const one of deployment.resources) {
    one.dependencies &&= stays(one.dependencies);
    for (const [property, urns] of Object.entries(one.propertyDependencies ?? {})) {
      one.propertyDependencies![property] = urns && stays(urns);
    }
  }
  return JSON.stringify(state);
}

/** The state in which no tenant has ever had data: what is to be made next is made anew. */
export function withoutData(exported: string): string {
  const state = JSON.parse(exported) as State;
  for (const { type, outputs } of state.deployment.resources ?? []) {
    if (type === "odoo-fleet:index:TenantStack") {
      delete outputs?.data;
    }
  }
  return JSON.stringify(state);
}

/** Id of the stack; undefined: it was never brought up. */
export function stackIdIn(exported: string): string | undefined {
  const found = resources(exported).find(({ type, urn }) => type === uuidType && urn.endsWith("::stack-id"));
  return typeof found?.outputs?.result === "string" ? found.outputs.result : undefined;
}

/**
 * What opens the backups of tenants, as far as a state knows it.
 *
 * @param shown what `pulumi stack export --show-secrets` gave.
 */
export function keysIn(shown: string, tenants: readonly string[]): Record<string, EscrowedKeys> {
  const found = tenants.flatMap((tenant) => {
    const password = revealed(passwordOf(resources(shown), tenant)?.outputs?.result);
    return typeof password === "string" ? [[tenant, repositoryKeys(password)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The state in which the backups of tenants are opened by other keys. Each of the tenants has to be in it. */
export function withKeys(shown: string, keys: Readonly<Record<string, EscrowedKeys>>): string {
  const state = JSON.parse(shown) as State;
  for (const [tenant, { backupPassword }] of Object.entries(keys)) {
    const outputs = passwordOf(state.deployment.resources ?? [], tenant)?.outputs;
    if (outputs === undefined) {
      throw new Error(`the stack's state has no ${tenant}-backup-password`);
    }
    outputs.result = shownSecret(backupPassword);
  }
  return JSON.stringify(state);
}

/**
 * Names of the volumes with a tenant's own data and its backups that a state has, of whichever restore.
 *
 * @param names of its first volumes, by which those of its restores go.
 */
export function volumesIn(exported: string, names: readonly string[]): string[] {
  const isOwn = (id = ""): boolean =>
    names.some((name) => id === name || (/^-\d+$/.test(id.slice(name.length)) && id.startsWith(name)));
  return resources(exported)
    .filter(({ type, id }) => type === "docker:index/volume:Volume" && isOwn(id))
    .map(({ id }) => id!);
}

function resources(exported: string): readonly StoredResource[] {
  return (JSON.parse(exported) as State).deployment.resources ?? [];
}

function passwordOf(among: readonly StoredResource[], tenant: string): StoredResource | undefined {
  return among.find(({ type, urn }) => type === passwordType && urn.endsWith(`::${tenant}-backup-password`));
}

const uuidType = "random:index/randomUuid:RandomUuid";
const passwordType = "random:index/randomPassword:RandomPassword";
