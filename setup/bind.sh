#!/usr/bin/env bash
# bind.sh: prints the path of BIND's server, the DNS provider of tests: Debian's own, installed when it isn't there.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
installed=/usr/sbin/named
# A copy: on a system with AppArmor, the installed one may read its own folders alone.
copy=$cache/bin/named

find_bind() {
  if [ ! -x "$installed" ]; then
    apt_install "a test needs a DNS server" bind9
    # The package starts one of this machine's own, which nobody asked for.
    if [ -d /run/systemd/system ]; then systemctl disable --quiet --now named >/dev/null 2>&1 || true; fi
  fi
  mkdir -p "${copy%/*}"
  if ! cmp -s "$installed" "$copy"; then cp "$installed" "$copy"; fi
}
locked bind find_bind
echo "$copy"
