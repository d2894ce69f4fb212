import { parse, stringify } from "yaml";

/** The rendered `prometheus.yml` with a scrape a second. */
export function hurriedConfig(rendered: string): string {
  const config = parse(rendered) as { global: object; scrape_configs: { http_sd_configs?: object[] }[] };
  return stringify({
    ...config,
    scrape_configs: config.scrape_configs.map((scrape) =>
      scrape.http_sd_configs === undefined
        ? scrape
        : { ...scrape, http_sd_configs: scrape.http_sd_configs.map((one) => ({ ...one, refresh_interval: "1s" })) },
    ),
    global: { ...config.global, scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
  });
}

/** Rendered rules, each evaluated every second. */
export function hurriedRules(rendered: string): string {
  const { groups } = parse(rendered) as { groups: { interval?: string }[] };
  return stringify({ groups: groups.map((group) => ({ ...group, interval: "1s" })) });
}
