/**
 * File of it beside `postgresql.conf`: the helper that makes backups tells the figure where the database's exporter doesn't reach. Both ask the
 * same.
 */
export const walWaitingFile = "wal-waiting.sql";

/**
 * Asks a database how many seconds the oldest write that isn't archived has waited (`waiting_seconds`); 0: all that was committed is.
 *
 * Parts of the log that are ended have files that say whether they are archived. Of the one that is still written, only its commits tell: it may
 * have begun hours ago where nothing happens, and what the server writes for itself is nobody's loss. When each transaction was committed, the
 * server keeps (`track_commit_timestamp`), also through a crash; those that are later than the end of the last part are in this one. No
 * transaction takes less than 40 bytes of it, which says how many may be.
 *
 * PostgreSQL tells times of files in whole seconds, and their clock is up to 10 ms behind: what was committed within that of the end counts as
 * before it, or something archived would wait for ever; but not where the last checkpoint, as that of a stop, is in this part, and the
 * transaction began after it. After a crash or a checkpoint nothing may say of a part that it was ended but its file,
 * which waits to be written again under the name of a part to come. Of a database that is recovering nothing is archived.
 */
export const walWaitingQuery = String.raw`WITH server AS (
  SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next_xid, current_setting('wal_segment_size') AS segment_size,
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn() END AS position
), status AS (
  SELECT name, modification FROM pg_ls_archive_statusdir()
), ended AS (
  SELECT coalesce(
    (SELECT modification FROM status WHERE name ~ '^[0-9A-F]{24}\.(ready|done)$' ORDER BY name DESC LIMIT 1),
    (SELECT max(modification) FROM pg_ls_waldir(), server WHERE name ~ '^[0-9A-F]{24}$' AND name <> pg_walfile_name(position)),
    pg_postmaster_start_time()) AS at
), checkpoint AS (
  SELECT split_part(control.next_xid, ':', 1)::bigint * 4294967296 + split_part(control.next_xid, ':', 2)::bigint AS xid
  FROM pg_control_checkpoint() AS control, server WHERE redo_wal_file = pg_walfile_name(position)
), recent AS (
  SELECT next_xid - n AS xid FROM server,
    generate_series(1, (mod(pg_wal_lsn_diff(position, '0/0'), pg_size_bytes(segment_size)) / 40)::int) AS n WHERE n < next_xid
), commits AS (
  SELECT xid, pg_xact_commit_timestamp(mod(xid, 4294967296)::text::xid) AS at FROM recent WHERE mod(xid, 4294967296) > 2
  UNION ALL
  -- One that had begun long before.
  SELECT NULL, timestamp FROM pg_last_committed_xact(), server WHERE position IS NOT NULL
), waiting AS (
  SELECT modification AS since FROM status WHERE name LIKE '%.ready'
  UNION ALL
  SELECT commits.at FROM commits, ended
  WHERE commits.at > ended.at + interval '1.02 s' OR commits.xid >= (SELECT checkpoint.xid FROM checkpoint)
)
SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(since)), 0), 0) AS waiting_seconds FROM waiting
`;
