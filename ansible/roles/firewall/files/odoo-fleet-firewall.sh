#!/bin/sh
### BEGIN INIT INFO
# Provides:          odoo-fleet-firewall
# Required-Start:    $local_fs
# Required-Stop:
# X-Start-Before:    networking docker
# Default-Start:     S
# Default-Stop:
# Short-Description: Firewall of an odoo-fleet host
### END INIT INFO
# Written by odoo-fleet. All rules are loaded at once or not at all, and no connection is cut.
set -eu
PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
folder=/etc/odoo-fleet/firewall
loaded=/run/odoo-fleet/firewall.sha256

# The rules on stdin, as this kernel knows them: one that can't say whether somebody listens (CONFIG_NFT_SOCKET) has them without that question.
known() {
  if nft --check --file - >/dev/null 2>&1 <<'EOT'
add table inet odoo_fleet
add chain inet odoo_fleet asked
add rule inet odoo_fleet asked socket wildcard le 1
EOT
  then cat; else sed 's/ socket wildcard le 1//'; fi
}

case ${1:-} in
  start | restart | reload | force-reload)
    cat "$folder"/*.nft | known | nft --file -
    mkdir -p "${loaded%/*}"
    cat "$folder"/*.nft | sha256sum >"$loaded"
    ;;
  stop) ;; # at a shutdown: a host is never open for its last seconds
  off)
    nft delete table inet odoo_fleet
    rm -f "$loaded"
    ;;
  status)
    if ! nft list table inet odoo_fleet >/dev/null 2>&1; then
      echo absent
      exit 3
    fi
    if ! cat "$folder"/*.nft | sha256sum | cmp -s - "$loaded"; then
      echo outdated
      exit 4
    fi
    echo loaded
    ;;
  check) cat "$folder/10-table.nft" "$2" | known | nft --check --file - ;;
  *)
    echo "usage: $0 start|status|off|check FILE" >&2
    exit 2
    ;;
esac
