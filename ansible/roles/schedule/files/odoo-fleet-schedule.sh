#!/bin/sh
# odoo-fleet-schedule [ENVIRONMENT]: stops and starts the tenants of this host by their schedules, while what applies their stacks is away; of one
# environment, or of all. Cron calls it each minute.
#
# A schedule is a label of a volume without data: when it was written, up to when it reaches, the state before its changes, and the
# changes, in seconds since 1970. A second volume tells which change was dealt with last: by the label `kept` what the host has done itself, which the
# edge and the exporter read, too; by `seen` what was done already. What is written anew begins from what is there: only changes since then count,
# and each of them once, so that nobody's hand is undone.
# A change is whoever's who applies the stacks, for ten minutes; one who hasn't done the last change is away, and isn't waited for.
set -u
grace=600
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
{{with index . \"$prefix.schedule\"}}schedule {{.}}{{end}}{{with index . \"$prefix.kept\"}}kept {{.}}{{end}}{{with index . \"$prefix.seen\"}}seen {{.}}{{end}}{{end}}" $schedules $kept |
    awk -v now="$(date +%s)" -v grace="$grace" '
      $4 == "kept" { kept[$1, $2, $3] = $6 }
      $4 == "seen" { seen[$1, $2, $3] = $5 }
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
          wait = kept[tenant] + 0 > from + 0 ? 0 : grace
          if (last + 0 > kept[tenant] + 0 && last + 0 > seen[tenant] + 0 && now - last >= wait) print part[1], part[2], part[3], state, last
        }
      }'
}

# containers ENVIRONMENT TENANT: a line each: SERVICE NAME STATE.
containers() {
  docker ps --all --filter "label=$prefix.environment=$1" --filter "label=$prefix.tenant=$2" \
    --format "{{.Label \"$prefix.service\"}} {{.Names}} {{.State}}"
}

# left ENVIRONMENT TENANT running|suspended: the containers that aren't so, by name and in the order in which they are brought to it: Odoo ends before its
# database, which hands the last of its log to the archive. Fails where one isn't there.
left() {
  there=$(containers "$1" "$2") || return
  services='odoo files backup postgres'
  if [ "$3" = running ]; then services='postgres odoo backup files'; fi
  for service in $services; do
    name=$(echo "$there" | sed -n "s/^$service \([^ ]*\) .*/\1/p")
    found=$(echo "$there" | sed -n "s/^$service [^ ]* //p")
    case "$3 $found" in
      "running running" | "suspended exited" | "suspended created") ;;
      *" ")
        say "$2 isn't $3: it has no container of $service" >&2
        return 1
        ;;
      *) echo "$name" ;;
    esac
  done
}

# note ENVIRONMENT HOST TENANT LABEL. The engine answers with the volume that is there, whatever it is to say: it goes first.
note() {
  docker volume rm --force "$1-$3-kept" >/dev/null &&
    docker volume create --label "$prefix.environment=$1" --label "$prefix.host=$2" --label "$prefix.tenant=$3" \
      --label "$prefix.service=kept" --label "$prefix.$4" "$1-$3-kept" >/dev/null
}

# in_order start|stop NAME...: one after the other, up to the first that fails.
in_order() {
  order=$1
  shift
  for name; do docker "$order" "$name" >/dev/null || return; done
}

# keep ENVIRONMENT HOST TENANT running|suspended TIME. Who watches knows that one is stopped before it is, and that one runs when it does.
keep() {
  names=$(left "$1" "$3" "$4") || return
  if [ -z "$names" ]; then
    note "$1" "$2" "$3" "seen=$5"
    return
  fi
  # shellcheck disable=SC2086 # names of containers, which have no blanks
  if [ "$4" = running ]; then
    in_order start $names && note "$1" "$2" "$3" "kept=$4 $5" || return
  elif ! { note "$1" "$2" "$3" "kept=$4 $5" && in_order stop $names; }; then
    docker volume rm --force "$1-$3-kept" >/dev/null
    return 1
  fi
  say "$3 of $1 is $4, by its schedule"
}

due | while read -r environment host tenant state time; do
  keep "$environment" "$host" "$tenant" "$state" "$time" ||
    say "$tenant of $environment couldn't be $state, as by its schedule; it is tried again in a minute" >&2
done
