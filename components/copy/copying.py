"""What makes a restored copy another tenant's own, beside what `odoo neutralize` does: see docs/copies.md.

`update-database` uses it in the container of a copy. Everything that says what is wrong is one message.
"""

import json
import os
import secrets
import sys
import uuid
from pathlib import Path

DUMMY = "neutralization - disable emails"
# Columns and system parameters that hold a credential, of any module.
CREDENTIAL = r"passw|_pass$|^pass$|secret|token|api_?key|private_key|access_key|credential"
# What Odoo's own modules leave: each statement runs where its table is.
LEFTOVERS = {
    "ir_mail_server": "UPDATE ir_mail_server SET smtp_user = NULL",
    "fetchmail_server": "UPDATE fetchmail_server SET active = false, server = 'invalid'",
    "res_company_ldap": "UPDATE res_company_ldap SET ldap_server = 'invalid'",
    "base_automation": "UPDATE base_automation SET active = false",
    "mail_mail": "UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception')",
    "sms_sms": "DELETE FROM sms_sms WHERE state IN ('outgoing', 'pending', 'error')",
    "queue_job": "UPDATE queue_job SET state = 'cancelled' WHERE state NOT IN ('done', 'failed', 'cancelled')",
    "res_users_apikeys": "DELETE FROM res_users_apikeys",
    "auth_totp_device": "DELETE FROM auth_totp_device",
    "auth_passkey_key": "DELETE FROM auth_passkey_key",
    "res_device_log": "DELETE FROM res_device_log",
    "iap_account": "DELETE FROM iap_account",
}


def fail(why):
    sys.exit(f"odoo-fleet: {why}")


class Copying:
    def __init__(self, connection, config, paths, settings):
        self.cursor = connection.cursor()
        self.connection = connection
        self.config = config
        self.paths = paths
        self.settings = settings

    def rows(self, query, *values):
        self.cursor.execute(query, values or None)
        return self.cursor.fetchall()

    def has(self, table):
        return self.rows("SELECT to_regclass(%s) IS NOT NULL", table)[0][0]

    def begin(self):
        """Puts the files under the copy's name, and refuses a database that can't be neutralised. @returns what is updated and installed."""
        files = Path(self.config["data_dir"], "filestore")
        if Path(files, self.settings["sourceDatabase"]).exists():
            Path(files, self.settings["sourceDatabase"]).rename(files / self.config["db_name"])
        self.uuid = self.rows("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")[0][0]
        self.check_modules()
        noted = json.loads((self.rows("SELECT value FROM ir_config_parameter WHERE key = 'odoo_fleet.modules'") or [["{}"]])[0][0])
        here = json.loads(Path("/opt/odoo-fleet/modules.json").read_text())
        installed = self.installed()
        return {
            "update": sorted(name for name in installed if name in here and here[name] != noted.get(name)),
            "install": sorted(set(self.settings["modules"]) - set(installed)),
        }

    def installed(self):
        return [name for (name,) in self.rows(
            "SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade', 'to remove') ORDER BY name")]

    def check_modules(self):
        """Odoo passes over a module whose code isn't there, and one that has no neutralize.sql."""
        from odoo.modules.module import get_module_path, initialize_sys_path
        from odoo.tools import config

        config.parse_config(["--config", "/etc/odoo-fleet/odoo.conf", *self.paths])
        initialize_sys_path()
        places = {name: get_module_path(name, display_warning=False) for name in self.installed()}
        absent = [name for name, place in places.items() if not place]
        if absent:
            fail(f"the code of these modules isn't in the copy's image, so that nothing can neutralise them: {', '.join(absent)}")
        own = (os.path.dirname(places["base"]), os.path.dirname(places["web"]))
        unknown = [
            name for name, place in places.items()
            if os.path.dirname(place) not in own and not Path(place, "data", "neutralize.sql").exists()
            and name not in self.settings["neutralized"]
        ]
        if unknown:
            fail(f"these modules have no data/neutralize.sql, so that a copy may send or call what {self.settings['source']} does:"
                 f" {', '.join(unknown)}. Give each one, or look at what it does and name it in"
                 f" odoo-fleet:tenants.{self.settings['name']}.neutralized")

    def credential_columns(self):
        return self.rows(
            "SELECT c.table_name, c.column_name, c.is_nullable = 'YES', c.data_type IN ('text', 'character varying')"
            "  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name ~ %s"
            "   AND c.data_type IN ('text', 'character varying', 'bytea', 'json', 'jsonb')"
            "   AND (c.is_nullable = 'YES' OR c.data_type IN ('text', 'character varying'))", CREDENTIAL)

    def make_own(self):
        """Takes away what the copy must not have of its source, and gives it an identity."""
        for table, statement in LEFTOVERS.items():
            if self.has(table):
                self.cursor.execute(statement)
        for table, column, nullable, is_text in self.credential_columns():
            # A token by which a record is found stays one, and is another one.
            kept = is_text and (column == "access_token" or not nullable)
            value = "md5(random()::text || clock_timestamp()::text || ctid::text)" if kept else "NULL"
            self.cursor.execute(f'UPDATE "{table}" SET "{column}" = {value} WHERE "{column}" IS NOT NULL')
        self.cursor.execute("DELETE FROM ir_attachment WHERE res_field ~ %s", (CREDENTIAL,))
        parameters = {
            "database.uuid": str(uuid.uuid4()),
            "database.secret": secrets.token_hex(32),
            "web.base.url": self.settings["url"],
            "web.base.url.freeze": "True",
            "odoo_fleet.tenant": self.settings["name"],
            "odoo_fleet.copy_of": self.settings["source"],
        }
        self.cursor.execute(
            "DELETE FROM ir_config_parameter WHERE key = ANY(%s) OR key ~ %s OR key = 'database.enterprise_code'",
            (list(parameters), CREDENTIAL))
        for key, value in parameters.items():
            self.cursor.execute(
                "INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)"
                " VALUES (%s, %s, 1, 1, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc')", (key, value))
        # One dummy is enough, however often it was neutralised.
        self.cursor.execute(
            "DELETE FROM ir_mail_server WHERE name = %s AND id NOT IN (SELECT max(id) FROM ir_mail_server WHERE name = %s)",
            (DUMMY, DUMMY))
        self.name_administrator()

    def name_administrator(self):
        """The first user is called `admin` again, as `make password` says, unless another one is."""
        self.cursor.execute(
            "UPDATE res_users SET active = true, login = CASE WHEN EXISTS (SELECT FROM res_users o WHERE o.login = 'admin')"
            " THEN login ELSE 'admin' END WHERE id = (SELECT res_id FROM ir_model_data WHERE model = 'res.users'"
            " AND module = 'base' AND name = 'user_admin')")

    def verify(self):
        """Looks at everything again, whoever changed it. @returns what was looked at; ends naming each thing that isn't neutral."""
        faults = [f"the scheduled action {name} is active" for (name,) in self.rows(
            "SELECT coalesce(cron_name, id::text) FROM ir_cron WHERE active AND id NOT IN (SELECT res_id FROM ir_model_data"
            " WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job')")]
        servers = self.rows("SELECT name, smtp_host FROM ir_mail_server WHERE active")
        faults += [f"the mail server {name} is active" for name, host in servers if host != "invalid"]
        if not servers:
            faults.append("without an active mail server that leads nowhere, Odoo would take one of its own")
        for table, what in (("fetchmail_server", "a mailbox is fetched"), ("base_automation", "an automated action is active")):
            if self.has(table) and self.rows(f"SELECT count(*) FROM {table} WHERE active")[0][0]:
                faults.append(what)
        for table, column, nullable, is_text in self.credential_columns():
            if nullable and column != "access_token" and self.rows(f'SELECT count("{column}") FROM "{table}"')[0][0]:
                faults.append(f"{table}.{column} has credentials")
        for table in ("res_users_apikeys", "auth_passkey_key"):
            if self.has(table) and self.rows(f"SELECT count(*) FROM {table}")[0][0]:
                faults.append(f"{table} has keys")
        if self.rows("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")[0][0] == self.uuid:
            faults.append("it has the identity of its source")
        faults += [f"a second neutralisation changes {table}" for table in self.changed_by_neutralising()]
        if faults:
            fail(f"the copy isn't neutral: {'; '.join(faults)}")
        return f"no scheduled action but Odoo's own cleaning, {len(servers)} mail server, which leads nowhere, no credentials, another identity"

    def changed_by_neutralising(self):
        """Tables that another `odoo neutralize` would change, but for the dummy that each one adds. It is taken back."""
        from odoo.modules.neutralize import get_neutralization_queries

        queries = [query for query in get_neutralization_queries(self.installed()) if query]
        self.connection.autocommit = False
        try:
            for query in queries:
                self.cursor.execute(query)
            touched = [name for (name,) in self.rows(
                "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname")]
            self.connection.rollback()
            before = {table: self.content(table) for table in touched}
            for query in queries:
                self.cursor.execute(query)
            return [table for table in touched if self.content(table) != before[table]]
        finally:
            self.connection.rollback()
            self.connection.autocommit = True

    def content(self, table):
        without = f" WHERE name <> '{DUMMY}'" if table == "ir_mail_server" else ""
        return self.rows(f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{table}" t{without}')
