/** A resource as a state has it, as far as this reads it. */
interface StoredResource {
  urn: string;
  readonly type: string;
  parent?: string;
  provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
  deletedWith?: string;
}

interface Exported {
  readonly version: number;
  readonly deployment: {
    resources?: StoredResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

const rootType = "pulumi:pulumi:Stack";
/** The components that a tenant's resources are below, while it is declared and after it has left. */
const tenantTypes = ["odoo-fleet:index:TenantStack", "odoo-fleet:index:KeptBackups"];
/** What each stack of the environment has, and under the same name: the id that its objects carry, the host's provider, and images. */
const commonTypes = ["random:index/randomUuid:RandomUuid", "pulumi:providers:docker", "odoo-fleet:index:HostImages"];

const nameOf = ({ urn }: StoredResource): string => urn.slice(urn.lastIndexOf("::") + 2);

/** Names of the tenants that a state has something of: those that are declared, and those of which backups are kept. */
export function tenantsIn(exported: string): string[] {
  const resources = (JSON.parse(exported) as Exported).deployment.resources ?? [];
  return resources.filter(isOfTenant).map(nameOf).sort();
}

function isOfTenant({ type }: StoredResource): boolean {
  return tenantTypes.includes(type);
}

/** The state without what it has of tenants. Done twice, it is as done once. */
export function withoutTenants(exported: string): string {
  const state = JSON.parse(exported) as Exported;
  const { resources = [] } = state.deployment;
  const gone = below(
    resources,
    resources.filter(isOfTenant).map(({ urn }) => urn),
  );
  const left = resources.filter(({ urn }) => !gone.has(urn));
  state.deployment.resources = left.map((one) => pruned(one, (urn) => !gone.has(urn)));
  return JSON.stringify(state);
}

/**
 * The state of a tenant's own stack, made of the environment's: what is the tenant's, and beside it what it stands on and each stack has for itself. The stack's id is the
 * same in both, so that what carries it goes on belonging to its stack.
 *
 * @param stacks names of both stacks, without organization and project.
 * @throws where the state is in the middle of something.
 */
export function ownState(
  exported: string,
  tenant: string,
  stacks: { readonly from: string; readonly to: string },
): string {
  const state = JSON.parse(exported) as Exported;
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  if (pending.length > 0) {
    throw new Error(
      `the stack ${stacks.from} has operations that were interrupted: make refresh STACK=${stacks.from} first`,
    );
  }
  const own = below(
    resources,
    resources.filter((one) => isOfTenant(one) && nameOf(one) === tenant).map(({ urn }) => urn),
  );
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const kept = new Set(own);
  for (const one of resources.filter(({ urn }) => own.has(urn))) {
    for (const urn of referencesOf(one).filter((other) => isCommon(byUrn, other))) {
      keepWithParents(byUrn, kept, urn);
    }
  }
  for (const one of resources.filter(({ type }) => type === rootType || type === commonTypes[0])) {
    kept.add(one.urn);
  }
  // What was kept last may itself stand on a provider.
  for (const one of resources.filter(({ urn }) => kept.has(urn))) {
    const provider = one.provider && urnOfProvider(one.provider);
    if (provider !== undefined) {
      keepWithParents(byUrn, kept, provider);
    }
  }
  state.deployment.resources = resources
    .filter(({ urn }) => kept.has(urn))
    .map((one) =>
      renamed(
        pruned(one, (urn) => kept.has(urn)),
        stacks,
      ),
    );
  return JSON.stringify(state);
}

/** URNs of resources and of all that is below them. A parent comes before its children. */
function below(resources: readonly StoredResource[], roots: readonly string[]): ReadonlySet<string> {
  const found = new Set(roots);
  for (const { urn, parent } of resources) {
    if (parent !== undefined && found.has(parent)) {
      found.add(urn);
    }
  }
  return found;
}

/** Whether a resource is one that a tenant's own stack has too: it, or what it is below. */
function isCommon(byUrn: ReadonlyMap<string, StoredResource>, urn: string): boolean {
  const one = byUrn.get(urn);
  return (
    one !== undefined && (commonTypes.includes(one.type) || (one.parent !== undefined && isCommon(byUrn, one.parent)))
  );
}

function keepWithParents(byUrn: ReadonlyMap<string, StoredResource>, kept: Set<string>, urn: string): void {
  kept.add(urn);
  const parent = byUrn.get(urn)?.parent;
  if (parent !== undefined) {
    keepWithParents(byUrn, kept, parent);
  }
}

/** `urn:...::id` is how a state names a provider. */
const urnOfProvider = (reference: string): string => reference.slice(0, reference.lastIndexOf("::"));

function referencesOf({
  parent,
  provider,
  dependencies = [],
  propertyDependencies = {},
  deletedWith,
}: StoredResource): string[] {
  return [
    ...dependencies,
    ...Object.values(propertyDependencies).flat(),
    ...(parent === undefined ? [] : [parent]),
    ...(provider ? [urnOfProvider(provider)] : []),
    ...(deletedWith ? [deletedWith] : []),
  ];
}

/** A resource that stands on what is there alone. */
function pruned(one: StoredResource, isThere: (urn: string) => boolean): StoredResource {
  return withReferences(one, (urn) => (isThere(urn) ? urn : undefined));
}

/** A resource with other URNs in the place of those that it stands on; undefined: it doesn't stand on that any more. Its parent and its provider are always there. */
function withReferences(one: StoredResource, change: (urn: string) => string | undefined): StoredResource {
  const { parent, provider, dependencies, propertyDependencies, deletedWith } = one;
  const changed = (urns: readonly string[]): string[] => urns.map(change).filter((urn) => urn !== undefined);
  const properties = Object.entries(propertyDependencies ?? {}).map(([name, urns]) => [name, changed(urns ?? [])]);
  return {
    ...one,
    ...(parent && { parent: change(parent) ?? parent }),
    ...(provider && { provider: changedProvider(provider, change) }),
    ...(dependencies && { dependencies: changed(dependencies) }),
    ...(propertyDependencies && { propertyDependencies: Object.fromEntries(properties) as Record<string, string[]> }),
    ...(deletedWith && { deletedWith: change(deletedWith) }),
  };
}

function changedProvider(reference: string, change: (urn: string) => string | undefined): string {
  const urn = urnOfProvider(reference);
  return (change(urn) ?? urn) + reference.slice(urn.length);
}

function renamed(one: StoredResource, { from, to }: { readonly from: string; readonly to: string }): StoredResource {
  const rename = (urn: string): string => {
    const moved = urn.replace(`urn:pulumi:${from}::`, `urn:pulumi:${to}::`);
    // The stack's own resource has the stack's name at its end.
    const isRoot = moved.includes(`::${rootType}::`) && moved.endsWith(`-${from}`);
    return isRoot ? moved.slice(0, -from.length) + to : moved;
  };
  return {
    ...withReferences(one, rename),
    urn: rename(one.urn),
    // What the environment's stack gives out isn't the tenant's.
    ...(one.type === rootType ? { outputs: {} } : {}),
  };
}
