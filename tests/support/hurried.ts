import { parse, stringify } from "yaml";
import type { WatchedFleet } from "../../monitoring/files";
import { jobs, probeModules, servicePorts } from "../../monitoring/contract";

/**
 * The rendered `prometheus.yml` with a scrape a second, and a look at a certificate: what a gateway's would be.
 *
 * @param shown address and port of what shows a certificate.
 */
export function hurriedConfig(rendered: string, { environment, monitoring }: WatchedFleet, shown: string): string {
  const config = parse(rendered) as { global: object; scrape_configs: object[] };
  const { host, addresses } = Object.values(monitoring.hosts)[0]!;
  const certificate = {
    job_name: "certificate",
    static_configs: [
      {
        targets: [`${addresses.services["blackbox-exporter"]}:${servicePorts["blackbox-exporter"]}`],
        labels: {
          ...{ environment, host, job: jobs.blackbox, service: "gateway" },
          ...{ __metrics_path__: "/probe", __param_module: probeModules.tls, __param_target: shown },
        },
      },
    ],
  };
  return stringify({
    ...config,
    global: { ...config.global, scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    scrape_configs: [...config.scrape_configs, certificate],
  });
}

/** Rendered rules, each evaluated every second. */
export function hurriedRules(rendered: string): string {
  const { groups } = parse(rendered) as { groups: { interval?: string }[] };
  return stringify({ groups: groups.map((group) => ({ ...group, interval: "1s" })) });
}
