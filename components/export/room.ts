import { execText } from "../host/engineExec";
import { inThrowAway } from "../host/throwAway";
import { postgresDataPaths } from "../tenant/config/postgresConf";
import { showBytes } from "../restore/inTurn";
import type { Exporter } from "./exporter";

/** What has to stay free on a host beside a tenant's data twice: others write too. */
const spared = 2 ** 30;

/** What a folder has, and what is left where it is, bytes. */
const measure = `du -s -B1 "$0" | cut -f 1; df -B1 --output=avail "$0" | tail -n 1`;

/** Demands that a tenant's host has room for its data once more, for a while. @throws with what is there. */
export async function demandRoom({ engine, tenant, images, signal }: Exporter): Promise<void> {
  const { names, postgresVersion } = tenant;
  const { mount } = postgresDataPaths(postgresVersion);
  const measured = async (name: string, image: string, user: string, volume: string, path: string) => {
    const wanted = { name: `${name}-export`, image, binds: [`${volume}:${path}:ro`], settings: { User: user } };
    return inThrowAway(engine, wanted, async (container) => {
      await container.start();
      const told = await execText(container, ["sh", "-c", measure, path], signal);
      const [used, left] = told.trim().split("\n").map(Number);
      return { used: used!, left: left! };
    });
  };
  // Each can be read by its own user alone.
  const database = await measured(names.postgres, images.postgres, "postgres", names.databaseVolume, mount);
  const files = await measured(names.odoo, images.odoo, "odoo", names.filestoreVolume, "/var/lib/odoo");
  const needed = database.used + files.used + spared;
  const left = Math.min(database.left, files.left);
  if (!(left >= needed)) {
    throw new Error(
      `its host has too little room: ${showBytes(left)} are free where its data is, and its data once more, with ` +
        `${showBytes(spared)} to spare, takes ${showBytes(needed)}; free some there first`,
    );
  }
}
