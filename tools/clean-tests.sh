#!/usr/bin/env bash
# Removes what tests left on the engine, and the small disks of those that were killed. Every environment of a test is called test-..., and everything else that a
# test makes carries the label odoo-fleet.test.
set -euo pipefail
filters() {
  docker "$1" ls ${2:+"$2"} --quiet --filter label=odoo-fleet.test
  docker "$1" ls ${2:+"$2"} --format '{{.ID}} {{.Label "odoo-fleet.environment"}}' --filter label=odoo-fleet.environment |
    awk '$2 ~ /^test-/ { print $1 }'
  docker "$1" ls ${2:+"$2"} --format '{{.ID}} {{.Label "odoo-fleet.move"}}' --filter label=odoo-fleet.move |
    awk '$2 ~ /^test-/ { print $1 }'
}
volumes() {
  docker volume ls --quiet --filter label=odoo-fleet.test
  docker volume ls --format '{{.Name}} {{.Label "odoo-fleet.environment"}}' --filter label=odoo-fleet.environment |
    awk '$2 ~ /^test-/ { print $1 }'
  # Where a host's stack isn't there, the engine makes it, without a label.
  docker volume ls --quiet | grep -E '^test-.*-backup-turn$' || true
}
remove() {
  filters container --all | xargs --no-run-if-empty docker container rm --force --volumes &&
    filters network | xargs --no-run-if-empty docker network rm &&
    volumes | xargs --no-run-if-empty docker volume rm
}
# What a test that has just ended is removing itself is refused meanwhile, and gone a moment later.
tries=30
until why=$(remove 2>&1 >/dev/null); do
  tries=$((tries - 1))
  if [ "$tries" = 0 ]; then
    echo "$why" >&2
    exit 1
  fi
  sleep 1
done
# Full ones would alarm the next test that watches this machine.
awk '$2 ~ "/odoo-fleet-test-disk-[^/]*/mount$" { print $2 }' /proc/mounts | while read -r mounted; do
  umount --lazy "$mounted"
  rm -rf "${mounted%/mount}"
done
