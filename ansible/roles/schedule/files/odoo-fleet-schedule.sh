#!/bin/sh
# odoo-fleet-schedule [ENVIRONMENT]: stops and starts the tenants of this host by their schedules, while what applies their stacks is away; of one
# environment, or of all. Cron calls it each minute.
#
# A schedule is a label of a volume without data: when it was written, up to when it reaches, the state before its changes, and the
# changes, in seconds since 1970. Of a change the host has done itself a second volume tells, which the edge and the exporter read, too. What
# is written anew begins from what is there: only changes since then count, and each of them once, so that nobody's hand is undone.
# A change is whoever's who applies the stacks, for ten minutes; one who hasn't done the last change is away, and isn't waited for.
set -u
grace=${ODOO_FLEET_SCHEDULE_GRACE:-600}
prefix=odoo-fleet

say() { echo "odoo-fleet: $*"; }

# Two at once would do everything twice: a tenant may take a minute to stop.
exec 9<"$0"
flock --timeout 50 9 || exit 0

only=${1:+=$1}
list() { docker volume ls --quiet --filter "label=$prefix.environment$only" --filter "label=$prefix.service=$1"; }
schedules=$(list schedule) && [ -n "$schedules" ] || exit
kept=$(list kept) || exit

# What is due, a line each: ENVIRONMENT HOST TENANT running|suspended TIME.
due() {
  # shellcheck disable=SC2086 # names of volumes, which have no blanks
  docker volume inspect --format "{{with .Labels}}{{index . \"$prefix.environment\"}} {{index . \"$prefix.host\"}} {{index . \"$prefix.tenant\"}} \
{{with index . \"$prefix.schedule\"}}schedule {{.}}{{end}}{{with index . \"$prefix.kept\"}}kept {{.}}{{end}}{{end}}" $schedules $kept |
    awk -v now="$(date +%s)" -v grace="$grace" '
      $4 == "kept" { kept[$1, $2, $3] = $6 }
      $4 == "schedule" { schedules[$1, $2, $3] = $0 }
      END {
        for (tenant in schedules) {
          count = split(schedules[tenant], part, " ")
          from = part[5]
          state = part[7]
          last = 0
          for (i = 8; i <= count && part[i] + 0 <= now; i++) {
            last = part[i]
            state = state == "running" ? "suspended" : "running"
          }
          done = kept[tenant] + 0
          wait = done > from + 0 ? 0 : grace
          if (last + 0 > done && now - last >= wait) print part[1], part[2], part[3], state, last
        }
      }'
}

# containers ENVIRONMENT TENANT: a line each: SERVICE NAME STATE.
containers() {
  docker ps --all --filter "label=$prefix.environment=$1" --filter "label=$prefix.tenant=$2" \
    --format "{{.Label \"$prefix.service\"}} {{.Names}} {{.State}}"
}

# bring ENVIRONMENT TENANT running|suspended
bring() {
  there=$(containers "$1" "$2") || return
  # Odoo before its database, which hands the last of its log to the archive.
  services='odoo files backup postgres'
  if [ "$3" = running ]; then services='postgres odoo backup files'; fi
  for service in $services; do
    name=$(echo "$there" | sed -n "s/^$service \([^ ]*\) .*/\1/p")
    found=$(echo "$there" | sed -n "s/^$service [^ ]* //p")
    case "$3 $found" in
      "running running" | "suspended exited" | "suspended created") continue ;;
    esac
    if [ -z "$name" ]; then
      say "$2 isn't $3: it has no container of $service" >&2
      return 1
    fi
    if [ "$3" = running ]; then docker start "$name"; else docker stop "$name"; fi >/dev/null || return
  done
}

# note ENVIRONMENT HOST TENANT running|suspended TIME. The engine answers with the volume that is there, whatever it is to say: it goes first.
note() {
  docker volume rm --force "$1-$3-kept" >/dev/null &&
    docker volume create --label "$prefix.environment=$1" --label "$prefix.host=$2" --label "$prefix.tenant=$3" \
      --label "$prefix.service=kept" --label "$prefix.kept=$4 $5" "$1-$3-kept" >/dev/null
}

# keep ENVIRONMENT HOST TENANT running|suspended TIME. Who watches knows that one is stopped before it is.
keep() {
  if [ "$4" = running ]; then
    bring "$1" "$3" running && note "$@"
  elif ! { note "$@" && bring "$1" "$3" suspended; }; then
    docker volume rm --force "$1-$3-kept" >/dev/null
    return 1
  fi
}

due | while read -r environment host tenant state time; do
  if keep "$environment" "$host" "$tenant" "$state" "$time"; then
    say "$tenant of $environment is $state, by its schedule"
  else
    say "$tenant of $environment couldn't be $state, as by its schedule; it is tried again in a minute" >&2
  fi
done
