#!/usr/bin/env bash
# actionlint.sh [ARGS]: runs actionlint, the installed one or one built from its Go module, which takes seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
version=1.7.12

if command -v actionlint >/dev/null; then
  exec actionlint "$@"
fi
built=$cache/bin/actionlint-$version
build_actionlint() {
  if [ -x "$built" ]; then return; fi
  command -v go >/dev/null || fail "actionlint is not on PATH, and building it needs Go: install one of them"
  say "actionlint: building $version from its Go module, once"
  go_build actionlint github.com/rhysd/actionlint "$version" github.com/rhysd/actionlint/cmd/actionlint "$built"
}
locked actionlint build_actionlint
exec "$built" "$@"
