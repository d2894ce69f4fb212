#!/usr/bin/env bash
# pebble.sh: prints the folder of pebble and pebble-challtestsrv, an authority for tests that speaks ACME as Let's Encrypt does and
# the DNS server that it asks, built from their Go module.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
version=2.10.3
module=github.com/letsencrypt/pebble/v2
folder=$cache/pebble-$version

build_pebble() {
  local program
  mkdir -p "$folder"
  for program in pebble pebble-challtestsrv; do
    if [ -x "$folder/$program" ]; then continue; fi
    command -v go >/dev/null || fail "$program can't be built without Go: install Go"
    say "pebble: building $program $version from its Go module, once"
    CGO_ENABLED=0 go_build "$program" "$module" "$version" "$module/cmd/$program" "$folder/$program" -ldflags "-s -w"
  done
}
locked pebble build_pebble
echo "$folder"
