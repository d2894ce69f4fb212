#!/usr/bin/env bash
# python-tool.sh NAME: makes sure of a program of Python's package index that tests use, in the versions of NAME-requirements.txt, and
# prints its path. It lives in a virtual environment below the cache, named by what it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
name=$1
requirements=setup/$name-requirements.txt

make_environment() {
  if [ -e "$1/.complete" ]; then return; fi
  say "$name: installing its pinned packages, once"
  rm -rf "$1"
  { python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"; } \
    >"$cache/$name.log" 2>&1 || fail "$name could not be installed; the end of its log, $cache/$name.log: $(log_end "$cache/$name.log")"
  touch "$1/.complete"
}

python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install "$name needs Python with its module venv" python3-venv
key=$({
  cat "$requirements"
  python3 -c 'import sys; print(sys.base_prefix, sys.version)'
} | sha256sum | cut -c1-12)
environment=$cache/$name-$key
if [ ! -e "$environment/.complete" ]; then locked "$name" make_environment "$environment"; fi
echo "$environment/bin/$name"
