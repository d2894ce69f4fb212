/** The tenant whose containers go because `make move` has brought its data to another host, where they are compared. */
export const movingVariable = "ODOO_FLEET_MOVING";
