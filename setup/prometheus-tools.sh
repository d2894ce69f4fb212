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
  command -v apt-get >/dev/null || fail "promtool and amtool are not on PATH, and getting them needs apt-get: install one of them"
  local site
  site=$(mirror || true)
  [ -n "$site" ] || fail "apt on this machine names no Debian mirror, from which promtool and amtool could be taken: install them"
  say "prometheus-tools: promtool and amtool are taken from Debian's packages, once"
  local work=$folder.part
  rm -rf "$work"
  mkdir -p "$work"/{lists/partial,cache,debs,root,bin}
  echo "deb $site trixie main" >"$work/sources.list"
  # A package database of its own: this machine's may be of another release, and isn't touched.
  local apt=(apt-get -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o "Debug::NoLocking=true" -o "APT::Sandbox::User=")
  {
    "${apt[@]}" update
    (cd "$work/debs" && "${apt[@]}" download "${packages[@]}")
  } >"$folder.log" 2>&1 || fail "Debian's packages can't be downloaded; the end of the log, $folder.log: $(log_end "$folder.log")"
  local package
  for package in "$work"/debs/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
  cp "$work"/root/usr/bin/{prometheus,promtool,amtool} "$work/bin"
  cp "$work/root/usr/bin/prometheus-alertmanager" "$work/bin/alertmanager"
  mv "$work/bin" "$folder"
  rm -rf "$work"
}
locked prometheus-tools unpack
echo "$folder"
