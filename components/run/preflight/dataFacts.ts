import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type Docker from "dockerode";
import { labelPrefix } from "../../../fleet/labels";
import type { Host, Tenant } from "../../../fleet/types";
import { engineClient } from "../../host/engineClient";
import { execText } from "../../host/engineExec";
import type { ModuleChecksums } from "../../host/moduleChecksums";
import type { StackState } from "../stackState";
import { type DeclaredData, declaredAddons, readDataLabel } from "../../tenant/dataLabel";

/** What a tenant's data is, as its host tells. */
export interface DataFacts {
  /** Content of the tenant's own modules, as it is declared. */
  readonly addons: ModuleChecksums;
  /** What it was last brought up as. */
  readonly last: DeclaredData;
  /** What the database has; undefined where that wasn't asked, since nothing of it changes. */
  readonly database?: DatabaseFacts;
  /** Why the database couldn't be asked, where that was needed. */
  readonly unanswered?: string;
  /** Names of volumes with its data that its host hasn't any more, though the stack has made them. Default: none. */
  readonly missing?: readonly string[];
}

/** Modules that a database has. */
export interface DatabaseFacts {
  readonly installed: readonly string[];
  /** What each module of the addons was last updated with. */
  readonly updatedWith: ModuleChecksums;
}

/** How long a tenant's containers may take to answer about its modules. */
const answerSeconds = 30;

/** Asked of the database itself: modules are installed and updated by its users too. */
const question = `SELECT json_build_object(
  'installed', (SELECT json_agg(name ORDER BY name) FROM ir_module_module WHERE state IN ('installed', 'to upgrade', 'to remove')),
  'updatedWith', (SELECT value FROM ir_config_parameter WHERE key = 'odoo_fleet.modules'))`;

/** Computes the checksums of the modules of a container that was made before there were labels. */
const checksumScript = resolve(__dirname, "..", "..", "..", "images", "odoo", "bin", "modules");

/**
 * What the data of the tenants on a host is, as far as a change of the declaration may depend on it. Tenants without data
 * aren't among them.
 *
 * Three questions answer it for all tenants; only one whose addons or modules change is asked itself.
 *
 * @param state what the stack's state knows, for a tenant whose containers are gone, and whose volumes may be.
 */
export async function readDataFacts(
  host: Host,
  environment: string,
  tenants: readonly Tenant[],
  state: Pick<StackState, "data" | "madeVolumes"> = { data: new Map(), madeVolumes: new Map() },
): Promise<ReadonlyMap<string, DataFacts>> {
  const engine = engineClient(host);
  const label = [`${labelPrefix}.environment=${environment}`];
  const [containers, volumes, images] = await Promise.all([
    engine.listContainers({ all: true, filters: { label } }),
    engine.listVolumes(),
    engine.listImages(),
  ]);
  const labelsOfVolume = new Map((volumes.Volumes ?? []).map(({ Name, Labels }) => [Name, Labels ?? {}]));
  const tags = new Map(images.map(({ Id, RepoTags }) => [Id, RepoTags ?? []]));
  const found = await Promise.all(
    tenants.map(async (tenant): Promise<[string, DataFacts] | undefined> => {
      const { names } = tenant;
      const nameOf = { database: names.databaseVolume, filestore: names.filestoreVolume };
      const made = [...(state.madeVolumes.get(tenant.name) ?? [])].map((kind) => nameOf[kind]);
      const missing = made.filter((name) => !labelsOfVolume.has(name)).sort();
      if (missing.length > 0) {
        return [tenant.name, { addons: declaredAddons(tenant), last: state.data.get(tenant.name) ?? {}, missing }];
      }
      const databaseVolume = labelsOfVolume.get(names.databaseVolume);
      if (databaseVolume === undefined) {
        return undefined;
      }
      // One that still runs on other volumes of the tenant tells of these: a restore or an update is about to replace it.
      const on = (volume: string, name: string): Docker.ContainerInfo | undefined =>
        containers.find(
          ({ Names, Mounts }) => Names.includes(`/${name}`) && Mounts.some(({ Name }) => Name === volume),
        );
      const postgres = on(names.databaseVolume, names.postgres);
      const odoo = on(names.filestoreVolume, names.odoo);
      const last = {
        ...state.data.get(tenant.name),
        ...fromTags(postgres && tags.get(postgres.ImageID)),
        ...fromTags(odoo && tags.get(odoo.ImageID)),
        ...readDataLabel(postgres?.Labels ?? {}),
        ...readDataLabel(odoo?.Labels ?? {}),
        // Whatever is of another release or major is in a volume of its own, which was made with its label.
        ...readDataLabel(databaseVolume),
        ...readDataLabel(labelsOfVolume.get(names.filestoreVolume) ?? {}),
      };
      const addons = declaredAddons(tenant);
      const isUnchanged =
        sameModules(last.modules, tenant.modules) && last.addons !== undefined && sameChecksums(last.addons, addons);
      // Without a container to answer there is nobody to ask; what the image can't open it refuses itself.
      const asked = !isUnchanged && postgres !== undefined && odoo !== undefined;
      const answer = asked ? await askDatabase(engine, tenant, last.addons, postgres.Id, odoo.Id) : {};
      return [tenant.name, { addons, last, ...answer }];
    }),
  );
  return new Map(found.filter((one) => one !== undefined));
}

/** Whether a host's engine has a volume. */
export async function hasVolume(host: Host, name: string): Promise<boolean> {
  const { Volumes } = await engineClient(host).listVolumes({ filters: { name: [name] } });
  // The filter takes a part of a name.
  return (Volumes ?? []).some(({ Name }) => Name === name);
}

/** What the names of a custom image say, for a container that was made before there were labels. */
function fromTags(tags: readonly string[] = []): DeclaredData {
  for (const tag of tags) {
    const [, kind, version] = /^odoo-fleet\/(odoo|postgres):([\d.]+)-[0-9a-f]+$/.exec(tag) ?? [];
    if (kind !== undefined && version !== undefined) {
      return kind === "odoo" ? { odoo: version } : { postgres: Number(version) };
    }
  }
  return {};
}

/** Asks a tenant's database about its modules. */
async function askDatabase(
  engine: Docker,
  { database }: Tenant,
  lastAddons: ModuleChecksums | undefined,
  postgresId: string,
  odooId: string,
): Promise<Pick<DataFacts, "database" | "unanswered">> {
  const inTime = AbortSignal.timeout(answerSeconds * 1000);
  try {
    const ask = ["psql", "--no-psqlrc", "--no-align", "--tuples-only", "--dbname", database, "--command", question];
    const answer = JSON.parse(await execText(engine.getContainer(postgresId), ask, inTime)) as {
      installed: string[] | null;
      updatedWith: string | null;
    };
    const look = ["python3", "-c", readFileSync(checksumScript, "utf8"), "/opt/odoo-fleet/addons"];
    const inImage =
      lastAddons ?? (JSON.parse(await execText(engine.getContainer(odooId), look, inTime)) as ModuleChecksums);
    const updatedWith = { ...inImage, ...(JSON.parse(answer.updatedWith ?? "{}") as ModuleChecksums) };
    return { database: { installed: answer.installed ?? [], updatedWith } };
  } catch (error) {
    return { unanswered: (error as Error).message };
  }
}

/** Whether two lists of modules, both sorted, are the same. */
function sameModules(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.join() === other.join();
}

/** Whether the same modules have the same content. */
function sameChecksums(one: ModuleChecksums, other: ModuleChecksums): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
