import * as pulumi from "@pulumi/pulumi";
import type { LastBackup } from "../backup/lastBackup";
import { portalName } from "../../fleet/portalTypes";
import { portalService } from "../../fleet/security";
import { type ObjectKind, objectKind, stackIdLabel } from "../container/serviceContext";
import { type DeclaredData, readDataLabel } from "../tenant/dataLabel";

/** What the stack's state, as it was before this run, says of hosts. */
export interface StackState {
  /** Hosts that were made hosts. */
  readonly bootstrapped: ReadonlySet<string>;
  /** What each run of a playbook was for (`ODOO_FLEET_TREE`), by the name of its command. */
  readonly playbooks: ReadonlyMap<string, string>;
  /** Tenants that have anything on a host, by host. */
  readonly tenants: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each tenant was last brought up as, as far as its data depends on it. */
  readonly data: ReadonlyMap<string, DeclaredData>;
  /**
   * Which volumes with data were made once of each tenant, and by its own name of the portal, also where a refresh has found them
   * gone since. A run that was interrupted may have made one and not the other.
   */
  readonly madeVolumes: ReadonlyMap<string, ReadonlySet<DataVolumeKind>>;
  /** Tenants, and by its own name the portal, with a volume into which copies of their backups are brought back. */
  readonly drillCopies: ReadonlySet<string>;
  /** Names of the resources that are images. */
  readonly images: ReadonlySet<string>;
  /** What hosts have for all of their tenants, by host: services as `odoo-fleet.service` names them. */
  readonly shared: ReadonlyMap<string, ReadonlySet<string>>;
  /** The Docker objects on each host, by host. */
  readonly objects: ReadonlyMap<string, readonly StoredObject[]>;
  /** What was left of each tenant that is decommissioned, by tenant. */
  readonly lastBackups: ReadonlyMap<string, LastBackup>;
  /** The id that its objects carry; undefined: it has none yet. */
  readonly stackId?: string;
}

/** What a volume with data holds: a database, or Odoo's files. */
export type DataVolumeKind = "database" | "filestore";

/** A Docker object of the stack. */
export interface StoredObject {
  readonly kind: ObjectKind;
  /** Its name on the engine. */
  readonly name: string;
  /** What it is, as `odoo-fleet.service` says. */
  readonly service: string;
}

/** What a stack holds. */
export interface StackScope {
  /** What its state says. */
  readonly state: StackState;
  /**
   * Whether it holds the whole environment. Otherwise a tenant that isn't declared belongs to another stack, and nothing is
   * bootstrapped or monitored.
   */
  readonly isWhole: boolean;
}

interface StoredResource {
  readonly outputs: {
    readonly name?: unknown;
    readonly labels?: unknown;
    readonly environment?: Readonly<Record<string, unknown>>;
    readonly lastBackup?: LastBackup;
    readonly data?: { readonly environment: string } & { readonly [kind in DataVolumeKind]?: string };
  };
}

interface Label {
  readonly label: string;
  readonly value: string;
}

const tenantComponent = /odoo-fleet:index:TenantStack::(.+)$/;

const dataComponent = /odoo-fleet:index:(?:Tenant|Portal)Stack::(.+)$/;

/** What the portal has: it goes by a name as tenants do, and is none. */
const portalsOwn = /odoo-fleet:index:PortalStack\$/;

/** A volume with data: a tenant's, of whichever restore, or the portal's. */
const dataVolume = /docker:index\/volume:Volume::.+-(database|filestore)(?:-\d+)?$/;

const kinds: readonly DataVolumeKind[] = ["database", "filestore"];

/** A volume into which copies of backups are brought back, by whose they are. */
const copiesVolume = /docker:index\/volume:Volume::(.+)-drill-copies$/;

/** An image, by its resource's name. */
const builtImage = /docker:index\/remoteImage:RemoteImage::(.+)$/;

const objectType = /[:$](docker:index\/\w+:\w+)::[^:]+$/;

const playbookRun = /::odoo-fleet:index:HostBootstrap\$command:local:Command::(.+)-(bootstrap|ports)$/;

/**
 * Asks Pulumi for the stack's own resources. A stack that was never brought up has none.
 *
 * The program sees what it declares and not what it no longer does; this is how a host that was taken out while it has
 * tenants is noticed.
 *
 * @param environment leaves out what belongs to others: a stack may hold tenants of several. Default: all of the stack.
 */
export async function readStackState(environment?: string): Promise<StackState> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName })) as {
    outputs: Readonly<Record<string, StoredResource>>;
  };
  const bootstrapped = new Set<string>();
  const playbooks = new Map<string, string>();
  const tenants = new Map<string, Set<string>>();
  const data = new Map<string, DeclaredData>();
  const madeVolumes = new Map<string, Set<DataVolumeKind>>();
  const noteMade = (owner: string, ...made: readonly DataVolumeKind[]): void => {
    if (made.length > 0) {
      madeVolumes.set(owner, new Set([...(madeVolumes.get(owner) ?? []), ...made]));
    }
  };
  const drillCopies = new Set<string>();
  const images = new Set<string>();
  const shared = new Map<string, Set<string>>();
  const objects = new Map<string, StoredObject[]>();
  const lastBackups = new Map<string, LastBackup>();
  let stackId: string | undefined;
  for (const [urn, resource] of Object.entries(outputs)) {
    const [, host, run] = playbookRun.exec(urn) ?? [];
    if (host !== undefined) {
      playbooks.set(`${host}-${run}`, String(resource.outputs.environment?.["ODOO_FLEET_TREE"]));
    }
    if (host !== undefined && run === "bootstrap") {
      bootstrapped.add(host);
    }
    const [, image] = builtImage.exec(urn) ?? [];
    if (image !== undefined) {
      images.add(image);
    }
    const { lastBackup, data: made } = resource.outputs;
    const [, left] = tenantComponent.exec(urn) ?? [];
    if (left !== undefined && lastBackup && [undefined, lastBackup.environment].includes(environment)) {
      lastBackups.set(left, lastBackup);
    }
    // A run of other parts alone makes no volume, and knows no id of one.
    const [, owner] = dataComponent.exec(urn) ?? [];
    if (owner !== undefined && made && [undefined, made.environment].includes(environment)) {
      noteMade(owner, ...kinds.filter((kind) => made[kind]));
    }
    const list = Array.isArray(resource.outputs.labels) ? (resource.outputs.labels as readonly Label[]) : [];
    const labels: Record<string, string | undefined> = Object.fromEntries(
      list.map(({ label, value }) => [label, value]),
    );
    const { "odoo-fleet.host": place, "odoo-fleet.tenant": tenant } = labels;
    if (environment !== undefined && labels["odoo-fleet.environment"] !== environment) {
      continue;
    }
    stackId ??= labels[stackIdLabel];
    const kind = objectKind(objectType.exec(urn)?.[1] ?? "");
    if (kind !== undefined && place !== undefined) {
      const object = { kind, name: String(resource.outputs.name), service: String(labels["odoo-fleet.service"]) };
      objects.set(place, [...(objects.get(place) ?? []), object]);
    }
    const [, volume] = dataVolume.exec(urn) ?? [];
    const volumes = volume === undefined ? [] : [volume as DataVolumeKind];
    const [, copied] = copiesVolume.exec(urn) ?? [];
    if (copied !== undefined) {
      drillCopies.add(copied);
    }
    if (portalsOwn.test(urn)) {
      if (place !== undefined) {
        shared.set(place, (shared.get(place) ?? new Set()).add(portalService));
      }
      noteMade(portalName, ...volumes);
    } else if (place !== undefined && tenant === undefined) {
      shared.set(place, (shared.get(place) ?? new Set()).add(String(labels["odoo-fleet.service"])));
    } else if (place !== undefined && tenant !== undefined) {
      tenants.set(place, (tenants.get(place) ?? new Set()).add(tenant));
      data.set(tenant, { ...data.get(tenant), ...readDataLabel(labels) });
      noteMade(tenant, ...volumes);
    }
  }
  return {
    bootstrapped,
    playbooks,
    tenants,
    data,
    madeVolumes,
    drillCopies,
    images,
    shared,
    objects,
    lastBackups,
    stackId,
  };
}
