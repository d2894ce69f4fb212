# shellcheck shell=bash
# The Debian mirror that this machine's apt uses: only its own configuration knows which one can be reached.
mirror() {
  # shellcheck disable=SC2016 # apt's own placeholders
  apt-get indextargets --format '$(ORIGIN) $(RELEASE) $(COMPONENT) $(SITE)' 'Created-By: Packages' 2>/dev/null | awk '
    $1 ~ /^(Debian|\$\(ORIGIN\))$/ && $3 == "main" && $4 ~ /^https?:/ &&
      $2 ~ /^(stable|oldstable|testing|unstable|bullseye|bookworm|trixie|forky|sid)$/ { print $4; exit }'
}

# The proxy that apt goes through, if any.
apt_proxy() {
  local proxy
  proxy=$(apt-config shell proxy Acquire::http::Proxy | sed "s/^proxy='\(.*\)'$/\1/")
  echo "${proxy:-${http_proxy:-}}"
}
