#!/usr/bin/env bash
# prometheus-tools.sh: prints the folder that has prometheus, promtool, alertmanager and amtool: that of the installed ones,
# or one with the programs of Debian 13's packages. Needs no engine and not root; tests check configuration with them.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# shellcheck source=setup/mirror.sh
. setup/mirror.sh
# The versions that the stand-in images have.
packages=(prometheus promtool prometheus-alertmanager)

installed=$(command -v promtool || true)
if [ -n "$installed" ] && command -v amtool alertmanager prometheus >/dev/null; then
  dirname "$installed"
  exit 0
fi
folder=$cache/prometheus-tools/trixie
unpack() {
  if [ -x "$folder/amtool" ]; then return; fi
  local work=$folder.part
  say "prometheus-tools: promtool and amtool are taken from Debian's packages, once"
  unpack_trixie "promtool and amtool are not on PATH" "$work" "${packages[@]}"
  mkdir "$work/bin"
  cp "$work"/root/usr/bin/{prometheus,promtool,amtool} "$work/bin"
  cp "$work/root/usr/bin/prometheus-alertmanager" "$work/bin/alertmanager"
  mv "$work/bin" "$folder"
  rm -rf "$work"
}
locked prometheus-tools unpack
echo "$folder"
