#!/usr/bin/env bash
# zizmor.sh [ARGS]: judges the workflows' security with zizmor, without asking GitHub: unpinned actions, wide permissions,
# credentials that stay, templates that run what others wrote. The installed one, or its wheel in an environment of the
# project's own below the cache.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
version=1.32.0

if command -v zizmor >/dev/null && [ "$(zizmor --version)" = "zizmor $version" ]; then
  exec zizmor "$@"
fi
environment=$cache/zizmor-$version
install_zizmor() {
  if [ -e "$environment/.complete" ]; then return; fi
  command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null ||
    apt_install "zizmor needs Python 3 with its module venv" python3-venv
  say "zizmor: installing $version, once"
  rm -rf "$environment"
  {
    python3 -m venv "$environment" &&
      timeout 300 "$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps "zizmor==$version"
  } >"$cache/zizmor.log" 2>&1 || fail "zizmor could not be installed; the end of its log, $cache/zizmor.log: $(log_end "$cache/zizmor.log")"
  touch "$environment/.complete"
}
locked zizmor install_zizmor
exec "$environment/bin/zizmor" "$@"
