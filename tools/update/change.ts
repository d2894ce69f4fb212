import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { odooRole, renderOdooConf } from "../../components/tenant/config/odooConf";
import { postgresAlias } from "../../components/tenant/config/postgresConf";
import { execText } from "../../components/host/engineExec";
import type { Tenant } from "../../fleet/types";
import { inThrowAway, removeThrowAway } from "../../components/host/throwAway";
import { type TarFile, tarOf } from "../../components/host/tar";
import { onLoopback } from "../../components/restore/onLoopback";
import { clear, restore, type Restorer } from "../../components/restore/restorer";
import type { UpdatePlan } from "./plan";

/** What changes a tenant's database, or a copy of it. */
export interface Changer {
  readonly engine: Docker;
  readonly environment: string;
  readonly tenant: Tenant;
  readonly plan: UpdatePlan;
  /** Names of the images that are declared. */
  readonly images: { readonly postgres: string; readonly odoo: string };
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
  return {
    engine,
    environment,
    tenant: after,
    plan: { update: [], install: [], hasNewImage: false },
    images,
    say,
    signal,
  };
}

/** Names of what an update makes and throws away. */
function throwAways({ names }: Tenant): Record<"odoo" | "files" | "database", string> {
  return {
    odoo: `${names.odoo}-update`,
    files: `${names.odoo}-update-files`,
    database: `${names.postgres}-update`,
  };
}

/** The tenant with the names of the volumes of its rehearsal. */
function rehearsed(tenant: Tenant): Tenant {
  const { names } = tenant;
  const copy = (name: string): string => `${name}-rehearsal`;
  return {
    ...tenant,
    names: { ...names, databaseVolume: copy(names.databaseVolume), filestoreVolume: copy(names.filestoreVolume) },
  };
}

function restorerOf({ engine, environment, tenant, say, signal }: Changer): Restorer {
  return { engine, environment, before: tenant, after: rehearsed(tenant), say, signal };
}

/** Takes away what an update that was interrupted left running, or lying. */
export async function clearChange(changer: Changer): Promise<void> {
  for (const name of Object.values(throwAways(changer.tenant))) {
    await removeThrowAway(changer.engine, name);
  }
  await clear(restorerOf(changer));
}

/**
 * Carries the change out on a copy of the tenant, which is neutralised. The copy has no network, and the tenant serves meanwhile.
 *
 * @param stackId of the stack that the volumes of the copy are said to be of.
 * @param fill fills the volumes of the copy. Default: from the tenant's newest backup.
 * @throws with the module and its error.
 */
export async function rehearse(
  changer: Changer,
  stackId: string,
  fill?: (copy: Tenant) => Promise<void>,
): Promise<void> {
  const { tenant, images } = changer;
  const copy = rehearsed(tenant);
  const restorer = restorerOf(changer);
  try {
    await (fill?.(copy) ?? restore({ ...restorer, say: () => undefined }, images, stackId, undefined));
    await onRestored({ ...changer, tenant: copy }, { isKept: false }, (_database, place) => runChange(changer, place));
  } finally {
    await clear(restorer);
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

/** Carries the change out on the tenant's own database, whose Odoo is stopped. @throws with the module and its error. */
export function change(changer: Changer): Promise<void> {
  const { names } = changer.tenant;
  const { filestoreVolume: filestore, internalNetwork: network } = names;
  return runChange(changer, { filestore, network, isApart: false, neutralize: false });
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
  const { update, install } = plan;
  const wanted = {
    name: throwAways(tenant).odoo,
    image: images.odoo,
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
      { name: "update.json", content: JSON.stringify({ update, install, neutralize, copy, dump }) },
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
