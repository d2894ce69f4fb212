"""One tenant, declared in Python."""

import json
import os

import pulumi
from odoo_fleet import OdooTenant


def program() -> None:
    """Declares the tenant. ODOO_TENANT may hold more arguments as JSON, such as a host's base images."""
    more = json.loads(os.environ.get("ODOO_TENANT", "{}"))
    acme = OdooTenant("acme", **{"tenantName": "acme", "slot": 1, "plan": "starter", "company": "Acme", **more})
    pulumi.export("url", acme.url)
    pulumi.export("adminPassword", acme.adminPassword)
