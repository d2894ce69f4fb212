/** Where a tenant's Odoo has the page by which its administrator sets his password: `images/odoo/server/odoo_fleet_password`. */
const page = "/odoo-fleet/password";

/**
 * The link by which a tenant's administrator sets his own password, once `offerPassword` was given the SHA-256 of its token.
 *
 * @param url where the tenant is reached, such as `https://acme.example.com`.
 * @param token 32 random bytes as base64url: 43 characters. They stand in the fragment, which no server is told and no log has.
 */
export function passwordLink(url: string, token: string): string {
  return `${url}${page}#${token}`;
}
