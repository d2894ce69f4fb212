#!/usr/bin/env bash
# chromium.sh: finds a Chromium or installs Debian's, and prints its path. Pictures of pages are taken with it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
need_chromium() { find_chromium >/dev/null || apt_install "chromium: no browser is on PATH" chromium fonts-dejavu-core; }

locked chromium need_chromium
find_chromium
