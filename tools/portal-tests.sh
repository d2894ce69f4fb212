#!/usr/bin/env bash
# portal-tests.sh [FILE ...]: runs the portal's tests on its own Node.js, all of them by default, and ends with
# `N passed, N failed, N skipped`. FILE is a path from portal/. Needs build/env, the setup's part `portal`, and an engine.
set -euo pipefail
cd "$(dirname "$0")/../portal"
mkdir -p ../build
rm -f ../build/portal*.tap ../build/portal*.failures

# run_files NAME FILE...: their results are in build/NAME.tap, and what failed, shortly, in build/NAME.failures.
run_files() {
  local name=$1
  shift
  # Each test has deadlines of its own; this one is for a test that hangs, of which what still runs must not keep its file from its end.
  ../build/bin/node24 --test --test-timeout=300000 --test-force-exit --test-concurrency=2 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="../build/$name.tap" \
    --test-reporter=../tests/support/nodeFailures.js --test-reporter-destination="../build/$name.failures" "$@"
}

worker=''
# shellcheck source=tools/portal-postgres.sh
. ../tools/portal-postgres.sh
clean_up() {
  # With what it started: it is a group of its own.
  [ -z "$worker" ] || kill -- "-$worker" 2>/dev/null || true
  remove_postgres
}
trap clean_up EXIT
status=0
if [ $# -gt 0 ]; then
  run_files portal "$@" || status=$?
else
  # Node.js runs files by their names, and those of the worker, which wait for real runs, take as long as all others.
  set -m
  run_files portal-worker 'tests/worker/*.test.ts' >../build/portal-worker.log 2>&1 &
  worker=$!
  set +m
  mapfile -t others < <(find tests -name '*.test.ts' -not -path 'tests/worker/*')
  run_files portal "${others[@]}" || status=$?
  wait "$worker" || status=$?
  worker=''
  cat ../build/portal-worker.log
fi
sum() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" ../build/portal*.tap | awk '{ all += $1 } END { print all + 0 }'; }
failed=$(($(sum fail) + $(sum cancelled)))
# A run that ended before it could count must not look like a pass.
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo
echo "$(sum pass) passed, $failed failed, $(($(sum skipped) + $(sum todo))) skipped"
exit "$status"
