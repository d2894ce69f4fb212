import type Docker from "dockerode";

import type { Tenant } from "../../fleet/types";
import { execText } from "../host/engineExec";
import { inThrowAway } from "../host/throwAway";
import { postgresDataPaths } from "../tenant/config/postgresConf";
import { configFolder, repositoryFolder } from "../../fleet/security";

/**
 * A stopped cluster ends its timeline and begins a new one, after all that the archive knows. Nothing of the new one is archived here: that
 * waits for the tenant's own start.
 */
const script = `set -eu
fail() { grep -E 'ERROR|FATAL|PANIC' /tmp/former.log >&2 || true; echo "odoo-fleet: $*" >&2; exit 1; }
get="pgbackrest --config=${configFolder}/pgbackrest.conf --stanza=main archive-get"
own=$(LC_ALL=C pg_controldata --pgdata="$PGDATA" | sed -n "s/^Latest checkpoint's TimeLineID: *//p")
next=$(printf '%08X.history' $((own + 1)))
# Status 1 means that it isn't there; whatever else, that the archive can't be read.
status=0; $get "$next" /tmp/next.history >/tmp/former.log 2>&1 || status=$?
case $status in
  0) ;;
  1) exit 0 ;;
  *) cat /tmp/former.log >&2; exit 1 ;;
esac
# What fetches segments ahead may be at it still.
trap 'until rm -rf "$PGDATA.spool" 2>/dev/null; do sleep 0.2; done' EXIT
export PGHOST=/tmp/former
mkdir -p -m 0700 "$PGHOST"
: >"$PGDATA/standby.signal"
settings="-c config_file=${configFolder}/postgresql.conf -c listen_addresses= -c unix_socket_directories=$PGHOST -c archive_command="
for one in recovery_target recovery_target_lsn recovery_target_name recovery_target_time recovery_target_xid; do settings="$settings -c $one="; done
# No hot standby, which would have to allow as many connections as it had: the tenant's plan may have become smaller since.
pg_ctl --pgdata="$PGDATA" --log=/tmp/former.log --wait --timeout=3600 start \\
  --options="$settings -c recovery_target_timeline=current -c hot_standby=off -c restore_command='odoo-fleet-segment %f %p'" >/dev/null || fail "it doesn't start"
pg_ctl --pgdata="$PGDATA" --wait --timeout=3600 promote >/dev/null || fail "it begins no new timeline"
pg_ctl --pgdata="$PGDATA" --wait --timeout=3600 --mode=fast stop >/dev/null || fail "it doesn't stop"
`;

/**
 * Gives the cluster that a tenant had before a restore a timeline of its own. It would go on with the one from which the restored cluster has
 * branched off otherwise, and every later restore would follow the branch.
 *
 * @param former the tenant with the names of its former volumes, which nothing uses.
 */
export async function leaveTimeline({
  engine,
  tenant,
  former,
  image,
  signal,
}: {
  readonly engine: Docker;
  readonly tenant: Tenant;
  readonly former: Tenant;
  readonly image: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { names, sizing, postgresVersion } = tenant;
  const paths = postgresDataPaths(postgresVersion);
  const wanted = {
    name: `${names.postgres}-former`,
    image,
    binds: [
      `${former.names.databaseVolume}:${paths.mount}`,
      `${names.repositoryVolume}:${repositoryFolder}:ro`,
      `${names.postgresConfigVolume}:${configFolder}:ro`,
    ],
    settings: { User: "postgres", Env: [`PGDATA=${paths.data}`] },
    host: {
      ShmSize: sizing.postgres.shmSizeMiB * 2 ** 20,
      Memory: (sizing.postgres.memoryMiB + sizing.backup.memoryMiB) * 2 ** 20,
    },
  };
  await inThrowAway(engine, wanted, async (container) => {
    await container.start();
    await execText(container, ["sh", "-c", script], signal);
  });
}
