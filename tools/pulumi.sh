#!/usr/bin/env bash
# pulumi.sh STACK COMMAND [ARGS]: runs the Pulumi CLI on a stack with the tools that setup/setup.sh found.
# STACK is a name, organization/name or organization/project/name; its name is an environment's, or ENVIRONMENT.TENANT. Its configuration is Pulumi.ENVIRONMENT.yaml; where the base images are stand-ins, their names are laid over it in
# a copy, and what Pulumi itself writes (a salt) goes into that copy too, so that no file of the project changes.
set -euo pipefail
cd "$(dirname "$0")/.."
stack=$1 name=${1##*/} command=$2
# `prod.acme` is the stack of tenant acme of prod; one file declares all stacks of an environment.
environment=${name%%.*} tenant=
if [ "$environment" != "$name" ]; then tenant=${name#*.}; fi
shift 2

# fail_with CODE MESSAGE...: the codes are in docs/operations.md.
fail_with() {
  local code=$1
  shift
  echo "odoo-fleet: $*" >&2
  exit "$code"
}
fail() { fail_with 1 "$@"; }

[ -f "Pulumi.$environment.yaml" ] || fail_with 12 "STACK=$stack: there is no Pulumi.$environment.yaml; expected one of: $(
  find . -maxdepth 1 -name 'Pulumi.*.yaml' -printf '%f ' | sed -E 's/Pulumi\.([^ ]*)\.yaml/\1/g')"
# Automation works on stacks whose hosts are other machines only.
if [ "${ODOO_FLEET_REMOTE_ONLY:-}" = 1 ]; then node --require tsx/cjs tools/remoteStacks.ts "$stack" >/dev/null; fi
# shellcheck source=/dev/null
. build/env

data=${XDG_DATA_HOME:-$HOME/.local/share}/odoo-fleet
if [ -z "${PULUMI_BACKEND_URL:-}" ] && [ ! -e "${PULUMI_HOME:-$HOME/.pulumi}/credentials.json" ]; then
  mkdir -p "$data/state"
  # Without the files beside the state that say its type: a killed run can leave one of them cut off, and the state
  # can't be read any more.
  export PULUMI_BACKEND_URL="file://$data/state?metadata=skip"
fi
if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}" ] && [ -z "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ] && [ -e "$data/passphrase" ]; then
  export PULUMI_CONFIG_PASSPHRASE_FILE="$data/passphrase"
fi
if [[ ${PULUMI_BACKEND_URL:-file:} == file:* ]] && [ -z "${PULUMI_CONFIG_PASSPHRASE+set}" ] &&
  [ -z "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then
  fail "the passphrase that encrypts the stack's secrets is missing: set PULUMI_CONFIG_PASSPHRASE_FILE to a file that" \
    "holds it (or PULUMI_CONFIG_PASSPHRASE). \`make demo\` makes one for its own stack. Nothing was changed."
fi
# Types are checked by `make lint`; checking them again at every run would only cost seconds.
export PULUMI_NODEJS_TRANSPILE_ONLY=true

config=build/stacks/Pulumi.$name.yaml
# `use NAME` or `init NAME`; a name of another spelling may be the same stack.
found=$(node --require tsx/cjs tools/stackName.ts "$stack")
tenants_with_stacks=
if [[ $found == *$'\n'* ]]; then tenants_with_stacks=${found#*$'\n'} found=${found%%$'\n'*}; fi
stack=${found#* }
# What is left of a stack of another backend is salted for another passphrase.
if [[ $found == init\ * ]]; then rm -f "$config"; fi
more=()
# `make demo` has a portal, as long as it is there.
if [ "$environment" = dev ] && [ -e "$data/demo-portal" ]; then more=(tools/demo-portal.yaml); fi
node --require tsx/cjs tools/prepare-stack.ts "$name" "$config" "${more[@]}"
# Stacks that come up side by side read it.
cp Pulumi.yaml "build/stacks/Pulumi.yaml.$$" && mv "build/stacks/Pulumi.yaml.$$" build/stacks/Pulumi.yaml
# How many hosts there are, the layout, and whether it is of a tenant that is declared.
read -r hosts layout declared <<<"$(node -p '
  const config = require("yaml").parse(require("fs").readFileSync(process.argv[1], "utf8"))?.config ?? {};
  const [hosts, tenants] = ["hosts", "tenants"].map((key) => Object.keys(config[`odoo-fleet:${key}`] ?? {}));
  [hosts.length, config["odoo-fleet:layout"] ?? "single", process.argv[2] === "" || tenants.includes(process.argv[2])].join(" ")' \
  "$config" "$tenant")"
if [ -n "$tenant" ] && [ "$layout" != perTenant ]; then
  fail "STACK=$stack: odoo-fleet:layout of $environment is $layout; expected perTenant, where a tenant has a stack of its own." \
    "Way out: STACK=${stack%".$tenant"}. Nothing was changed."
fi
if [[ $layout == single && -n $tenants_with_stacks && ( $command == up || $command == preview ) ]]; then
  fail "STACK=$stack: odoo-fleet:layout is single; expected perTenant, since tenants have stacks of their own, whose data no other takes over: $tenants_with_stacks." \
    "Way out: make own-stacks STACK=$stack where that was interrupted, or pulumi config set 'odoo-fleet:layout' perTenant (docs/operations.md, A stack for each tenant). Nothing was changed."
fi
if [[ $found == init\ * && ( $declared != true || ( -n $tenant && $command != up && $command != preview && $command != recover ) ) ]]; then
  fail "STACK=$stack: tenant $tenant of $environment has no stack yet; expected one that is declared and was brought up." \
    "Way out: make up STACK=${stack%".$tenant"}. Nothing was changed."
fi
if [[ $found == init\ * ]]; then pulumi -C build/stacks stack init "$stack" --no-select; fi

run() { pulumi "$@" --stack "$stack"; }
# Where there are other hosts, one that fails stops itself alone.
if [[ $command == up || $command == preview ]] && [ "$hosts" -gt 1 ]; then
  export PULUMI_CONTINUE_ON_ERROR=${PULUMI_CONTINUE_ON_ERROR:-true}
fi
# Every change is judged by the policy pack, in the preview and again in the update, where all values are known.
policy=()
pack=${ODOO_FLEET_POLICY_PACK:-policy}
if [ -f "$pack/PulumiPolicy.yaml" ]; then
  policy=(--policy-pack "$pack")
  # A stack without a file of its own has the exceptions of the fleet's own services.
  for pack_config in "$pack/config/$environment.json" "$pack/config/default.json"; do
    if [ ! -f "$pack_config" ]; then continue; fi
    policy+=(--policy-pack-config "$pack_config")
    if [ "$command" = up ]; then
      node --require tsx/cjs tools/pack-config.ts "$pack" "$pack_config"
    fi
    break
  done
fi
# A failed run of Pulumi ends with 1 or 255, whatever the reason. A preview, which changes nothing, tells the known ones
# apart: a broken rule, and what the codes from 10 on stand for.
fail_as_preview() {
  local status=0 summary
  summary=$(mktemp -d)
  preview --output "$summary" >/dev/null 2>&1 || status=$?
  rm -rf "$summary"
  if [ "$status" = 3 ] || [ "$status" -ge 10 ]; then exit "$status"; fi
  exit 1
}
# refuse_with_data ARGS: Pulumi would refuse to destroy what is protected, one by one and without a way out.
refuse_with_data() {
  local protected
  case " $* " in *" --target"* | *" --exclude"*) return ;; esac
  protected=$(run stack export 2>/dev/null | node -e '
    const { resources = [] } = JSON.parse(require("fs").readFileSync(0, "utf8")).deployment;
    console.log(resources.filter(({ protect }) => protect).map(({ urn }) => urn.split("::").at(-1)).sort().join(", "));' \
    2>/dev/null) || true
  [ -z "$protected" ] || fail "STACK=$stack has data, in volumes that are protected: $protected. Nothing was removed. Take its tenants" \
    "out first (docs/operations.md, Removing a tenant); or, to lose their data and their backups here for good:" \
    "tools/pulumi.sh $stack state unprotect --all --yes, then make destroy STACK=$stack"
}
preview() { node --require tsx/cjs tools/preview.ts "$stack" --config-file "$config" --updates "$data/updates" "${policy[@]}" "$@"; }
confirm=()
[ -t 0 ] || confirm=(--yes)
# What works on one tenant does so in that tenant's stack.
per_tenant() {
  exec node --require tsx/cjs tools/perTenant.ts "$command" "$stack" --config-file "$config" "${policy[@]}" \
    --updates "$data/updates" --restores "$data/restores" "$@"
}
in_tenants_stack() {
  [ -n "$1" ] || fail "TENANT is missing: make $command TENANT=acme STACK=$stack"
  exec tools/pulumi.sh "$stack.$1" "$command" "${@:2}"
}
tenant_among() {
  while [ $# -gt 0 ]; do
    if [ "$1" = --tenant ]; then echo "${2:-}" && return; fi
    shift
  done
}
if [ "$layout" = perTenant ]; then
  if [ -z "$tenant" ]; then
    case $command in
      up | preview)
        # `up --alone` is of its own stack.
        if [ "${1:-}" = --alone ]; then shift; else per_tenant "$@"; fi
        ;;
      restore | compose | copy | erase | move) in_tenants_stack "$(tenant_among "$@")" "$@" ;;
      # Of all tenants at once, it works in the stack of each.
      update) [ -z "$(tenant_among "$@")" ] || in_tenants_stack "$(tenant_among "$@")" "$@" ;;
      password) [ "${1:-}" = --host ] || in_tenants_stack "${1:-}" "$@" ;;
      destroy)
        # Its own stack goes last: all others need it.
        refuse_with_data "$@"
        node --require tsx/cjs tools/perTenant.ts destroy "$stack" --config-file "$config" "$@" || exit
        ;;
    esac
  fi
fi
case $command in
  preview) preview "$@" ;;
  up)
    exec node --require tsx/cjs tools/up.ts "$stack" --config-file "$config" "${policy[@]}" \
      --updates "$data/updates" --restores "$data/restores" "$@"
    ;;
  destroy)
    refuse_with_data "$@"
    run destroy --config-file "$config" "${confirm[@]}" "$@" || fail_as_preview
    ;;
  capacity) exec node --require tsx/cjs tools/capacity.ts "$stack" --config-file "$config" "$@" ;;
  compose) exec node --require tsx/cjs tools/compose.ts "$stack" "$@" ;;
  move) exec node --require tsx/cjs tools/move.ts "$stack" --config-file "$config" --moves "$data/moves" "$@" ;;
  restore) exec node --require tsx/cjs tools/restore.ts "$stack" --config-file "$config" --restores "$data/restores" "$@" ;;
  restore-service) exec node --require tsx/cjs tools/restoreService.ts "$stack" --config-file "$config" "$@" ;;
  export) exec node --require tsx/cjs tools/export.ts "$stack" --config-file "$config" --restores "$data/restores" "$@" ;;
  own-stacks) exec node --require tsx/cjs tools/ownStacks.ts "$stack" --config-file "$config" --states "$data/states" ;;
  recover) exec node --require tsx/cjs tools/recover.ts "$stack" --config-file "$config" --recoveries "$data/recoveries" "$@" ;;
  erase) exec node --require tsx/cjs tools/erase.ts "$stack" --config-file "$config" --erasures "$data/erasures" "$@" ;;
  copy) exec node --require tsx/cjs tools/copy.ts "$stack" --config-file "$config" --copies "$data/copies" "$@" ;;
  update) exec node --require tsx/cjs tools/update.ts "$stack" --config-file "$config" --updates "$data/updates" --restores "$data/restores" "$@" ;;
  domains) exec node --import tsx tools/domains.ts "$stack" --config-file "$config" --file "Pulumi.$name.yaml" "$@" ;;
  portal)
    # portal start|service|no-service|stop|remove, portal recover ARGS, or portal token EMAIL: the worker of the stack's portal, as a process of this machine, or as its service; `remove` also
    # destroys all that was ordered, and `recover` brings back what was ordered on a host that was lost. Ordered tenants are stacks of a project of their own.
    folder=$data/portal/$name
    service() { tools/portal-service.sh "$1" "$name" "$folder" "${@:2}"; }
    case ${1:-} in
      start | service | recover)
        changed=$(node --require tsx/cjs tools/portalWorker.ts "$stack" --config-file "$config" --folder "$folder" "${policy[@]}")
        if [ "$1" = recover ]; then exec tools/portal-worker.sh recover "$folder" "${@:2}"; fi
        if [ "$1" = service ]; then
          service install
        elif service exists; then
          service start "$changed"
        else
          tools/portal-worker.sh start "$folder" "$changed"
        fi
        ;;
      stop) if service exists; then service stop; else tools/portal-worker.sh stop "$folder"; fi ;;
      no-service) if service exists; then service remove; fi ;;
      remove)
        if service exists; then service remove; fi
        tools/portal-worker.sh stop "$folder"
        tools/portal-tenants.sh remove "odoo-fleet-portal-$name"
        rm -rf "$folder"
        ;;
      token)
        [ -n "${2:-}" ] || fail "EMAIL is missing: make portal-token EMAIL=you@example.com"
        docker exec "$name-portal-web" node start.mjs token --email "$2" --name operator \
          --scope operator:jobs --scope operator:audit --scope operator:tenants --scope operator:webhooks --scope operator:invoices
        ;;
      *) fail "portal: expected start, service, no-service, stop, remove, recover or token" ;;
    esac
    ;;
  password-link) exec node --require tsx/cjs tools/passwordLink.ts "$stack" --config-file "$config" "$@" ;;
  trust) exec node --require tsx/cjs tools/trust.ts "$stack" --config-file "$config" "$@" ;;
  drills) exec node --require tsx/cjs tools/drills.ts "$stack" --config-file "$config" "$@" ;;
  password)
    # password TENANT, or password --host HOST: of the tenant's `admin`, or of monitoring's there.
    output=adminPasswords what=TENANT
    if [ "${1:-}" = --host ]; then
      output=monitoringPasswords what=HOST
      shift
    fi
    [ -n "${1:-}" ] || fail "TENANT is missing: make password TENANT=acme, or HOST=local for that host's monitoring"
    if [ -n "$tenant" ]; then
      run stack output adminPassword --show-secrets
      exit
    fi
    # shellcheck disable=SC2016 # JavaScript's own placeholders
    run stack output "$output" --show-secrets --json | node -e '
      const passwords = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const [what, name] = process.argv.slice(1);
      if (!Object.hasOwn(passwords, name)) {
        console.error(`odoo-fleet: ${what}=${name} is not in the stack; expected one of ${Object.keys(passwords).join(", ")}`);
        process.exit(1);
      }
      console.log(passwords[name]);' "$what" "$1"
    ;;
  config)
    # One file declares all stacks of an environment.
    if [ -n "$tenant" ]; then run config "$@" --config-file "Pulumi.$environment.yaml"; else run config "$@"; fi
    ;;
  *) run "$command" "$@" ;;
esac
