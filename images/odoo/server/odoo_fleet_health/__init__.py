"""Answers /odoo-fleet/ready: whether this tenant's own database can serve its users.

Odoo's own /web/health needs no database, and its login page is fine without columns that a login then asks for.

And /odoo-fleet/next-action: when the next scheduled action is due, for whoever lets the tenant sleep until then.
"""

import logging

from odoo import http
from odoo.http import request

_logger = logging.getLogger(__name__)

# One row, computed by PostgreSQL in a few milliseconds, that is another one after any change of a table's columns.
SIGNATURE = """
    SELECT count(*), sum(hashtext(c.relname || '.' || a.attname)::bigint)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped
"""
COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped
     GROUP BY c.relname
"""

# Of actions by their interval, and of those that something asked for at a time of its own. Both are in UTC.
NEXT_ACTION = """
    SELECT ceil(extract(epoch FROM min(due)))::bigint FROM (
        SELECT nextcall AS due FROM ir_cron WHERE active
         UNION ALL
        SELECT call_at FROM ir_cron_trigger JOIN ir_cron ON ir_cron.id = cron_id WHERE active
    ) AS actions
"""

# What was last found missing, so that the log says it once and not at each probe.
reported = []


def missing_columns(env):
    """Columns that the loaded modules ask for and the database doesn't have, as `table.column`."""
    env.cr.execute(SIGNATURE)
    signature = env.cr.fetchone()
    # Kept with what the loaded modules ask for: a registry that is loaded anew is looked at anew.
    if getattr(env.registry, "odoo_fleet_complete", None) == signature:
        return []
    env.cr.execute(COLUMNS)
    there = {table: set(columns) for table, columns in env.cr.fetchall()}
    missing = sorted(
        f"{model._table}.{name}"
        for model in (env[name] for name in env.registry)
        if model._auto and not model._abstract
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in there.get(model._table, ())
    )
    if not missing:
        env.registry.odoo_fleet_complete = signature
    return missing


def report(missing):
    if missing != reported:
        reported[:] = missing
        if missing:
            _logger.error(
                "the database lacks %d columns that the modules ask for, such as %s: it wasn't updated with these"
                " modules, see docs/operations.md", len(missing), ", ".join(missing[:5]))
        else:
            _logger.info("the database has all columns that the modules ask for again")


class Ready(http.Controller):
    @http.route("/odoo-fleet/ready", type="http", auth="public", methods=["GET"], save_session=False)
    def ready(self):
        """200 when the database has every column that the loaded modules ask for, and rows that a page begins with."""
        missing = missing_columns(request.env)
        report(missing)
        if not missing:
            # Whom a page is for, and whose it is: read with all their columns, as any page reads them.
            user = request.env.user.sudo()
            ready = bool(user.login and user.company_id.partner_id.name)
        else:
            ready = False
        # The columns' names are for the log: anybody may ask here.
        body, status = ('{"status": "pass"}', 200) if ready else ('{"status": "fail"}', 503)
        return request.make_response(
            body, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], status=status)

    # The tenant's Nginx lets the edge of its host alone ask.
    @http.route("/odoo-fleet/next-action", type="http", auth="none", methods=["GET"], save_session=False)
    def next_action(self):
        """Seconds since 1970 as text, in the past while an action is due or runs; no text where none is active."""
        cr = request.env.cr
        cr.execute(NEXT_ACTION)
        due = cr.fetchone()[0]
        return request.make_response(
            "" if due is None else str(due), [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
