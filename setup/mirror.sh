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

# unpack_trixie REASON WORK PACKAGE...: unpacks packages of Debian 13 into WORK/root, whatever release this machine is. Its own
# package database isn't touched. The log is WORK.log. Needs common.sh.
unpack_trixie() {
  local reason=$1 work=$2 site package
  shift 2
  command -v apt-get >/dev/null || fail "$reason, and getting it from Debian's packages needs apt-get"
  site=$(mirror || true)
  [ -n "$site" ] || fail "$reason, and apt on this machine names no Debian mirror, from which it could be taken"
  rm -rf "$work"
  mkdir -p "$work"/{lists/partial,cache,debs,root}
  echo "deb $site trixie main" >"$work/sources.list"
  local apt=(apt-get -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o "Debug::NoLocking=true" -o "APT::Sandbox::User=")
  {
    "${apt[@]}" update
    (cd "$work/debs" && "${apt[@]}" download "$@")
  } >"$work.log" 2>&1 || fail "Debian's packages can't be downloaded; the end of the log, $work.log: $(log_end "$work.log")"
  for package in "$work"/debs/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
}
