import { labelPrefix } from "../../fleet/labels";
import { containerName } from "../../fleet/names";
import { keptLabel, scheduleLabel } from "../../fleet/lifecycle/schedule";
import { declaredService, keptService, scheduleService, shipperService } from "../../fleet/security";
import {
  containerHealthy,
  declaredMetrics,
  keptByHost,
  namesPage,
  scheduleUntil,
  shipperFigures,
  tenantsSeen,
  toldFigures,
} from "../../monitoring/contract";
import { declaredLabel } from "../../monitoring/declaredTenant";
import type { EngineQuestion } from "../container/engineProxy";
import { oomFolder } from "./oomWatch";

/** Pages of the engine's proxy that the watch asks. */
const paths = {
  /** The volumes that say what is declared of tenants in stacks of their own. */
  declared: "/odoo-fleet/declared",
  /** The volumes that say when tenants stop and start by themselves, and those that say which their host has. */
  schedules: "/odoo-fleet/schedules",
  kept: "/odoo-fleet/kept",
  /** The containers of all tenants of the host. */
  containers: "/odoo-fleet/containers",
  /** What the engine knows of the helper of a tenant that backs its database up, its healthcheck's answers among it. */
  helper: "/odoo-fleet/helper",
  /** The same of what copies its backups off the host. */
  shipper: "/odoo-fleet/shipper",
} as const;

/** The services of a tenant that tell figures. */
const tellers = { helper: "backup", shipper: shipperService } as const;

/** A tenant's name, as a regular expression of any kind. */
const tenantName = "[a-z][a-z0-9-]*";

/** Seconds between two looks, and how many looks there are for each one at what helpers tell: a healthcheck of theirs takes a minute. */
const pause = 15;
const looks = 4;

/** Folder of the node exporter's container with the page of names. */
const namesFolder = `${oomFolder}/names`;

/** What the watch asks of the engine, of one environment's objects on one host. */
export function tenantQuestions(environment: string, host: string, watch: string): EngineQuestion[] {
  const own = [`${labelPrefix}.environment=${environment}`, `${labelPrefix}.host=${host}`];
  const filters = (...labels: string[]): string =>
    `filters=${encodeURIComponent(JSON.stringify({ label: [...own, ...labels] }))}`;
  const allow = [watch];
  const volumes = { declared: declaredService, schedules: scheduleService, kept: keptService } as const;
  return [
    ...(["declared", "schedules", "kept"] as const).map((page) => ({
      ...{ location: `= ${paths[page]}`, allow },
      asks: { path: "/volumes", query: filters(`${labelPrefix}.service=${volumes[page]}`) },
    })),
    {
      location: `= ${paths.containers}`,
      allow,
      asks: { path: "/containers/json", query: `all=1&${filters(`${labelPrefix}.tenant`)}` },
    },
    ...(["helper", "shipper"] as const).map((who) => ({
      location: `~ "^${paths[who]}/(?<tenant>${tenantName})$"`,
      allow,
      asks: { path: `/containers/${containerName(environment, "$tenant", tellers[who])}/json`, query: "" },
    })),
  ];
}

/**
 * Script, for the shell of a BusyBox, that writes what is known of the host's tenants in stacks of their own as metrics, a file a tenant:
 * what is declared of them, which of their containers are healthy, and what their helpers tell of database and backups. Nothing of it
 * takes a network of theirs or is an input of a container, so that they come and go without anything being replaced. At which names the
 * edge serves them is a page too, by which Prometheus finds what to probe (`namesServer`). Of any tenant with a schedule it writes how far that reaches, and
 * whether the host has stopped or started it by it.
 *
 * What a helper tells is numbers under known names, and whose they are is not for it to say.
 *
 * @param proxy address and port of the engine's proxy.
 */
export function tenantWatch(proxy: string): string {
  // The content of a text in JSON.
  const text = String.raw`\(\([^"\\]\|\\.\)*\)`;
  const label = (name: string): string => `"${name.replaceAll(".", String.raw`\.`)}":"`;
  const tenant = String.raw`${label(`${labelPrefix}.tenant`)}\(${tenantName}\)"`;
  const service = String.raw`${label(`${labelPrefix}.service`)}\([a-z-]*\)"`;
  return String.raw`set -o pipefail
work=${oomFolder}/tenants
mkdir -p "$work" ${namesFolder}
look=0
# ask STATE PAGE FILE FIGURES: adds what a container tells. One that is stopped has told what was then.
ask() {
  told="$work/$tenant.$3"
  if [ "$1" != running ]; then rm -f "$told"
  elif [ "$look" = 0 ] || [ ! -s "$told" ]; then
    get "$2/$tenant" | sed -n 's/.*"Output":"${text}".*/\1/p' | plain |
      grep -E "^($4)([{](kind|copy|place)=\"[a-z]+\"[}])? [0-9]+([.][0-9]+)?$" |
      sed -e "s/{/{tenant=\"$tenant\",/" -e t -e "s/ /{tenant=\"$tenant\"} /" | sort -u >"$told"
  fi
  if [ -e "$told" ]; then cat "$told" >>"$work/part"; fi
}
get() { wget -q -T 10 -O - "http://${proxy}$1"; }
# volumes PAGE: a volume a line.
volumes() { get "$1" | sed 's/{"CreatedAt"/\n&/g'; }
plain() { sed -e 's/\\n/\n/g' -e 's/\\"/"/g'; }
while :; do
  if volumes ${paths.declared} | sed -n 's/.*${label(declaredLabel)}${text}".*${tenant}.*/\3 \1/p' >"$work/declared" &&
    get ${paths.containers} | sed 's/{"Id":"/\n&/g' |
      sed -n 's/^{"Id":"[^"]*","Names":\["\/\([^"]*\)".*${service}.*${tenant}.*"State":"\([a-z]*\)","Status":"\([^"]*\)".*/\3 \2 \1 \4 \5/p' >"$work/states"; then
    while read -r tenant text; do
      printf '%s\n' "$text" | plain | grep . >"$work/part"
      helper=
      shipper=
      while read -r whose service name state status; do
        [ "$whose" = "$tenant" ] || continue
        if [ "$service" = ${tellers.helper} ]; then helper=$state; fi
        if [ "$service" = ${tellers.shipper} ]; then shipper=$state; fi
        # What is declared has a name there: what writes its configuration is over.
        grep -q "name=\"$name\"" "$work/part" || continue
        case "$state $status" in
          "running "*"starting)") continue ;;
          "running "*"(unhealthy)") healthy=0 ;;
          "running "*) healthy=1 ;;
          *) healthy=0 ;;
        esac
        echo "${containerHealthy}{tenant=\"$tenant\",service=\"$service\",name=\"$name\"} $healthy" >>"$work/part"
      done <"$work/states"
      ask "$helper" ${paths.helper} told '${toldFigures.join("|")}'
      ask "$shipper" ${paths.shipper} copied '${shipperFigures.join("|")}'
      mv "$work/part" "${oomFolder}/tenant-$tenant.prom"
    done <"$work/declared"
    for file in ${oomFolder}/tenant-*.prom; do
      tenant=$(basename "$file" .prom | cut -d - -f 2-)
      grep -q "^$tenant " "$work/declared" || rm -f "$file" "$work/$tenant.told" "$work/$tenant.copied"
    done
    if volumes ${paths.kept} | sed -n 's/.*${label(keptLabel)}\([a-z]*\) .*${tenant}.*/${keptByHost}{tenant="\2",state="\1"} 1/p' >"$work/part"; then
      mv "$work/part" ${oomFolder}/kept.prom
    fi
    # Long, and nobody waits for it.
    if [ "$look" = 0 ] && volumes ${paths.schedules} | sed -n 's/.*${label(scheduleLabel)}[0-9]* \([0-9]*\) .*${tenant}.*/${scheduleUntil}{tenant="\2"} \1/p' >"$work/part"; then
      mv "$work/part" ${oomFolder}/schedules.prom
    fi
    { echo '['
      sed -n 's/^${declaredMetrics.edgeName}{tenant="\(${tenantName}\)",hostname="\([a-z0-9.-]*\)"} 1$/{"targets":["\2"],"labels":{"tenant":"\1"}}/p' ${oomFolder}/tenant-*.prom | sed '$!s/$/,/'
      echo ']'; } >"$work/part" || :
    mv "$work/part" "${namesFolder}${namesPage.path}"
    echo "${tenantsSeen} $(date +%s)" >"$work/part"
    mv "$work/part" ${oomFolder}/tenants-seen.prom
  fi 2>/dev/null
  look=$(((look + 1) % ${looks}))
  sleep ${pause}
done`;
}

/** Script, likewise, that serves the page of names on an address, which is the monitoring network's. */
export function namesServer(address: string): string {
  return `mkdir -p ${namesFolder}
echo .json:application/json >${oomFolder}/names.conf
while :; do
  busybox httpd -f -p ${address}:${namesPage.port} -h ${namesFolder} -c ${oomFolder}/names.conf
  sleep 5
done`;
}
