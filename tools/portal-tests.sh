#!/usr/bin/env bash
# portal-tests.sh [FILE ...]: runs the portal's tests on its own Node.js, all of them by default, and ends with
# `N passed, N failed, N skipped`. FILE is a path from portal/. Needs build/env, the setup's part `portal`, and an engine.
set -euo pipefail
cd "$(dirname "$0")/.."
tap=$PWD/build/portal.tap
rm -f "$tap"
status=0
(
  cd portal
  if [ $# -eq 0 ]; then set -- 'tests/**/*.test.ts'; fi
  # Each test has deadlines of its own; this one is for a test that hangs.
  ../build/bin/node24 --test --test-timeout=300000 --test-concurrency=2 \
    --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$tap" "$@"
) || status=$?
sum() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$tap" 2>/dev/null | tail -1; }
passed=$(sum pass)
failed=$(($(sum fail) + $(sum cancelled)))
# A run that ended before it could count must not look like a pass.
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo
echo "${passed:-0} passed, $failed failed, $(($(sum skipped) + $(sum todo))) skipped"
exit "$status"
