# shellcheck shell=bash
# To be sourced in portal/: starts the PostgreSQL that the portal's tests and pictures share, and names it to them. `remove_postgres` takes it away again.
shared=$(../build/bin/node24 tests/support/sharedPostgres.ts)
postgres=${shared%% *}
export PORTAL_TEST_POSTGRES=${shared#* }
remove_postgres() {
  docker rm --force --volumes "$postgres" >/dev/null
  docker network rm "$postgres" >/dev/null
}
