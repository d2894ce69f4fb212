#!/usr/bin/env bash
# debian-mirror.sh: prints the Debian mirror that this machine's apt uses, or nothing: only its own configuration knows
# which one can be reached.
set -euo pipefail
# shellcheck disable=SC2016 # apt's own placeholders
apt-get indextargets --format '$(ORIGIN) $(RELEASE) $(COMPONENT) $(SITE)' 'Created-By: Packages' 2>/dev/null | awk '
  $1 ~ /^(Debian|\$\(ORIGIN\))$/ && $3 == "main" && $4 ~ /^https?:/ &&
    $2 ~ /^(stable|oldstable|testing|unstable|bullseye|bookworm|trixie|forky|sid)$/ { print $4; exit }'
