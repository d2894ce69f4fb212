#!/bin/bash
# Runs Odoo against the PostgreSQL that HOST, PORT, USER and PASSWORD (or PASSWORD_FILE) name. What the configuration file
# or PostgreSQL's own environment (PGHOST...) already says is left to them and never becomes an argument.
set -e

if [ -v PASSWORD_FILE ]; then
  PASSWORD=$(<"$PASSWORD_FILE")
fi
: "${HOST:=${DB_PORT_5432_TCP_ADDR:=db}}"
: "${PORT:=${DB_PORT_5432_TCP_PORT:=5432}}"
: "${USER:=${DB_ENV_POSTGRES_USER:=${POSTGRES_USER:=odoo}}}"
: "${PASSWORD:=${DB_ENV_POSTGRES_PASSWORD:=${POSTGRES_PASSWORD:=odoo}}}"

database=()
# option NAME VALUE VARIABLE
option() {
  if [ ! -v "$3" ] && ! grep -qs "^[[:space:]]*$1[[:space:]]*=" "$ODOO_RC"; then
    database+=("--$1" "$2")
  fi
}
option db_host "$HOST" PGHOST
option db_port "$PORT" PGPORT
option db_user "$USER" PGUSER
option db_password "$PASSWORD" PGPASSWORD

serve() {
  wait-for-psql.py "${database[@]}" --timeout=30
  exec odoo "$@" "${database[@]}"
}

case ${1:-} in
  -- | odoo)
    shift
    if [ "${1:-}" = scaffold ]; then
      exec odoo "$@"
    fi
    serve "$@"
    ;;
  -*) serve "$@" ;;
  *) exec "$@" ;;
esac
