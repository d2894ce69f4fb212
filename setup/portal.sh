#!/usr/bin/env bash
# portal.sh: the portal's packages, the library that its worker takes, its pages, what its image is built from, and build/bin/node24, the Node.js that it runs on: npm's, which package-lock.json pins, so that
# every machine has the same; the machine's own where npm has none for its processor, or where optional packages are left out. What sources build/env runs on it too, as `node`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh

installed=portal/node_modules/.installed
if [ ! -e $installed ] || [ portal/package-lock.json -nt $installed ]; then
  say "portal: installing the packages of portal/package-lock.json"
  # Node.js is a package that is complete without its install script; npm itself runs on the project's older one.
  (cd portal && timeout 900 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) >"$cache/npm-portal.log" 2>&1 ||
    fail "npm ci of the portal failed; the start of its log, $cache/npm-portal.log:"$'\n'"$(head -n 8 "$cache/npm-portal.log")"
  touch $installed
fi

# The worker embeds the library as any other program would: compiled, as a package, beside the project's own copy of Pulumi's SDK.
compiled=build/library/components/index.js
if [ ! -e $compiled ] || [ -n "$(find components fleet monitoring images ansible package.json -newer $compiled -print -quit 2>/dev/null)" ]; then
  say "portal: compiling the library"
  npm run --silent build:library >"$cache/library.log" 2>&1 ||
    fail "the library can't be compiled; the start of its log, $cache/library.log:"$'\n'"$(head -n 8 "$cache/library.log")"
fi
ln -sfn ../.. portal/node_modules/odoo-fleet

# What the pages are built from, as one hash: they are built again when that changes, and at no other time.
pages_key() {
  find portal/pages portal/src/pages portal/openapi.json portal/package-lock.json -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

build_pages() {
  local built=portal/build/pages.key key
  key=$(pages_key)
  if [ "$(cat $built 2>/dev/null || true)" = "$key" ]; then return; fi
  say "portal: building the pages"
  build/bin/node24 portal/pages/build.ts >"$cache/pages.log" 2>&1 ||
    fail "the pages can't be built; the end of its log, $cache/pages.log: $(log_end "$cache/pages.log")"
  echo "$key" >$built
}

# What images/portal is built from: the web process with its packages for production, and the library's pure model. Made so that the same
# content is the same file on every machine.
archive_key() {
  find portal/src portal/start.mjs portal/package.json portal/package-lock.json portal/build/pages package.json build/library/fleet package-lock.json -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

build_archive() {
  local made=build/portal/portal.tar key work
  key=$(archive_key)
  if [ -e $made ] && [ "$(cat build/portal/key 2>/dev/null || true)" = "$key" ]; then return; fi
  say "portal: putting together what its image is built from"
  mkdir -p build/portal
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$work'" EXIT
  mkdir -p "$work/portal/build"
  cp -r portal/src portal/start.mjs portal/package.json portal/package-lock.json "$work/portal"
  (cd "$work/portal" && timeout 900 npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error) >"$cache/npm-portal-image.log" 2>&1 ||
    fail "npm ci for the portal's image failed; the start of its log, $cache/npm-portal-image.log:"$'\n'"$(head -n 8 "$cache/npm-portal-image.log")"
  cp -r portal/build/pages "$work/portal/build"
  # Of the library the web process takes the model alone, and what that needs beside what the portal has.
  mkdir -p "$work/portal/node_modules/odoo-fleet/build/library"
  cp package.json "$work/portal/node_modules/odoo-fleet"
  cp -r build/library/fleet "$work/portal/node_modules/odoo-fleet/build/library"
  cp -r node_modules/temporal-polyfill node_modules/fastest-levenshtein "$work/portal/node_modules"
  chmod -R u=rwX,go=rX "$work/portal"
  tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$work" portal >$made.part
  mv $made.part $made
  echo "$key" >build/portal/key
}

# The portal judges it by itself: release and time zones.
suits() { "$1" --input-type=module --eval 'import { runtimeFault } from "./portal/src/runtime.mjs"; process.exit(runtimeFault(process.versions) ? 1 : 0)' 2>/dev/null; }
# Not the link that this makes, which is on PATH where build/env was sourced.
own() { type -ap node | grep -vxF "$PWD/build/bin/node" | head -n 1; }
for node in portal/node_modules/node-*/bin/node "$(own)"; do
  if [ -x "$node" ] && suits "$node"; then
    mkdir -p build/bin
    case $node in /*) ;; *) node=../../$node ;; esac
    ln -sfn "$node" build/bin/node24
    ln -sfn node24 build/bin/node
    build_pages
    build_archive
    exit 0
  fi
done
fail "the portal needs Node.js 24 or newer, and npm has none for this machine: install it (https://nodejs.org), then run this again"
