/**
 * What Nginx counts: attempts to log in, calls of the external API, and large uploads. An empty key isn't counted.
 *
 * `$uri` is decoded, without double slashes and dots, so that no spelling of a path escapes. A website's pages are there
 * under a language too (`/fr/web/login`, or whatever code the customer gave it), and with a slash behind.
 */
const limitRules = {
  /**
   * Pages with a form that takes a password, or leads to a new one: the controllers of Odoo 17 to 19 that authenticate.
   * A person sends a few of these in a minute. Looking at the page is no attempt.
   */
  forms: "web/(?:login(?:/totp)?|signup|reset_password)|my/(?:security|deactivate_account)|auth_oauth/signin",
  /** Calls that log in, counted with any method: Odoo's JSON routes take a body with GET too. */
  calls:
    "web/session/(?:authenticate|identity(?:/check)?)|xmlrpc/(?:2/)?(?:common|db)|base_import_module/login(?:_upload)?",
  /**
   * The external API: each call carries a password or an API key, also when it only reads. What is called stands in
   * the body, which Nginx doesn't read. So the limit is one that a program at work can live with: it is slowed down, and refused
   * only when it sends many calls at once. Odoo itself lets an address wait for a minute after five wrong passwords.
   */
  api: "xmlrpc/(?:2/)?[^/]+|jsonrpc|json/(?:1|2)/.+|doc-bearer/.+|mail_(?:plugin|client_extension)/auth/access_token",
  /** Large uploads that one tenant may have under way: each takes up to the plan's `uploadMiB` on the host's disk. */
  uploads: 4,
} as const;

/** The maps and zones, for the `http` block. */
export const limitZones = `  map "$request_method $uri" $login_client {
    default '';
    "~^\\S+ (?:/[^/]+)?/(?:${limitRules.calls})/*$" $binary_remote_addr;
    "~^(?:GET|HEAD|OPTIONS) " '';
    "~^\\S+ (?:/[^/]+)?/(?:${limitRules.forms})/*$" $binary_remote_addr;
  }
  map "$login_client $uri" $api_client {
    default '';
    "~^ (?:/[^/]+)?/(?:${limitRules.api})/*$" $binary_remote_addr;
  }
  limit_req_zone $login_client zone=login:1m rate=30r/m;
  limit_req_zone $api_client zone=api:1m rate=10r/s;
  limit_req_status 429;
  # From a million bytes on, or when the client doesn't say how many.
  map "$http_transfer_encoding $content_length" $large_upload {
    default '';
    "~^\\S+ " any;
    "~^ \\d{7,}$" any;
  }
  limit_conn_zone $large_upload zone=uploads:32k;
  limit_conn_status 503;`;

/** The limits themselves, for the whole server: which location answers is no way around them. */
export const limits = `    limit_req zone=login burst=10 nodelay;
    limit_req zone=api burst=20 delay=10;
    limit_conn uploads ${limitRules.uploads};`;
