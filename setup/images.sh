#!/usr/bin/env bash
# images.sh: the base images. Official ones, if the engine has them or a registry answers; otherwise stand-ins, whose
# names go to build/offline-images.json, from where they are laid over the configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh

# Whether the registry has an image. An answer counts for a day, so that warm runs don't wait for it.
in_registry() {
  local known=$cache/registry-images
  if [ -n "$(find "$known" -mmin -1440 2>/dev/null)" ] && grep -qxF "$1" "$known"; then return; fi
  if ! may_download || tried_lately registry; then return 1; fi
  if timeout 20 docker manifest inspect "$1" >/dev/null 2>&1; then
    echo "$1" >>"$known"
  else
    tried registry
    return 1
  fi
}

# Whether the program's default images can be had.
official() {
  local reference
  for reference in $(node_modules/.bin/tsx setup/print-base-images.ts); do
    timeout 20 docker image inspect "$reference" >/dev/null 2>&1 || in_registry "$reference" || return 1
  done
}

if official; then
  rm -f build/offline-images.json
  say "images: the official base images are used"
  chosen images official "Every container that is built on them is replaced by the next \`make up\`, with downtime: see \`make preview\`"
  exit 0
fi
may_stand_in || fail "the official images are neither on the engine nor in a registry, and ODOO_FLEET_OFFLINE=0" \
  "allows no stand-ins: load them with \`docker load\`, or leave that variable out"
command -v debootstrap >/dev/null || apt_install "no image registry answers, so stand-in images are made" debootstrap
offline/images/build.sh
# Only what stand-ins exist for is offered: any other version is refused with a clear message instead of a failed pull.
cat >build/offline-images.part <<'EOT'
{
  "odoo": { "17.0": null, "18.0": null, "19.0": "odoo-fleet.local/odoo:19.0" },
  "postgres": { "13": null, "14": null, "15": null, "16": null, "17": "odoo-fleet.local/postgres:17", "18": null },
  "nginx": "odoo-fleet.local/nginx:1",
  "rclone": "odoo-fleet.local/rclone:1",
  "caddy": "odoo-fleet.local/caddy:2.11",
  "lego": "odoo-fleet.local/lego:5",
  "node": "odoo-fleet.local/node:24",
  "monitoring": {
    "prometheus": "odoo-fleet.local/prometheus:2.53",
    "alertmanager": "odoo-fleet.local/alertmanager:0.28",
    "grafana": null,
    "nodeExporter": "odoo-fleet.local/node-exporter:1.9",
    "cadvisor": "odoo-fleet.local/cadvisor:0.38",
    "blackboxExporter": "odoo-fleet.local/blackbox-exporter:0.26",
    "postgresExporter": "odoo-fleet.local/postgres-exporter:0.17",
    "nginxlogExporter": "odoo-fleet.local/nginxlog-exporter:1.11.0"
  }
}
EOT
mv build/offline-images.part build/offline-images.json
chosen images stand-in "Every container that is built on them is replaced by the next \`make up\`, with downtime: see \`make preview\`"
say "images: stand-ins are used, as no registry answers: Odoo 19, PostgreSQL 17, Nginx, Caddy, lego, Node.js and monitoring without Grafana"
