#!/usr/bin/env bash
# Runs the tests on the engine that setup/setup.sh found or started, and leaves nothing behind: containers, networks and
# volumes of the tests go, also after a failure, and an engine that was started for the tests is stopped.
# SUITE runs a part: projects (unit, policy, offline, ansible, e2e, portal; proofs, which take long and are in no other run), or
# patterns of the tests' paths; a blank between them.
# WORKERS is how many test files run at once, 3 by default: they wait, for a server that starts or an alert that is due, so that
# three keep two processors busy. With four, or with the portal's tests beside them, a host's first `up` takes longer than it may.
# Arguments go to jest. The portal's tests run on the portal's own Node.js, after those with hosts and tenants; they wait for real
# runs, so that unit and policy tests run beside them.
set -euo pipefail
cd "$(dirname "$0")/.."
# A whole run on a slow machine: files that would begin later than an hour after it are skipped and named, and the portal's tests, which come last, have half an hour.
if [ -z "${SUITE:-}" ]; then export ODOO_FLEET_TEST_DEADLINE=${ODOO_FLEET_TEST_DEADLINE:-$(($(date +%s) + 3600))}; fi
projects=() patterns=() with_portal=false portal_files=()
[ -n "${SUITE:-}" ] || with_portal=true
for suite in ${SUITE:-}; do
  case $suite in
    unit | policy | offline | ansible | e2e) projects+=("$suite") ;;
    proofs)
      # Files of their own, and those that have some beside the tests that everybody runs.
      export ODOO_FLEET_PROOFS=1
      projects+=(proofs ansible e2e)
      patterns+=(tests/proofs/)
      # A part of a test file, such as tests/e2e/backup/drills.ts, is run by that file: tests/e2e/backup.test.ts.
      while IFS= read -r file; do
        case $file in *.test.ts) patterns+=("$file") ;; *) patterns+=("$(dirname "$file").test.ts") ;; esac
      done < <(grep --recursive --files-with-matches 'support/proof"' tests)
      with_portal=true
      while IFS= read -r file; do portal_files+=("${file#portal/}"); done < <(grep --recursive --files-with-matches ODOO_FLEET_PROOFS portal/tests)
      ;;
    portal) with_portal=true ;;
    *) patterns+=("$suite") ;;
  esac
done
part=()
[ ${#projects[@]} -eq 0 ] || part+=(--selectProjects "${projects[@]}")
[ ${#patterns[@]} -eq 0 ] || part+=(--testPathPatterns "${patterns[@]}")
whole=(--selectProjects offline ansible e2e)

engine_was_running=false
if setup/engine.sh status >/dev/null 2>&1; then
  engine_was_running=true
fi
lint='' fast=''
clean_up() {
  trap - EXIT
  # With what they started: each is a group of its own.
  for group in $lint $fast; do kill -- "-$group" 2>/dev/null || true; done
  tools/clean-tests.sh
  if [ "$engine_was_running" = false ]; then
    setup/engine.sh stop
  fi
}
trap clean_up EXIT
setup/setup.sh
[ "$with_portal" = false ] || setup/setup.sh portal
# shellcheck source=/dev/null
. build/env
# Who runs a part is after what it shows; the whole includes what the code looks like, which nothing waits for: it takes
# the time that the tests leave.
if [ -z "${SUITE:-}" ]; then
  set -m
  nice -n 19 make --no-print-directory lint >build/lint.log 2>&1 &
  lint=$!
  set +m
fi
status=0
: >build/test.log
: >build/test-fast.log
rm -f build/*.failures
if [ -z "${SUITE:-}" ] || [ ${#part[@]} -gt 0 ]; then
  ODOO_FLEET_TEST_FAILURES=build/test.failures npx jest --maxWorkers="${WORKERS:-3}" "$@" "${part[@]:-${whole[@]}}" 2>&1 | tee build/test.log || status=$?
fi
if [ -z "${SUITE:-}" ]; then
  set -m
  # They take two minutes, and always have them.
  env --unset=ODOO_FLEET_TEST_DEADLINE ODOO_FLEET_TEST_FAILURES=build/test-fast.failures npx jest --maxWorkers=1 "$@" --selectProjects unit policy >build/test-fast.log 2>&1 &
  fast=$!
  set +m
fi
if [ "$with_portal" = true ]; then
  tools/portal-tests.sh ${portal_files[@]+"${portal_files[@]}"} 2>&1 | tee -a build/test.log || status=$?
fi
if [ -n "$fast" ]; then
  wait "$fast" || status=$?
  fast=''
  cat build/test-fast.log
fi
if [ -n "$lint" ]; then
  wait "$lint" || status=$?
  lint=''
  cat build/lint.log
fi
clean_up || status=$?
# What failed is told once more where it is seen: much was printed since.
for failures in build/*.failures; do [ ! -s "$failures" ] || { echo && cat "$failures"; }; done
# The last line of all says how it went, whatever the clean-up printed.
grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' --no-filename build/test.log build/test-fast.log |
  awk '{ passed += $1; failed += $3; skipped += $5 } END { print passed + 0 " passed, " failed + 0 " failed, " skipped + 0 " skipped" }'
exit "$status"
