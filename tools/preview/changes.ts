import type { EngineEvent, StepMetadata } from "./events";

/** What happens to a resource. */
export type Operation = "create" | "update" | "replace" | "delete";

/** One resource that the plan changes. No values: only the paths of what differs, since a value may be a secret. */
export interface Change {
  readonly operation: Operation;
  readonly name: string;
  readonly type: string;
  readonly urn: string;
  /** Tenant that it belongs to; undefined for parts that tenants share. */
  readonly tenant?: string;
  /** Paths of the properties that differ; of a replacement, those that force it. */
  readonly properties: readonly string[];
  /** Whether whom it serves gets no answer meanwhile: its container is stopped before the new one starts. */
  readonly downtime: boolean;
}

/** The same in words, in the order in which they are counted. */
export const operationWords: Readonly<Record<Operation, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** What each step of the engine's is a part of; the others change nothing. */
export const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  delete: "delete",
  import: "create",
  "import-replacement": "replace",
  "discard-replaced": "replace",
};

const tenantType = "odoo-fleet:index:TenantStack";
/** Containers that serve somebody, by component and name; those that only carry configuration into a volume never run. */
const services = [
  ...["PostgresDatabase", "OdooServer", "NginxProxy"].map((component) => ({ component, name: "" })),
  // For every tenant of its host by HTTPS.
  { component: "EdgeServer", name: "-edge" },
  { component: "PortalStack", name: "-web" },
].map(({ component, name }) => ({ parent: `odoo-fleet:index:${component}$docker:`, name }));

/**
 * The changes of a plan, one a resource however many steps it takes, in the order of tenants and names. Components are
 * left out: they exist in the state only, and their children are listed.
 *
 * @param tenants declared names, by which a deleted resource is told whose it was when its parents aren't in the events.
 */
export function changesOf(events: readonly EngineEvent[], tenants: readonly string[]): Change[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const parents = new Map(steps.map((step) => [step.urn, stateOf(step)?.parent ?? ""]));
  const byUrn = new Map<string, StepMetadata[]>();
  for (const step of steps.filter((one) => operations[one.op] !== undefined && stateOf(one)?.custom === true)) {
    byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  }
  const declared = [...tenants, ...steps.filter(({ type }) => type === tenantType).map(({ urn }) => nameOf(urn))];
  return [...byUrn.values()]
    .map((own) => changeOf(own, tenantOf(own[0]!.urn, parents, declared)))
    .sort((a, b) => compare(a.tenant ?? "", b.tenant ?? "") || compare(a.name, b.name) || compare(a.urn, b.urn));
}

/** Name of a resource: the last part of its URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function changeOf(steps: readonly StepMetadata[], tenant: string | undefined): Change {
  const { urn, type } = steps[0]!;
  const found = new Set(steps.map(({ op }) => operations[op]!));
  // A resource that is deleted and created in one plan is replaced.
  const isReplaced = found.has("replace") || (found.has("create") && found.has("delete"));
  const operation = isReplaced ? "replace" : [...found][0]!;
  return {
    operation,
    name: nameOf(urn),
    type: shortType(type),
    urn,
    tenant,
    properties: [...new Set(steps.flatMap((step) => propertiesOf(step, operation)))].sort(),
    downtime: (operation === "replace" || operation === "delete") && isService(urn, type),
  };
}

function propertiesOf(step: StepMetadata, operation: Operation): string[] {
  return pathsOf(step, operation).map((path) => named(path, step));
}

/** Lists whose entries have names: of what is in them, the name. */
const namedLists: Readonly<Record<string, (entry: unknown) => unknown>> = {
  labels: (entry) => (entry as { label?: unknown } | null)?.label,
  // Its value may be a secret.
  envs: (entry) => (typeof entry === "string" ? /^(\w+)=/.exec(entry)?.[1] : undefined),
};

/** A label or a variable by its name instead of its place in a list, which says nothing. Other paths stay as they are. */
function named(path: string, step: StepMetadata): string {
  const [, property = "", index] = /^(\w+)\[(\d+)\]/.exec(path) ?? [];
  const nameOfEntry = namedLists[property];
  if (nameOfEntry === undefined) {
    return path;
  }
  // What is only taken away is in the old list alone, and has its place there: as the provider keeps it, which sorts it, not as it was declared.
  const { diffKind, kind } = step.detailedDiff?.[path] ?? {};
  const isTaken = (diffKind ?? kind ?? "").startsWith("delete");
  const lists = isTaken
    ? [step.old?.outputs, step.old?.inputs, step.new?.inputs]
    : [step.new?.inputs, step.old?.inputs];
  for (const list of lists) {
    const entry = (list?.[property] as readonly unknown[] | undefined)?.[Number(index)];
    const name = entry === undefined ? undefined : nameOfEntry(entry);
    if (typeof name === "string") {
      return `${property}.${name}`;
    }
  }
  return path;
}

function pathsOf({ keys, diffs, detailedDiff }: StepMetadata, operation: Operation): string[] {
  if (operation === "create" || operation === "delete") {
    return [];
  }
  const detailed = Object.entries(detailedDiff ?? {});
  const forcing = detailed.filter(([, { diffKind, kind }]) => (diffKind ?? kind ?? "").endsWith("-replace"));
  if (operation === "replace") {
    return forcing.length > 0 ? forcing.map(([path]) => path) : [...(keys ?? [])];
  }
  return detailed.length > 0 ? detailed.map(([path]) => path) : [...(diffs ?? [])];
}

function tenantOf(urn: string, parents: ReadonlyMap<string, string>, declared: readonly string[]): string | undefined {
  // Parents are walked where they are known; the qualified type says whether there is a tenant at all.
  for (let next = urn; next !== ""; next = parents.get(next) ?? "") {
    if (next.includes(`::${tenantType}::`)) {
      return nameOf(next);
    }
  }
  if (!urn.includes(`::${tenantType}$`)) {
    return undefined;
  }
  const name = nameOf(urn);
  const owners = declared.filter((tenant) => name.startsWith(`${tenant}-`)).sort((a, b) => b.length - a.length);
  return owners[0] ?? name.split("-")[0];
}

function isService(urn: string, type: string): boolean {
  return (
    type === "docker:index/container:Container" &&
    services.some(({ parent, name }) => urn.includes(parent) && urn.endsWith(name))
  );
}

/** What a step is about, as it will be, or was. */
export function stateOf(step: StepMetadata): StepMetadata["new"] {
  return step.new ?? step.old;
}

function shortType(type: string): string {
  const [pack, , name] = /^([^:]+):([^:]*):([^:]+)$/.exec(type)?.slice(1) ?? [];
  return pack !== undefined && name !== undefined ? `${pack}:${name}` : type;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
