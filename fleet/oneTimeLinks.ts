/** Where a tenant's Odoo has the pages by which its administrator sets his password and signs in: `images/odoo/server/odoo_fleet_password`. */
const pages = { password: "/odoo-fleet/password", login: "/odoo-fleet/login" } as const;

/**
 * The link by which a tenant's administrator sets his own password, once `offerPassword` was given the SHA-256 of its token.
 *
 * @param url where the tenant is reached, such as `https://acme.example.com`.
 * @param token 32 random bytes as base64url: 43 characters. They stand in the fragment, which no server is told and no log has.
 */
export function passwordLink(url: string, token: string): string {
  return `${url}${pages.password}#${token}`;
}

/** The link by which he signs in without one, once `offerLogin` was given the SHA-256 of its token; else as `passwordLink`. */
export function loginLink(url: string, token: string): string {
  return `${url}${pages.login}#${token}`;
}
