#!/usr/bin/env bash
# gixy.sh: makes sure of Gixy, which judges Nginx configurations, in the versions of gixy-requirements.txt, and prints the path of
# its program. It lives in a virtual environment below the cache, named by what it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
requirements=setup/gixy-requirements.txt

make_environment() {
  if [ -e "$1/.complete" ]; then return; fi
  say "gixy: installing its pinned packages, once"
  rm -rf "$1"
  { python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"; } \
    >"$cache/gixy.log" 2>&1 || fail "Gixy could not be installed; the end of its log, $cache/gixy.log: $(log_end "$cache/gixy.log")"
  touch "$1/.complete"
}

python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install "Gixy needs Python with its module venv" python3-venv
key=$({
  cat "$requirements"
  python3 -c 'import sys; print(sys.base_prefix, sys.version)'
} | sha256sum | cut -c1-12)
environment=$cache/gixy-$key
if [ ! -e "$environment/.complete" ]; then locked gixy make_environment "$environment"; fi
echo "$environment/bin/gixy"
