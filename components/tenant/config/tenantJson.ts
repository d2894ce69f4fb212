import type { Tenant } from "../../../fleet/types";
import { odooPorts } from "./odooConf";

/** What `tenant.json` is made of. */
export interface TenantJsonSettings extends Pick<Tenant, "name" | "company" | "url" | "copyOf"> {
  readonly sizing: {
    readonly odoo: Pick<Tenant["sizing"]["odoo"], "workers">;
    readonly nginx: Pick<Tenant["sizing"]["nginx"], "uploadMiB">;
  };
}

/**
 * Renders `tenant.json`, which `images/odoo/bin/prepare` reads: whose database this is, and the system parameters that it
 * sets at each start of Odoo.
 *
 * Sources of the parameters: `_get_report_url` in `addons/base/models/ir_actions_report.py`, and `_pre_dispatch` in
 * `addons/base/models/ir_http.py`, of each release.
 */
export function renderTenantJson({ name, company, url, copyOf, sizing }: TenantJsonSettings): string {
  // The report generator runs in Odoo's container, from which the address of customers leads nowhere. A single worker
  // waits for the report and can't answer its questions meanwhile; the process for websockets can.
  const reportPort = sizing.odoo.workers === 1 ? odooPorts.gevent : odooPorts.http;
  const parameters = {
    "report.url": `http://127.0.0.1:${reportPort}`,
    // Bytes. Odoo's own limit is 128 MiB, whatever Nginx lets through; the web client shows this figure.
    "web.max_file_upload_size": String(sizing.nginx.uploadMiB * 1024 * 1024),
  };
  return JSON.stringify({ name, company, url, copyOf, parameters });
}
