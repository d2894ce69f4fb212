import type { Writable } from "node:stream";
import type Docker from "dockerode";
import type { CreatedTenant, Tenant } from "../../fleet/types";
import { ignoreAbsent } from "../host/engineErrors";
import { imageSpecs } from "../host/imageSpec";
import type { RestoreWatch } from "../restore/ownStack";
import { resolveOwn, type RestoreSettings } from "../restore/ownTenant";
import { RestoreError } from "../restore/restorer";
import { showTime } from "../restore/time";
import { clearExport, type ExportFacts, exportTo } from "./exporter";
import { asFile } from "./zipFile";

/** How a tenant is exported. */
export interface ExportOptions extends RestoreWatch {
  /** The moment, which is over. Default: the newest that there is. */
  readonly at?: Date;
  /** Is called when what is packed was restored and proven. Default: nobody is told. */
  readonly packing?: () => void;
}

/**
 * Exports a tenant that `createTenant` made, as `make export` does: a zip of the form of Odoo's database manager (dump.sql, filestore/,
 * manifest.json), with the SHA-256 of each file in SHA256SUMS, of its database and files as a pair. It is packed from restored backups,
 * so the tenant serves meanwhile, or is suspended. Killed at any moment, what it left on the host is removed by the next call, or by `removeExport`.
 *
 * @param to path of a file that isn't there yet, and is only once it is whole; or a stream, which ends only then, and is destroyed otherwise.
 * @throws RestoreError where it can't be, or what was restored isn't whole; nothing is changed then, and nothing of it is left.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function exportTenant(
  settings: RestoreSettings,
  to: string | Writable,
  options: ExportOptions = {},
): Promise<ExportFacts> {
  const { fleet, tenant, engine } = resolveOwn(settings);
  return exportOf({ environment: fleet.environment, tenant, engine }, to, options);
}

/** Removes what an export of a tenant left on its host that was killed. Where nothing is left, it does nothing. @throws as `exportTenant` */
export async function removeExport(settings: RestoreSettings): Promise<void> {
  const { fleet, tenant, engine } = resolveOwn(settings);
  await clearExport({ environment: fleet.environment, tenant: tenant as CreatedTenant, engine });
}

/** The same of a tenant whose declaration is resolved. */
export async function exportOf(
  { environment, tenant, engine }: { environment: string; tenant: Tenant; engine: Docker },
  to: string | Writable,
  { at, say = () => undefined, packing, signal = new AbortController().signal }: ExportOptions,
): Promise<ExportFacts> {
  demandData(tenant);
  const now = new Date();
  if (at !== undefined && at > now) {
    const [asked, known] = [at, now].map((time) => showTime(time.getTime() / 1000));
    throw new RestoreError(`AT, ${asked}, is in the future: it is ${known} now. Nothing was exported.`);
  }
  const images = await imagesOf(engine, tenant);
  const exporter = { engine, environment, tenant, images, say, packing, signal };
  const seconds = at && at.getTime() / 1000;
  return typeof to === "string"
    ? asFile(to, (file) => exportTo(exporter, file, seconds))
    : exportTo(exporter, to, seconds);
}

function demandData(tenant: Tenant): asserts tenant is CreatedTenant {
  const { name, state, copyOf } = tenant;
  if (copyOf !== undefined) {
    throw new RestoreError(
      `${name} is a copy of ${copyOf}, without its passwords: export ${copyOf} itself. Nothing was exported.`,
    );
  }
  if (state !== "running" && state !== "suspended") {
    throw new RestoreError(
      `${name} is ${state}: what opens its backups isn't on its host any more. Nothing was exported.`,
    );
  }
}

/** The images that the tenant is there with. */
async function imagesOf(engine: Docker, tenant: CreatedTenant): Promise<{ postgres: string; odoo: string }> {
  const { postgres, odoo } = imageSpecs(tenant, "");
  for (const { name } of [postgres, odoo]) {
    if ((await engine.getImage(name).inspect().catch(ignoreAbsent)) === undefined) {
      throw new RestoreError(
        `${tenant.name} isn't as it is declared: its image ${name} isn't on its host. Bring it up first. Nothing was exported.`,
      );
    }
  }
  return { postgres: postgres.name, odoo: odoo.name };
}
