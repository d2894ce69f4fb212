import { stringify } from "yaml";
import { runningOf, tenantsOn } from "../../fleet/tenantsOn";
import type { Host } from "../../fleet/types";
import { monitoringOf, type WatchedFleet } from "../../fleet/watched";
import { latencyBuckets, servicePorts, syslogPort, syslogTag } from "../contract";

/**
 * Renders `nginxlog.yml`: how requests are counted from what the tenants' Nginx send. Whose they are is told by the address
 * that they come in on, which no other tenant reaches: none can speak in another one's name. The figures are on the
 * monitoring network alone.
 */
export function renderNginxlogConfig(fleet: WatchedFleet, host: Host): string {
  const running = runningOf(tenantsOn(fleet, host));
  const address = monitoringOf(fleet, host.name).addresses.services["nginxlog-exporter"];
  return stringify(
    {
      listen: { address, port: servicePorts["nginxlog-exporter"] },
      namespaces: running.map(({ name, addresses }) => ({
        name,
        namespace_label: "tenant",
        metrics_override: { prefix: "nginx" },
        parser: "json",
        source: {
          syslog: {
            listen_address: `udp://${addresses.nginxlogExporterFront}:${syslogPort}`,
            format: "rfc3164",
            tags: [syslogTag],
          },
        },
        relabel_configs: [
          // The class alone: each status would cost its own series of every bucket.
          {
            target_label: "status",
            from: "status",
            matches: [{ regexp: "^([1-5])[0-9][0-9]$", replacement: "${1}xx" }],
          },
        ],
        histogram_buckets: latencyBuckets,
      })),
    },
    { aliasDuplicateObjects: false },
  );
}
