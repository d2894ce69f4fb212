/**
 * Marks in the edge's rendered files, in whose place `images/edge/odoo-fleet-routes` puts what the routes of tenants say. `routes` and
 * `names` are whole values of JSON lists, `visited` is a key.
 */
export const edgeMarks = {
  routes: "@routes@",
  names: "@names@",
  visited: "@visited@",
  tenant: "@tenant@",
  port: "@port@",
  secret: "@secret@",
  company: "@company@",
} as const;
