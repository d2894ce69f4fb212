#!/usr/bin/env bash
# caddy.sh: prints the path of Caddy, built from its Go module, which takes two minutes once. Tests check configuration with it,
# and the stand-in of its image has it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# That of the official image in fleet/images.ts.
version=2.11.9
module=github.com/caddyserver/caddy/v2
built=$cache/bin/caddy-$version

build_caddy() {
  if [ -x "$built" ]; then return; fi
  command -v go >/dev/null || fail "Caddy can't be built without Go: install Go"
  say "caddy: building $version from its Go module, about two minutes, once"
  CGO_ENABLED=0 go_build Caddy "$module" "$version" "$module/cmd/caddy" "$built" -trimpath \
    -ldflags "-s -w -X $module.CustomVersion=v$version"
}
locked caddy build_caddy
echo "$built"
