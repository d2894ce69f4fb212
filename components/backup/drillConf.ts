import type { Tenant } from "../../fleet/types";
import { odooRole } from "../tenant/config/odooConf";

/** Folder of both helpers, a volume of the tenant's, in which a drill restores: it is empty but for the time of one. */
export const drillFolder = "/var/lib/odoo-fleet/drill";

/**
 * Renders the `odoo.conf` by which a drill opens what it restored: the database over its socket, one process, no scheduled actions.
 * It holds no secret: nobody but the two helpers reaches that socket.
 */
export function renderDrillConf({ database, odooImage }: Pick<Tenant, "database" | "odooImage">): string {
  const addons = odooImage.addons.length > 0 ? "addons_path = /opt/odoo-fleet/addons\n" : "";
  return `[options]
${addons}data_dir = ${drillFolder}/files
db_host = ${drillFolder}/socket
db_user = ${odooRole}
db_name = ${database}
dbfilter = ^${database}$
list_db = False
unaccent = True
http_interface = 127.0.0.1
http_port = 8069
workers = 0
max_cron_threads = 0
log_level = warn
`;
}
