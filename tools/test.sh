#!/usr/bin/env bash
# Runs every test on the engine that setup/setup.sh found or started, and leaves nothing behind: containers, networks
# and volumes of the tests go, also after a failure, and an engine that was started for the tests is stopped.
# Arguments go to jest.
set -euo pipefail
cd "$(dirname "$0")/.."
engine_was_running=false
if setup/engine.sh status >/dev/null 2>&1; then
  engine_was_running=true
fi
clean_up() {
  trap - EXIT
  tools/clean-tests.sh
  if [ "$engine_was_running" = false ]; then
    setup/engine.sh stop
  fi
}
trap clean_up EXIT
setup/setup.sh
# shellcheck source=/dev/null
. build/env
make --no-print-directory lint
status=0
npx jest --maxWorkers=2 "$@" 2>&1 | tee build/test.log || status=$?
clean_up || status=$?
# The last line of all says how it went, whatever the clean-up printed.
grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' build/test.log | tail -1
exit "$status"
