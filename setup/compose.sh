#!/usr/bin/env bash
# compose.sh: prints the path of a program that is Docker Compose (version 2.23.1 or newer, which carries files in): the plugin of
# this machine's `docker`, or the one of Debian 13's package. The fleet doesn't need it; a test of `make compose` does.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# shellcheck source=setup/mirror.sh
. setup/mirror.sh

for plugin in "$HOME/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins /usr/local/libexec/docker/cli-plugins \
  /usr/lib/docker/cli-plugins /usr/libexec/docker/cli-plugins; do
  if [ -x "$plugin/docker-compose" ]; then
    echo "$plugin/docker-compose"
    exit 0
  fi
done
program=$cache/compose/trixie/docker-compose
unpack() {
  if [ -x "$program" ]; then return; fi
  local work=$cache/compose/part
  mkdir -p "$cache/compose/trixie"
  say "compose: Docker Compose is taken from Debian's packages, once"
  unpack_trixie "this machine's docker has no plugin \`compose\`" "$work" docker-compose
  mv "$work/root/usr/libexec/docker/cli-plugins/docker-compose" "$program"
  rm -rf "$work"
}
locked compose unpack
echo "$program"
