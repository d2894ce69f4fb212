#!/usr/bin/env bash
# build.sh: makes sure that the engine has the stand-in base images, each under `odoo-fleet.local/` and labelled with a
# key over what it is built from. What is there with the right key is left alone; what the cache has is loaded.
#
# They are made of Debian's packages through the machine's own apt configuration, and honour the documented contract
# (entry point, environment, users, paths) of the official image they stand for.
set -euo pipefail
cd "$(dirname "$0")"
cache=${ODOO_FLEET_CACHE:-$HOME/.cache/odoo-fleet}/images
mkdir -p "$cache"
base=odoo-fleet.local/debian:trixie
# shellcheck source=offline/mirror.sh
. ../mirror.sh

say() { echo "==> $*" >&2; }

fail() {
  echo "odoo-fleet: $*" >&2
  exit 1
}

label() { docker image inspect --format '{{ index .Config.Labels "odoo-fleet.key" }}' "$1" 2>/dev/null || true; }

key() {
  {
    echo "$*"
    find base.sh "$1" -type f -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c1-16
}

# logged NAME COMMAND...: runs COMMAND with its output in a log, of which the end is shown when it fails.
logged() {
  local log=$cache/$1.log status
  shift
  # As an operand of || the command would go on after its own errors.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  [ "$status" = 0 ] || fail "making a stand-in image failed; the end of its log, $log:"$'\n'"$(tail -n 15 "$log")"
}

# debootstrap_base KEY
debootstrap_base() {
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$work'" EXIT
  ./base.sh "$(mirror)" "$work/root"
  tar --create --directory "$work/root" --numeric-owner . |
    docker import --change "LABEL odoo-fleet.stand-in=true odoo-fleet.key=$1" - "$base"
}

# The smallest Debian 13, which the others are built upon.
need_base() {
  local wanted started=$SECONDS
  wanted=$(key base.sh)
  [ "$(label "$base")" != "$wanted" ] || return 0
  # apt names nothing before it has fetched its package lists once.
  if [ -z "$(mirror)" ] && command -v apt-get >/dev/null; then
    say "image $base: fetching apt's package lists, to learn this machine's Debian mirror"
    apt-get update >"$cache/base.log" 2>&1 || true
  fi
  [ -n "$(mirror)" ] || fail "apt on this machine names no Debian mirror, from which the stand-in images are made:" \
    "run this on Debian, or load the official images with docker load"
  say "image $base: debootstrap, about a minute"
  logged base debootstrap_base "$wanted"
  say "image $base: ready after $((SECONDS - started)) s"
}

# build NAME KEY FOLDER [PACKAGE VARIABLE]: builds FOLDER; the version of PACKAGE goes into the environment as VARIABLE.
build() {
  local name=$1 folder=$3 package=${4:-} variable=${5:-} parts=$1-parts version proxy
  local labels=(--label odoo-fleet.stand-in=true --label "odoo-fleet.key=$2") arguments=()
  proxy=$(apt_proxy)
  if [ -n "$proxy" ]; then arguments+=(--build-arg "http_proxy=$proxy"); fi
  if [ -z "$package" ]; then
    docker build --network host "${labels[@]}" "${arguments[@]}" --tag "$name" "$folder"
    return
  fi
  docker build --network host "${arguments[@]}" --tag "$parts" "$folder"
  # shellcheck disable=SC2016 # dpkg-query's own placeholder
  version=$(docker run --rm --network none --entrypoint dpkg-query "$parts" --show --showformat '${Version}' "$package")
  printf 'FROM %s\nENV %s=%s\n' "$parts" "$variable" "$version" | docker build "${labels[@]}" --tag "$name" -
  docker image rm "$parts"
}

# image NAME FOLDER [PACKAGE VARIABLE]: builds NAME, or loads it from the cache, unless it is there.
image() {
  local name=$1 folder=$2 wanted archive old started=$SECONDS
  wanted=$(key "$folder" "${@:3}")
  archive=$cache/$folder-$wanted.tar.gz
  [ "$(label "$name")" != "$wanted" ] || return 0
  old=$(docker image inspect --format '{{ .Id }}' "$name" 2>/dev/null || true)
  if [ -e "$archive" ]; then
    say "image $name: loading it from the cache"
    docker load --quiet --input "$archive" >/dev/null ||
      fail "the engine could not load $archive: remove that file, and it is made again"
  else
    need_base
    say "image $name: building it from Debian's packages"
    logged "$folder" build "$name" "$wanted" "${@:2}"
    if docker save "$name" | gzip -1 >"$archive.part" && mv "$archive.part" "$archive"; then
      find "$cache" -name "$folder-*.tar.gz" ! -name "${archive##*/}" -delete
    else
      rm -f "$archive.part"
      say "image $name: could not be kept in $cache; it is made again if the engine loses it"
    fi
  fi
  # The one it replaces goes, unless something was built upon it.
  if [ -n "$old" ]; then docker image rm "$old" >/dev/null 2>&1 || true; fi
  say "image $name: ready after $((SECONDS - started)) s"
}

image odoo-fleet.local/postgres:17 postgres postgresql-17 PG_VERSION
image odoo-fleet.local/nginx:1 nginx nginx NGINX_VERSION
image odoo-fleet.local/odoo:19.0 odoo
