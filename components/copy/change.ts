import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { execText } from "../host/engineExec";
import { type TarFile, tarOf } from "../host/tar";
import { inThrowAway, removeThrowAway } from "../host/throwAway";
import { onLoopback } from "../restore/onLoopback";
import { odooRole, renderOdooConf } from "../tenant/config/odooConf";
import { postgresAlias } from "../tenant/config/postgresConf";

/** What changes a tenant's database, or a copy of it. */
export interface Changer {
  readonly engine: Docker;
  readonly environment: string;
  readonly tenant: Tenant;
  /** Modules that are updated and installed, and the releases between which everything is migrated. */
  readonly plan: {
    readonly update: readonly string[];
    readonly install: readonly string[];
    readonly odoo?: { readonly from: string; readonly to: string };
  };
  /** Names of the images that are declared, and of that which migrates, where that is needed. */
  readonly images: { readonly postgres: string; readonly odoo: string; readonly migration?: string };
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What looks after a database that was restored elsewhere, and updates nothing of it. @param after the tenant with those volumes. */
export function changerOf({
  engine,
  environment,
  after,
  images,
  say,
  signal,
}: Omit<Changer, "tenant" | "plan"> & { readonly after: Tenant }): Changer {
  return { engine, environment, tenant: after, plan: { update: [], install: [] }, images, say, signal };
}

/** Names of what a change makes and throws away. */
function throwAways({ names }: Tenant): Record<"odoo" | "files" | "database", string> {
  return {
    odoo: `${names.odoo}-update`,
    files: `${names.odoo}-update-files`,
    database: `${names.postgres}-update`,
  };
}

/** Takes away the containers that a change which was interrupted left. */
export async function removeThrowAways({ engine, tenant }: Pick<Changer, "engine" | "tenant">): Promise<void> {
  for (const name of Object.values(throwAways(tenant))) {
    await removeThrowAway(engine, name);
  }
}

/** Where Odoo finds a database and its files. */
export interface Place {
  /** Its volume; undefined: it needs none. */
  readonly filestore: string | undefined;
  readonly network: string;
  /** Whether it is apart from what serves: on a loopback of its own. */
  readonly isApart: boolean;
  /** Whether it is neutralised before anything else. */
  readonly neutralize: boolean;
  /** What `make copy` makes of it; undefined: it isn't to be another tenant's. */
  readonly copy?: object;
  /** What is known of a dump that is put into it; undefined: none is. */
  readonly dump?: object;
  /** Files that this takes. */
  readonly files?: readonly TarFile[];
}

/**
 * Has work done on a database that was restored: it is served on a loopback of its own, without a network.
 *
 * @param changer of the tenant whose volumes it is in.
 * @param isKept whether what is written has to last; otherwise nothing waits for the disk.
 */
export async function onRestored(
  { engine, tenant, images, signal }: Changer,
  { isKept }: { readonly isKept: boolean },
  work: (database: Docker.Container, place: Place) => Promise<void>,
): Promise<void> {
  const server = { engine, tenant, name: throwAways(tenant).database, image: images.postgres, isKept, signal };
  await onLoopback(server, (database) => {
    const network = `container:${database.id}`;
    return work(database, { filestore: tenant.names.filestoreVolume, network, isApart: true, neutralize: true });
  });
}

/** Runs `update-database` in a throw-away Odoo. @throws with the module and its error. */
export async function runChange(
  { engine, tenant, plan, images, say, signal }: Changer,
  { filestore, network, isApart, neutralize, copy, dump, files: more = [] }: Place,
): Promise<void> {
  const { names, sizing } = tenant;
  const conf = renderOdooConf({
    version: tenant.odooVersion,
    database: tenant.database,
    databaseHost: isApart ? "127.0.0.1" : postgresAlias,
    role: odooRole,
    // What is in the tenant's own configuration takes its place.
    rolePassword: "none",
    masterPasswordHash: "none",
    addonsPath: tenant.odooImage.addons.length > 0 ? "/opt/odoo-fleet/addons" : undefined,
    serverWideModules: tenant.serverWideModules,
    odooOptions: tenant.odooOptions,
    sizing: sizing.odoo,
  });
  const { update, install, odoo: migrate } = plan;
  const wanted = {
    name: throwAways(tenant).odoo,
    image: images.migration ?? images.odoo,
    binds: [
      ...(filestore === undefined ? [] : [`${filestore}:/var/lib/odoo`]),
      ...(isApart ? [] : [`${names.odooConfigVolume}:/srv/config:ro`]),
    ],
    settings: {
      User: "odoo",
      // The database lets in Odoo from its own address alone, which is free while its container is stopped.
      ...(isApart
        ? {}
        : {
            NetworkingConfig: {
              EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: tenant.addresses.odooInternal } } },
            },
          }),
    },
    host: {
      NetworkMode: network,
      Memory: (sizing.odoo.memoryMiB + sizing.files.memoryMiB) * 2 ** 20,
    },
  };
  await inThrowAway(engine, wanted, async (container) => {
    const files = [
      { name: "odoo.conf", content: conf },
      { name: "update.json", content: JSON.stringify({ update, install, migrate, neutralize, copy, dump }) },
      { name: "update-database", content: readFileSync(join(__dirname, "update-database"), "utf8") },
      ...more,
    ];
    await container.putArchive(tarOf(files), { path: "/tmp" });
    await container.start();
    const run = execText(container, ["python3", "/tmp/update-database"], signal);
    const printed = await run.catch((error: Error) => {
      throw new Error(error.message.replace(/^[^]*?odoo-fleet: /, ""));
    });
    printed
      .split("\n")
      .filter(Boolean)
      .forEach((line) => say(line));
  });
}
