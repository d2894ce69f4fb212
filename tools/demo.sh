#!/usr/bin/env bash
# demo.sh up|down: the environment `dev` on a local file backend.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${XDG_DATA_HOME:-$HOME/.local/share}/odoo-fleet

# On a machine without an engine the demo's host comes first: Ansible installs and starts one, and only then are base
# images available that are built here. The engine counts as started by us, so that `make demo-down` stops it.
bootstrap() {
  setup/setup.sh node cli plugins portal
  echo "==> no Docker engine answers: the host is bootstrapped first"
  # Pulumi hands resources that aren't targeted to a policy pack without their inputs; the whole `up` that follows is judged.
  ODOO_FLEET_POLICY_PACK=none tools/pulumi.sh dev up --yes --skip-preview --target '**HostBootstrap**'
  setup/engine.sh adopt
}

# What the portal's mails become: files, as nothing leaves the machine. Its network is there once the portal is.
mails=build/demo-mails
mail_pid=$data/demo-mail.pid

mail_runs() { [ -s "$mail_pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$mail_pid")/cmdline" | grep -q tools/demo-mail.ts; }

mail_up() {
  if mail_runs; then return; fi
  mkdir -p "$mails"
  chmod 0700 "$mails"
  setsid node --require tsx/cjs tools/demo-mail.ts 10.200.249.225 18025 "$mails" >build/demo-mail.log 2>&1 </dev/null &
  echo $! >"$mail_pid"
}

mail_down() {
  if mail_runs; then kill "$(cat "$mail_pid")"; fi
  rm -rf "$mail_pid" "$mails"
}

up() {
  if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}" ] && [ -z "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ] && [ ! -e "$data/passphrase" ]; then
    echo "==> writing a random passphrase for the stack's secrets to $data/passphrase (only you can read it)"
    (umask 077 && mkdir -p "$data" && head -c 24 /dev/urandom | base64 >"$data/passphrase")
  fi
  # From here on every command on the stack declares the portal too.
  mkdir -p "$data"
  : >"$data/demo-portal"
  if ! setup/engine.sh status >/dev/null; then bootstrap; fi
  setup/setup.sh
  echo "==> pulumi up of the environment dev; a first run also builds the images and prepares the seed database"
  tools/pulumi.sh dev up --yes --skip-preview
  echo "==> starting the portal's worker, and the demo's mail server"
  mail_up
  tools/pulumi.sh dev portal start
  echo "==> asking each tenant for its login page"
  tools/pulumi.sh dev stack output --json >build/demo-outputs.json
  node --require tsx/cjs tools/demo-summary.ts build/demo-outputs.json
}

down() {
  echo "==> removing the demo, its data included"
  if [ ! -e build/env ]; then
    setup/setup.sh
  fi
  mail_down
  tools/pulumi.sh dev portal remove
  tools/pulumi.sh dev stack export 2>/dev/null | tools/remove-begun.sh
  tools/pulumi.sh dev state unprotect --all --yes >/dev/null
  tools/pulumi.sh dev destroy --yes --skip-preview
  tools/pulumi.sh dev stack rm --yes --preserve-config
  # What a restore has left beside the stacks: the volumes of before it. An environment is on an engine once.
  docker volume ls --quiet --filter label=odoo-fleet.environment=dev | xargs --no-run-if-empty docker volume rm >/dev/null
  rm -rf build/stacks/Pulumi.dev.yaml build/demo-outputs.json "$data/demo-portal"
  setup/engine.sh release
}

"$1"
