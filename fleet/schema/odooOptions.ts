import { z } from "zod";
import type { ConfigPath } from "../paths";
import { setting, text, whole } from "./setting";

/**
 * Options of `odoo.conf` that a tenant may choose: names, defaults and kinds as in `odoo/tools/config.py` of 17.0, 18.0 and
 * 19.0, which all have them. The section `queue_job` is read by OCA's module of that name.
 */
export const odooOptionsSchema = z.strictObject({
  limit_request: setting(whole(1, 1_000_000), {
    description: "Requests after which a worker is replaced.",
    expected: "a whole number from 1 to 1000000",
    example: 8192,
    default: 65536,
  }).optional(),
  limit_time_real_cron: setting(whole(1, 86_400), {
    description: "Time that a scheduled action may take.",
    expected: "a whole number from 1 to 86400",
    example: 900,
    unit: "s",
    defaultText: "the plan's limit for a request",
  }).optional(),
  log_level: setting(z.enum(["debug", "info", "warn", "error", "critical"]), {
    description:
      "What Odoo logs. The levels that log what is sent or asked (`debug_rpc`, `debug_sql`) would log passwords.",
    expected: "debug, info, warn, error or critical",
    example: "warn",
    default: "info",
  }).optional(),
  email_from: setting(text(/^[^\s@%;#]+@[^\s@%;#]+$/), {
    description: "Sender of mails that have no other.",
    expected: "a mail address",
    example: "odoo@example.com",
    defaultText: "none",
  }).optional(),
  from_filter: setting(text(/^[^\s%;#]+$/), {
    description: "Addresses or domains, separated by commas, for which the mail server below may send.",
    expected: "mail addresses or domains, separated by commas",
    example: "example.com",
    defaultText: "all",
  }).optional(),
  smtp_server: setting(text(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/), {
    description:
      "Mail server that sends without a login. One with a login is entered in Odoo, under Outgoing Mail Servers.",
    expected: "a host name or an address",
    example: "mail.example.com",
    default: "localhost",
  }).optional(),
  smtp_port: setting(whole(1, 65_535), {
    description: "Port of the mail server.",
    expected: "a whole number from 1 to 65535",
    example: 587,
    default: 25,
  }).optional(),
  smtp_ssl: setting(z.boolean(), {
    description: "Whether the mail server is asked for STARTTLS.",
    expected: "true or false",
    example: true,
    default: false,
  }).optional(),
  transient_age_limit: setting(z.number().min(0).max(8760), {
    description: "Age at which records of wizards are deleted; 0 is never.",
    expected: "a number from 0 to 8760",
    example: 2.5,
    unit: "h",
    default: 1,
  }).optional(),
  osv_memory_count_limit: setting(whole(0, 10_000_000), {
    description: "Records of one wizard that are kept at most; 0 is no limit.",
    expected: "a whole number from 0 to 10000000",
    example: 100_000,
    default: 0,
  }).optional(),
  websocket_keep_alive_timeout: setting(whole(60, 86_400), {
    description: "Age at which a websocket is closed, and opened again by the browser.",
    expected: "a whole number from 60 to 86400",
    example: 1800,
    unit: "s",
    default: 3600,
  }).optional(),
  websocket_rate_limit_burst: setting(whole(1, 1000), {
    description: "Messages that a websocket may send at once.",
    expected: "a whole number from 1 to 1000",
    example: 20,
    default: 10,
  }).optional(),
  websocket_rate_limit_delay: setting(z.number().min(0).max(60), {
    description: "Time between two messages of a websocket, after that.",
    expected: "a number from 0 to 60",
    example: 0.5,
    unit: "s",
    default: 0.2,
  }).optional(),
  reportgz: setting(z.boolean(), {
    description: "Whether reports are compressed.",
    expected: "true or false",
    example: true,
    default: false,
  }).optional(),
  queue_job: z
    .strictObject({
      channels: setting(text(/^[a-z0-9_.]+(:[a-z0-9_=:]+)?(,[a-z0-9_.]+(:[a-z0-9_=:]+)?)*$/), {
        description: "Channels of the module `queue_job` and how many jobs run at once in each.",
        expected: "channels with their capacity, separated by commas, such as root:2,root.mail:1",
        example: "root:2",
        default: "root:1",
      }).optional(),
    })
    .meta({
      description:
        "Section `[queue_job]`, for OCA's module of that name, which `serverWideModules` has to load; also given to it as `ODOO_QUEUE_JOB_CHANNELS`.",
      "x-expected": "channels",
      "x-default-text": "none",
    })
    .optional(),
});

/** Options of `odoo.conf` as declared. */
export type OdooOptions = z.output<typeof odooOptionsSchema>;

/** Options that are never configured, and why. The first pattern that fits counts. */
const refused: readonly (readonly [RegExp, string])[] = [
  [
    /^(db_sslmode|db_template|pg_path|db_app_name|db_replica.*)$/,
    "the fleet runs the tenant's database itself, on a network of its own",
  ],
  [/^db_maxconn/, "connections follow from the plan, so that all processes together fit the database (plans.<plan>)"],
  [/^(db_|dbfilter$|list_db$)/, "a tenant has one database, whose name, role and password the fleet makes"],
  [
    /^(workers|max_cron_threads|limit_(memory|time)_.*)$/,
    "it follows from the plan's memory and CPUs: choose another plan, or change the plan (plans.<plan>)",
  ],
  [/^admin_passwd$/, "it is random for each tenant, and the database manager that it opens is closed"],
  [
    /^(smtp_user|smtp_password|smtp_ssl_.*)$/,
    "a mail server with a login is entered in Odoo, under Outgoing Mail Servers: the secret then stays in the tenant's database",
  ],
  [/^(addons_path|upgrade_path|pre_upgrade_scripts)$/, "the modules of `addons` are in the image, in a fixed folder"],
  [/^server_wide_modules$/, "modules to load are named in `serverWideModules`"],
  [
    /^(data_dir|screenshots|screencasts|pidfile|logfile|syslog|log_db.*|log_handler)$/,
    "the container's root is read-only, its data is in one volume, and the engine stores its log",
  ],
  [
    /^(http_|xmlrpc|gevent_port|longpolling_port|proxy_mode|x_sendfile|proxy_access_token)/,
    "Odoo is reached through the tenant's Nginx alone, which knows its ports",
  ],
  [
    /^(with_demo|without_demo|unaccent|init|update|test_.*|dev_mode|stop_after_init)$/,
    "it is fixed when the tenant's seed is built, or isn't meant for production",
  ],
];

/** Why an option of `odoo.conf` is never configured; undefined where there is no such reason. */
export function refusedOption(path: ConfigPath): string | undefined {
  const [root, , key, option] = path;
  const isOption = root === "tenants" && key === "odooOptions" && path.length === 4;
  return isOption ? refused.find(([pattern]) => pattern.test(String(option)))?.[1] : undefined;
}
