#!/usr/bin/env bash
# actionlint.sh [ARGS]: runs actionlint, the installed one or one built from its Go module, which takes seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=offline/common.sh
. offline/common.sh
version=1.7.12

if command -v actionlint >/dev/null; then
  exec actionlint "$@"
fi
built=$cache/bin/actionlint-$version
build_actionlint() {
  if [ -x "$built" ]; then return; fi
  command -v go >/dev/null || fail "actionlint is not on PATH, and building it needs Go: install one of them"
  say "actionlint: building $version from its Go module, once"
  mkdir -p "$cache/bin" "$cache/actionlint-build"
  (
    cd "$cache/actionlint-build"
    printf 'module odoo-fleet.local/actionlint\n\ngo 1.24\n' >go.mod
    go get "github.com/rhysd/actionlint@v$version"
    go build -mod=mod -o actionlint github.com/rhysd/actionlint/cmd/actionlint
    mv actionlint "$built"
  ) >"$cache/actionlint-build.log" 2>&1 &
  wait $! || fail "the build of actionlint failed; the end of its log, $cache/actionlint-build.log: $(log_end "$cache/actionlint-build.log")"
}
locked actionlint build_actionlint
exec "$built" "$@"
