#!/usr/bin/env bash
# portal-worker.sh start|stop|run|is-current FOLDER, or recover FOLDER ARGS: the portal's worker as a process of this user, with what tools/portalWorker.ts wrote into FOLDER. `start` leaves one that runs as
# it is, unless it is told `start FOLDER changed`, or the program is another than the one that runs; `run` is it in the foreground, for a service; `is-current` says by its exit code whether that runs what is here
# now; `recover` is what brings ordered tenants back, and ends. Needs build/env, the setup's part `portal`, and Pulumi's backend and passphrase in the environment.
set -euo pipefail
cd "$(dirname "$0")/.."
command=$1 folder=$2 changed=${3:-}
shift 2
pid=$folder/worker.pid

# Whether the process of the file is a worker: its number may have gone to another program since.
runs() { [ -s "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$pid")/cmdline" | grep -q 'portal/start.mjs worker'; }

run() {
  (umask 077 && program >"$folder/program")
  process worker
}
recover() { process recover "$@"; }

# What a worker is made of, as one hash: its own code, the library's, the policy pack's, and their packages.
program() {
  find portal/src portal/start.mjs portal/package-lock.json package-lock.json build/library policy -name node_modules -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

is-current() { [ "$(cat "$folder/program" 2>/dev/null)" = "$(program)" ]; }

process() {
  # shellcheck source=/dev/null
  . build/env
  export PORTAL_SETTINGS=$folder/settings.json PORTAL_WORKER_SETTINGS=$folder/worker.json
  export PORTAL_DATABASE_URL_FILE=$folder/database-url PORTAL_FLEET_SECRET_FILE=$folder/fleet-secret
  export PORTAL_STRIPE_KEY_FILE=$folder/stripe-key
  # Here exports are made; then they go to the volume that the web process has.
  export PORTAL_EXPORTS=$folder/exports
  # What is young of its heap is as small as in the web process's container: 90 MiB less that stay its own while it is idle, and not slower.
  exec build/bin/node24 --max-semi-space-size=1 portal/start.mjs "$@"
}

stop() {
  local waited
  if ! runs; then
    rm -f "$pid"
    return
  fi
  kill "$(cat "$pid")"
  # Jobs that are under way get a minute, and their CLIs six seconds after that; another worker goes on with what isn't done then.
  for ((waited = 0; waited < 160; waited++)); do
    if ! runs; then break; fi
    sleep 0.5
  done
  if runs; then kill -KILL "$(cat "$pid")"; fi
  rm -f "$pid"
}

start() {
  local waited
  if runs; then
    if [ "$changed" != changed ] && is-current; then return; fi
    stop
  fi
  (umask 077 && : >"$folder/worker.log")
  # In a session of its own: an interrupt here isn't meant for it.
  setsid "$0" run "$folder" >>"$folder/worker.log" 2>&1 </dev/null 9>&- &
  echo $! >"$pid"
  for ((waited = 0; waited < 60; waited++)); do
    if grep -q '^taking jobs' "$folder/worker.log"; then return; fi
    if ! kill -0 "$(cat "$pid")" 2>/dev/null; then break; fi
    sleep 0.5
  done
  echo "odoo-fleet: the portal's worker doesn't start; the end of its log, $folder/worker.log:" >&2
  tail -n 5 "$folder/worker.log" >&2
  exit 1
}

"$command" "$@"
