#!/usr/bin/env bash
# s3-server.sh: prints the path of versitygw, an S3 server over a folder: the installed one, or one that is built from its Go
# module, once. Tests ship backups to it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
version=1.8.0
module=github.com/versity/versitygw

installed=$(command -v versitygw || true)
if [ -n "$installed" ]; then
  echo "$installed"
  exit 0
fi
target=$cache/versitygw-$version/versitygw
build() {
  if [ -x "$target" ]; then return; fi
  say "s3-server: building versitygw $version from its Go module, once"
  CGO_ENABLED=0 go_build "the S3 server of tests" "$module" "$version" "$module/cmd/versitygw" "$target" -ldflags "-s -w"
}
locked versitygw build
echo "$target"
