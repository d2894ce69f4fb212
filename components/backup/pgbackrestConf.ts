import { configFolder, repositoryFolder } from "../../fleet/security";

/** What `pgbackrest.conf` is made of. */
export interface PgbackrestSettings {
  /** PGDATA inside the container. */
  readonly dataFolder: string;
  /** Key of the repository: it is encrypted before it is written. */
  readonly cipherKey: string;
}

/** Folder of PostgreSQL's socket in its configuration's volume, which the helper that backs it up mounts too. */
export const socketFolder = `${configFolder}/socket`;

/** What PostgreSQL runs for each segment of its log (`archive_command`). The repository is local: it never waits for a network. */
export const archiveCommand = `pgbackrest --config=${configFolder}/pgbackrest.conf --stanza=main archive-push %p`;

/**
 * Renders `pgbackrest.conf`. What a plan changes, such as retention, isn't in it: another text would restart the database.
 *
 * Source: https://pgbackrest.org/configuration.html
 */
export function renderPgbackrestConf({ dataFolder, cipherKey }: PgbackrestSettings): string {
  return `[global]
repo1-path=${repositoryFolder}/database
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=${cipherKey}
# Thousands of small tables' files go into few, and of big ones only the blocks that changed.
repo1-bundle=y
repo1-block=y
compress-type=zst
process-max=1
start-fast=y
log-level-console=warn
log-level-file=off
lock-path=/tmp/pgbackrest
[main]
pg1-path=${dataFolder}
pg1-socket-path=${socketFolder}
pg1-user=postgres
`;
}
