import { labelPrefix } from "../../fleet/labels";
import { oomMetric } from "../../monitoring/contract";

/** Path of the engine's proxy that streams kills for want of memory; from and until when, by Unix time, is its query. */
export const oomEventsPath = "/odoo-fleet/oom-events";

/** Folder of the node exporter's container with what the watch has seen, which its textfile collector reads. */
export const oomFolder = "/tmp";

/** Query of the engine's `/events`: kills alone, of the fleet's own containers. */
export function oomEventsFilter(): string {
  return encodeURIComponent(
    JSON.stringify({ type: ["container"], event: ["oom"], label: [`${labelPrefix}.environment`] }),
  );
}

/**
 * Script, for the shell of a BusyBox, that follows the kills and writes the time of each container's last one as a metric. The
 * engine tells of every kill, also of a container's first process, whose control group is gone a moment later; cAdvisor reads the
 * kernel's log, which takes a device.
 *
 * A request lasts a minute. One that ended early is repeated from where it began: the engine remembers 256 events.
 *
 * @param proxy address and port of the engine's proxy.
 */
export function oomWatch(proxy: string): string {
  return `since=$(($(date +%s) - 600))
while :; do
  until=$(($(date +%s) + 60))
  wget -q -O - "http://${proxy}${oomEventsPath}?since=$since&until=$until" 2>/dev/null | while read -r event; do
    name=\${event#*'"name":"'}
    name=\${name%%'"'*}
    time=\${event##*'"time":'}
    time=\${time%%,*}
    printf '${oomMetric}{name="%s"} %s\\n' "$name" "$time" >"${oomFolder}/$name.prom"
  done
  if [ "$(date +%s)" -ge "$until" ]; then since=$until; else sleep 5; fi
done`;
}
