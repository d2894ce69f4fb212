#!/usr/bin/env bash
# portal-tenants.sh list|remove PROJECT: the stacks of tenants that were ordered, of a Pulumi project; `remove` destroys them with their data.
# Needs build/env, and Pulumi's backend and passphrase in the environment. No worker may run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
command=$1 project=$2
# shellcheck source=/dev/null
. build/env
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'name: %s\nruntime: nodejs\n' "$project" >"$work/Pulumi.yaml"

list() {
  pulumi -C "$work" stack ls --project "$project" --json --non-interactive 2>/dev/null |
    node -e 'for (const { name } of JSON.parse(require("fs").readFileSync(0, "utf8"))) console.log(name.split("/").at(-1))'
}

remove() {
  local id
  for id in $(list); do
    echo "==> removing the ordered tenant $id, its data included"
    # What a worker left that was killed.
    pulumi -C "$work" cancel --yes --stack "$id" >/dev/null 2>&1 || true
    pulumi -C "$work" stack export --stack "$id" 2>/dev/null | tools/remove-begun.sh
    pulumi -C "$work" state unprotect --all --yes --stack "$id" >/dev/null
    pulumi -C "$work" destroy --yes --skip-preview --stack "$id"
    pulumi -C "$work" stack rm --yes --stack "$id"
  done
}

"$command"
