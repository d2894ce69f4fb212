#!/bin/sh
# Before Nginx starts, and before nothing else: what is in /docker-entrypoint.d, in order. `.envsh` files are sourced, so
# that they can set variables for the others; `.sh` files are run. NGINX_ENTRYPOINT_QUIET_LOGS keeps this silent.
set -eu
log() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }

case ${1:-} in
  nginx | nginx-debug)
    for file in /docker-entrypoint.d/*; do
      case $file in
        *.envsh | *.sh) ;;
        *)
          [ ! -e "$file" ] || log "ignoring $file"
          continue
          ;;
      esac
      if [ ! -x "$file" ]; then
        log "ignoring $file, which is not executable"
        continue
      fi
      log "running $file"
      case $file in
        *.envsh)
          # shellcheck source=/dev/null
          . "$file"
          ;;
        *.sh) "$file" ;;
      esac
    done
    ;;
esac
exec "$@"
