import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { execText } from "../host/engineExec";
import { tarOf } from "../host/tar";
import { inThrowAway } from "../host/throwAway";
import { odooRole } from "../tenant/config/odooConf";
import { postgresDataPaths, renderPostgresConf } from "../tenant/config/postgresConf";

/** A restored database that is to be served. */
export interface RestoredServer {
  readonly engine: Docker;
  /** Whose volume it is in. */
  readonly tenant: Tenant;
  /** Name of the container, which is thrown away. */
  readonly name: string;
  /** PostgreSQL's image. */
  readonly image: string;
  /** Whether what is written has to last; otherwise nothing waits for the disk. */
  readonly isKept: boolean;
  readonly signal: AbortSignal;
}

/**
 * Has work done on a database that was restored: it is served on a loopback of its own, without a network. The superuser comes in
 * by the socket, and Odoo's role by 127.0.0.1, for who joins the container's network.
 */
export async function onLoopback(
  { engine, tenant, name, image, isKept, signal }: RestoredServer,
  work: (database: Docker.Container) => Promise<void>,
): Promise<void> {
  const { names, sizing } = tenant;
  const paths = postgresDataPaths(tenant.postgresVersion);
  const wanted = {
    name,
    image,
    binds: [`${names.databaseVolume}:${paths.mount}`],
    settings: { User: "postgres", Env: [`PGDATA=${paths.data}`, "PGHOST=/tmp"] },
    host: {
      ShmSize: sizing.postgres.shmSizeMiB * 2 ** 20,
      Memory: sizing.postgres.memoryMiB * 2 ** 20,
    },
  };
  await inThrowAway(engine, wanted, async (database) => {
    await database.putArchive(
      tarOf([
        { name: "postgresql.conf", content: renderPostgresConf(sizing.postgres) },
        // Nobody else is on its loopback.
        { name: "pg_hba.conf", content: `local all postgres peer\nhost all ${odooRole} 127.0.0.1/32 trust\n` },
      ]),
      { path: "/tmp" },
    );
    await database.start();
    const options = ["listen_addresses=127.0.0.1", "hba_file=/tmp/pg_hba.conf", "unix_socket_directories=/tmp"];
    // What is written waits for the tenant's own start, which archives it: the log has no gap.
    const log = isKept ? ["archive_command=", "fsync=on"] : ["archive_mode=off", "fsync=off"];
    const own = [...log, "config_file=/tmp/postgresql.conf"];
    const settings = [...options, ...own].map((one) => `-c ${one}`).join(" ");
    await execText(
      database,
      ["pg_ctl", "--wait", "--timeout=600", "--log=/tmp/server.log", "start", `--options=${settings}`],
      signal,
    );
    await work(database);
    if (isKept) {
      await execText(database, ["pg_ctl", "--wait", "--timeout=600", "--mode=fast", "stop"], signal);
    }
  });
}
