# shellcheck shell=bash
# Shared by the scripts of this folder.
cache=${ODOO_FLEET_CACHE:-$HOME/.cache/odoo-fleet}
mkdir -p "$cache" build

# Progress goes to standard error, so that a command's own output can be used by another.
say() { echo "==> $*" >&2; }

fail() {
  echo "odoo-fleet: $*" >&2
  exit 1
}

# log_end FILE: the last lines of a log, for an error, below what the error says.
log_end() {
  echo
  tail -n 5 "$1" 2>/dev/null
}

# Whether official downloads may be tried, and whether stand-ins may be used.
may_download() { [ "${ODOO_FLEET_OFFLINE:-}" != 1 ]; }
may_stand_in() { [ "${ODOO_FLEET_OFFLINE:-}" != 0 ]; }

# locked NAME COMMAND...: runs COMMAND while no other process of this project does the same.
locked() {
  local name=$1
  shift
  (
    flock --nonblock 9 || {
      say "$name: waiting for another run that does the same"
      flock 9
    }
    "$@"
  ) 9>"$cache/$name.lock"
}

# package_version NAME: the version that package-lock.json pins.
package_version() {
  node -p 'require("./package-lock.json").packages["node_modules/" + process.argv[1]].version' "$1"
}

# is_at_least VERSION OLDEST: whether a version is not older than another.
is_at_least() { [ "$(printf '%s\n' "$2" "$1" | sort --version-sort | head -n 1)" = "$2" ]; }

# tried_lately NAME: whether a download failed within a day; `tried NAME` notes one. Keeps warm runs quick offline.
# Where stand-ins are refused, every run tries again.
tried_lately() { may_stand_in && [ -n "$(find "$cache/failed-$1" -mmin -1440 2>/dev/null)" ]; }
tried() { touch "$cache/failed-$1"; }

# chosen PART KIND CONSEQUENCE: notes which kind of a part is used, and announces it where this machine used another kind
# before: a download that works at last, or no longer, would otherwise change running stacks unasked.
chosen() {
  local known=$cache/chosen/$1 before
  mkdir -p "$cache/chosen"
  before=$(cat "$known" 2>/dev/null || true)
  if [ -n "$before" ] && [ "$before" != "$2" ]; then
    say "$1: SWITCHED from $before to $2. $3"
    if [ "$before" = stand-in ]; then say "$1: ODOO_FLEET_OFFLINE=1 keeps the stand-in"; fi
  fi
  echo "$2" >"$known"
}

# Whether Pulumi's download server answers at all. Asked first and with a short deadline, because each download would go
# on trying for minutes. Without curl the downloads themselves have to find out.
pulumi_downloads() {
  if ! may_download || tried_lately downloads; then return 1; fi
  command -v curl >/dev/null || return 0
  curl --silent --output /dev/null --connect-timeout 5 --max-time 15 https://get.pulumi.com/ && return 0
  tried downloads
  return 1
}

# apt_install REASON PACKAGE...: installs Debian packages, and says so first.
apt_install() {
  local reason=$1
  shift
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "$reason: this needs ${*}, which only root on Debian or Ubuntu can install with this script"
  fi
  say "$reason: installing $* from this machine's Debian packages"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@")
  # Package lists may be missing or outdated; they are only fetched if it doesn't work without.
  "${install[@]}" >"$cache/apt.log" 2>&1 ||
    { apt-get update >"$cache/apt.log" 2>&1 && "${install[@]}" >>"$cache/apt.log" 2>&1; } ||
    fail "apt-get could not install $*; the end of its log, $cache/apt.log: $(log_end "$cache/apt.log")"
}

# go_build NAME MODULE VERSION PACKAGE TARGET [FLAG...]: builds a command from its Go module, which a module of our own
# requires: `go install PACKAGE@VERSION` fails for Pulumi's. NAME is what an error calls it.
go_build() {
  local name=$1 module=$2 version=$3 package=$4 target=$5
  local file=${5##*/}
  local folder=$cache/$file-build
  shift 5
  mkdir -p "$(dirname "$target")" "$folder"
  # In the background, as a command before || would go on after its own errors.
  (
    cd "$folder"
    printf 'module odoo-fleet.local/build\n\ngo 1.24\n' >go.mod
    go get "$module@v$version"
    go build -mod=mod -o "$file" "$@" "$package"
    mv "$file" "$target"
  ) >"$folder.log" 2>&1 &
  wait $! || fail "the build of $name failed; the end of its log, $folder.log: $(log_end "$folder.log")"
}
