#!/usr/bin/env bash
# plugins.sh: the provider plugins and the Node language host. Official ones are used if they are installed or can be
# downloaded; a stand-in takes the place of each that can't, in build/bin, which comes first on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# shellcheck source=/dev/null
. build/env
# Without this project's own stand-ins, which are no official parts.
PATH=${PATH//"$PWD/build/bin:"/}
mkdir -p build/bin
stand_ins=() official=()

# shellcheck disable=SC2016 # JavaScript's own placeholders
installed=$(pulumi plugin ls --json | node -e '
  for (const plugin of JSON.parse(require("fs").readFileSync(0, "utf8"))) console.log(`${plugin.name} ${plugin.version}`);')

# get_plugin NAME VERSION: whether the official one is installed, by now.
get_plugin() {
  if grep -qxF "$1 $2" <<<"$installed"; then return; fi
  if tried_lately "plugin-$1" || ! pulumi_downloads; then return 1; fi
  say "plugins: downloading the official plugin $1 $2"
  timeout 300 pulumi plugin install resource "$1" "$2" >"$cache/plugin-$1.log" 2>&1 && return
  tried "plugin-$1"
  return 1
}

for name in docker random command; do
  version=$(package_version "@pulumi/$name")
  if get_plugin "$name" "$version"; then
    official+=("$name $version")
  else
    may_stand_in || fail "the official plugin $name $version can't be downloaded, and ODOO_FLEET_OFFLINE=0 allows no stand-in:" \
      "install it with \`pulumi plugin install resource $name $version\`, or leave that variable out"
    stand_ins+=("pulumi-resource-$name")
  fi
done
if command -v pulumi-language-nodejs >/dev/null; then
  official+=("the Node language host")
else
  may_stand_in || fail "the official Node language host comes with the official Pulumi CLI, which isn't on PATH, and" \
    "ODOO_FLEET_OFFLINE=0 allows no stand-in: install that CLI, or leave that variable out"
  stand_ins+=(pulumi-language-nodejs)
fi

# compiled: whether the stand-ins were compiled since their sources changed.
compiled() {
  [ -e build/offline/.compiled ] &&
    [ -z "$(find offline/plugins offline/language-host offline/tsconfig.json tsconfig.json package-lock.json \
      -newer build/offline/.compiled -print -quit)" ]
}

if [ ${#stand_ins[@]} -gt 0 ] && ! compiled; then
  say "plugins: compiling the stand-ins"
  touch build/compiling
  node_modules/.bin/tsc -p offline/tsconfig.json
  mv build/compiling build/offline/.compiled
fi
for link in build/bin/pulumi-*; do
  if [[ " ${stand_ins[*]} " != *" ${link##*/} "* ]]; then rm -f "$link"; fi
done
for name in "${stand_ins[@]}"; do
  if [ ! -x "build/bin/$name" ]; then ln -sfn "../../offline/bin/$name" "build/bin/$name"; fi
done
for part in resource-docker resource-random resource-command language-nodejs; do
  kind=official
  if [[ " ${stand_ins[*]} " == *" pulumi-$part "* ]]; then kind=stand-in; fi
  chosen "$part" "$kind" "Read \`make preview\` before the next \`make up\`: it may see stacks that the other one made differently"
done
list() {
  local names
  names=$(printf ', %s' "$@")
  echo "${names#, }"
}
if [ ${#official[@]} -gt 0 ]; then say "plugins: official ones are used: $(list "${official[@]}")"; fi
if [ ${#stand_ins[@]} -gt 0 ]; then
  say "plugins: stand-ins are used, as the official ones can't be downloaded: $(list "${stand_ins[@]#pulumi-}")"
fi
