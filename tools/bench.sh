#!/usr/bin/env bash
# bench.sh [SECTION ...]: measures on the engine that setup/setup.sh found, and removes everything it made, also after
# a failure or Ctrl-C. Without sections it runs all of them; `bench.sh --help` lists them. Figures are merged into
# $BENCH_OUT (default build/bench.json), so that one section can be repeated alone.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/env ] || setup/setup.sh
# shellcheck source=/dev/null
. build/env
# Not through npx: a signal has to reach the benchmark itself, once, and the benchmark then ends what it started.
exec node --require tsx/cjs tools/bench/main.ts "$@"
