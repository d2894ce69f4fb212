#!/usr/bin/env bash
# stripe-mock.sh: prints the path of stripe-mock, which answers as Stripe's API does and judges what it is asked by Stripe's own OpenAPI document; the installed one, or one that is built from its Go
# module, once. Tests ask it for what customers pay.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
version=0.203.0
module=github.com/stripe/stripe-mock

installed=$(command -v stripe-mock || true)
if [ -n "$installed" ]; then
  echo "$installed"
  exit 0
fi
target=$cache/stripe-mock-$version/stripe-mock
build() {
  if [ -x "$target" ]; then return; fi
  command -v go >/dev/null || fail "stripe-mock can't be built without Go: install Go"
  say "stripe-mock: building it, $version, from its Go module, once"
  CGO_ENABLED=0 go_build "stripe-mock" "$module" "$version" "$module" "$target" -ldflags "-s -w"
}
locked stripe-mock build
echo "$target"
