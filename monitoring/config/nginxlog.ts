import { stringify } from "yaml";
import { latencyBuckets, servicePorts, syslogPort, syslogTag } from "../contract";

/** Renders `nginxlog.yml`: how requests are counted from what all tenants' Nginx send. */
export function renderNginxlogConfig(): string {
  return stringify({
    listen: { address: "0.0.0.0", port: servicePorts["nginxlog-exporter"] },
    namespaces: [
      {
        name: "nginx",
        parser: "json",
        source: {
          syslog: { listen_address: `udp://0.0.0.0:${syslogPort}`, format: "rfc3164", tags: [syslogTag] },
        },
        relabel_configs: [
          { target_label: "tenant", from: "tenant" },
          // The class alone: each status would cost its own series of every bucket.
          {
            target_label: "status",
            from: "status",
            matches: [{ regexp: "^([1-5])[0-9][0-9]$", replacement: "${1}xx" }],
          },
        ],
        histogram_buckets: latencyBuckets,
      },
    ],
  });
}
