"""The component OdooTenant for Python programs.

Written by hand after plugin/schema.json, so that it needs no generated SDK; the test compares the two. `pulumi package
add ../../plugin` generates a complete one where Pulumi's own Python language host is installed.
"""

from typing import Any, Mapping, Optional, Sequence

import pulumi


class OdooTenant(pulumi.ComponentResource):
    """One customer's Odoo with its own PostgreSQL and Nginx."""

    url: pulumi.Output[str]
    """Base URL that customers use."""
    port: pulumi.Output[float]
    """Published port of the tenant's web server."""
    database: pulumi.Output[str]
    """Name of the tenant's database."""
    adminPassword: pulumi.Output[str]
    """First password of the user `admin`; a secret."""

    def __init__(
        self,
        name: str,
        *,
        tenantName: str,
        slot: int,
        environment: Optional[str] = None,
        plan: Optional[str] = None,
        state: Optional[str] = None,
        odooVersion: Optional[str] = None,
        postgresVersion: Optional[str] = None,
        modules: Optional[Sequence[str]] = None,
        company: Optional[str] = None,
        docker: Optional[str] = None,
        address: Optional[str] = None,
        bindAddress: Optional[str] = None,
        portBase: Optional[int] = None,
        subnetBase: Optional[str] = None,
        images: Optional[Mapping[str, Any]] = None,
        opts: Optional[pulumi.ResourceOptions] = None,
    ) -> None:
        given = {
            "tenantName": tenantName,
            "slot": slot,
            "environment": environment,
            "plan": plan,
            "state": state,
            "odooVersion": odooVersion,
            "postgresVersion": postgresVersion,
            "modules": modules,
            "company": company,
            "docker": docker,
            "address": address,
            "bindAddress": bindAddress,
            "portBase": portBase,
            "subnetBase": subnetBase,
            "images": images,
        }
        outputs = dict.fromkeys(("url", "port", "database", "adminPassword"))
        super().__init__("odoo-fleet:index:OdooTenant", name, {**given, **outputs}, opts, remote=True)
