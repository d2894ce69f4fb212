#!/usr/bin/env bash
# demo.sh up|down: the environment `dev` on a local file backend.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${XDG_DATA_HOME:-$HOME/.local/share}/odoo-fleet

# On a machine without an engine the demo's host comes first: Ansible installs and starts one, and only then are base
# images available that are built here. The engine counts as started by us, so that `make demo-down` stops it.
bootstrap() {
  setup/setup.sh node cli plugins
  echo "==> no Docker engine answers: the host is bootstrapped first"
  # Pulumi hands resources that aren't targeted to a policy pack without their inputs; the whole `up` that follows is judged.
  ODOO_FLEET_POLICY_PACK=none tools/pulumi.sh dev up --yes --skip-preview --target '**HostBootstrap**'
  setup/engine.sh adopt
}

up() {
  if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}" ] && [ -z "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ] && [ ! -e "$data/passphrase" ]; then
    echo "==> writing a random passphrase for the stack's secrets to $data/passphrase (only you can read it)"
    (umask 077 && mkdir -p "$data" && head -c 24 /dev/urandom | base64 >"$data/passphrase")
  fi
  if ! setup/engine.sh status >/dev/null; then bootstrap; fi
  setup/setup.sh
  echo "==> pulumi up of the environment dev; a first run also builds the images and prepares the seed database"
  tools/pulumi.sh dev up --yes --skip-preview
  echo "==> asking each tenant for its login page"
  tools/pulumi.sh dev stack output --json >build/demo-outputs.json
  node --require tsx/cjs tools/demo-summary.ts build/demo-outputs.json
}

down() {
  echo "==> removing the demo, its data included"
  if [ ! -e build/env ]; then
    setup/setup.sh
  fi
  tools/pulumi.sh dev state unprotect --all --yes >/dev/null
  tools/pulumi.sh dev destroy --yes --skip-preview
  tools/pulumi.sh dev stack rm --yes --preserve-config
  rm -rf build/stacks/Pulumi.dev.yaml build/demo-outputs.json
  setup/engine.sh stop
}

"$1"
