import { stringify } from "yaml";
import { probeModules } from "../contract";

/** Renders `blackbox.yml`: how things are probed. */
export function renderBlackboxConfig(): string {
  const http = {
    valid_status_codes: [200],
    method: "GET",
    preferred_ip_protocol: "ip4",
    ip_protocol_fallback: false,
    follow_redirects: false,
  };
  return stringify({
    modules: {
      [probeModules.odoo]: {
        prober: "http",
        timeout: "5s",
        // A release that asks its database says so in the answer; a failure is a status of its own.
        http: { ...http, fail_if_body_not_matches_regexp: ['"status": *"pass"'] },
      },
      [probeModules.http]: { prober: "http", timeout: "5s", http },
      [probeModules.edge]: {
        prober: "http",
        timeout: "5s",
        http: { ...http, fail_if_not_ssl: true, tls_config: { insecure_skip_verify: true } },
      },
    },
  });
}
