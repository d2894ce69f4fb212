#!/usr/bin/env bash
# Starts PostgreSQL; on an empty PGDATA it makes a cluster first and runs what is in /docker-entrypoint-initdb.d.
set -Eeuo pipefail

fail() {
  printf 'Error: %s\n' "$@" >&2
  exit 1
}

# file_env NAME [DEFAULT]: NAME from the environment or from the file that NAME_FILE names, not from both.
file_env() {
  local name=$1 file=${1}_FILE value=${2:-}
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
    fail "$name and $file are both set; only one may be"
  fi
  if [ -n "${!name:-}" ]; then
    value=${!name}
  elif [ -n "${!file:-}" ]; then
    value=$(<"${!file}")
  fi
  export "$name=$value"
  unset "$file"
}

# psql on the temporary server's socket, whatever PGHOST says about another one.
query() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

init_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [ -e "$file" ] || continue
    case $file in
      *.sh)
        if [ -x "$file" ]; then
          echo "$0: running $file"
          "$file"
        else
          echo "$0: sourcing $file"
          # shellcheck source=/dev/null
          . "$file"
        fi
        continue
        ;;
      *.sql | *.sql.gz | *.sql.xz | *.sql.zst) echo "$0: running $file" ;;
      *)
        echo "$0: ignoring $file"
        continue
        ;;
    esac
    case $file in
      *.sql) query --dbname "$POSTGRES_DB" --file "$file" ;;
      *.gz) gunzip --stdout "$file" | query --dbname "$POSTGRES_DB" ;;
      *.xz) xz --decompress --stdout "$file" | query --dbname "$POSTGRES_DB" ;;
      *.zst) zstd --decompress --stdout "$file" | query --dbname "$POSTGRES_DB" ;;
    esac
  done
}

# initdb refuses a user without a name; one is lent to a user that `docker run --user` made up.
lend_name() {
  local library
  library=$(echo /usr/lib/*/libnss_wrapper.so)
  if getent passwd "$(id -u)" >/dev/null || [ ! -e "$library" ]; then return; fi
  NSS_WRAPPER_PASSWD=$(mktemp)
  NSS_WRAPPER_GROUP=$(mktemp)
  export LD_PRELOAD=$library NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
  echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
  echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
}

return_name() {
  if [ -n "${NSS_WRAPPER_PASSWD:-}" ]; then
    unset LD_PRELOAD
    rm -f "$NSS_WRAPPER_PASSWD" "$NSS_WRAPPER_GROUP"
    unset NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
  fi
}

# make_cluster [POSTGRES OPTION...]
make_cluster() {
  file_env POSTGRES_PASSWORD
  file_env POSTGRES_USER postgres
  file_env POSTGRES_DB "$POSTGRES_USER"
  file_env POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    fail "Database is uninitialized and superuser password is not specified." \
      "set POSTGRES_PASSWORD, or POSTGRES_PASSWORD_FILE, to a value that is not empty for the superuser," \
      "or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in without one"
  fi
  if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
    echo "Warning: POSTGRES_HOST_AUTH_METHOD is trust: whoever reaches this server gets in without a password" >&2
  fi
  # The arguments are written as on a command line, so the shell splits them.
  local arguments=()
  eval "arguments=($POSTGRES_INITDB_ARGS)"
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
    arguments+=("--waldir=$POSTGRES_INITDB_WALDIR")
  fi
  lend_name
  # The password comes in by a pipe: an argument could be read by every process.
  initdb --username="$POSTGRES_USER" --pgdata="$PGDATA" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${arguments[@]}"
  return_name
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"

  # The temporary server listens on its socket only: nobody outside meets a half-made cluster.
  local options
  options=$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")
  PGUSER=$POSTGRES_USER pg_ctl --pgdata "$PGDATA" --options "$options" --wait start
  export PGPASSWORD=$POSTGRES_PASSWORD
  if [ -z "$(query --dbname postgres --tuples-only --no-align --set db="$POSTGRES_DB" \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db'")" ]; then
    query --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db"'
  fi
  init_scripts
  PGUSER=$POSTGRES_USER pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
  unset PGPASSWORD
  echo "PostgreSQL init process complete; ready for start up."
}

# Whether the server would only print something and end.
only_asks() {
  local argument
  for argument; do
    case $argument in -\? | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

main() {
  if [ "${1:0:1}" = - ]; then
    set -- postgres "$@"
  fi
  if [ "${1:-}" != postgres ] || only_asks "$@"; then
    exec "$@"
  fi
  mkdir -p "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
  # A folder that is somebody else's stays as it is: PostgreSQL then says itself what it can't work with.
  chmod 0700 "$PGDATA" 2>/dev/null || true
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} \! -user postgres -exec chown postgres '{}' +
    chown postgres /var/run/postgresql 2>/dev/null || true
    exec gosu postgres "$0" "$@"
  fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    echo "PostgreSQL: $PGDATA has a database already; nothing is initialized"
  else
    make_cluster "${@:2}"
  fi
  exec "$@"
}

main "$@"
