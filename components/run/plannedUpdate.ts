/** The tenant that `make update` previews or brings up, and nothing else with it: `up` leaves to that what it refuses of others, and whether the tenant serves. */
export function plannedUpdate(): string | undefined {
  return process.env["ODOO_FLEET_UPDATING"];
}
