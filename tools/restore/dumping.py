"""What a dump of Odoo's own database manager becomes a tenant's database by: see docs/backups.md.

`update-database` uses it in a throw-away container of the tenant's image, which has no network. /tmp/dump.zip is the dump. What is in it
is a stranger's: it is loaded by the tenant's own role, which can't leave its database, and psql has nothing here that it could reach.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

DUMP = "/tmp/dump.zip"
# Statements for what the cluster has already, or hasn't: roles of the other system, comments on what a superuser made.
FOREIGN = re.compile(
    rb"(SET transaction_timeout|\\(un)?restrict |COMMENT ON (EXTENSION|SCHEMA) |CREATE SCHEMA public;|ALTER SCHEMA public "
    rb"|GRANT |REVOKE |ALTER DEFAULT PRIVILEGES |SET default_table_access_method)"
)
FILE = re.compile(r"filestore/([0-9a-f]{2}/[0-9a-f]{40})$")


def fail(why):
    sys.exit(f"odoo-fleet: {why}")


class Dumping:
    def __init__(self, config, paths, settings):
        self.config = config
        self.paths = paths
        self.settings = settings

    def check(self):
        """Refuses a dump that doesn't fit, with every reason, before anything is loaded."""
        try:
            archive = zipfile.ZipFile(DUMP)
            damaged = archive.testzip()
        except (zipfile.BadZipFile, EOFError, OSError, zipfile.zlib.error) as error:
            fail(f"the dump can't be read: {error}")
        if damaged:
            fail(f"the dump is damaged: {damaged} isn't what its checksum says")
        names = set(archive.namelist())
        missing = [name for name in ("dump.sql", "manifest.json") if name not in names]
        if missing:
            fail(f"it isn't a dump of Odoo's database manager with its filestore (format zip): {' and '.join(missing)} isn't in it")
        try:
            manifest = json.loads(archive.read("manifest.json"))
            release, modules = str(manifest["major_version"]), dict(manifest["modules"])
            major = int(str(manifest["pg_version"]).split(".", 1)[0])
        except (ValueError, KeyError, TypeError) as error:
            fail(f"manifest.json of the dump can't be read: {error!r}")
        from odoo.modules.module import get_module_path, initialize_sys_path
        from odoo.release import series
        from odoo.tools import config

        config.parse_config(["--config", "/etc/odoo-fleet/odoo.conf", *self.paths])
        initialize_sys_path()
        absent = sorted(name for name in modules if not get_module_path(name, display_warning=False))
        reasons = [
            *([f"it is of Odoo {release}, and the tenant is Odoo {series}"] if release != series else []),
            *([f"it is of PostgreSQL {major}, which is newer than the tenant's {self.settings['postgres']}"]
              if major > self.settings["postgres"] else []),
            *([f"the code of these modules isn't in the tenant's image (addons): {', '.join(absent)}"] if absent else []),
        ]
        if reasons:
            fail(f"the dump doesn't fit: {'; '.join(reasons)}")
        return f"a dump of Odoo {release}, PostgreSQL {major}, {len(modules)} modules"

    def load(self):
        """Loads the database in one transaction, and the files."""
        environment = {
            "PATH": os.environ["PATH"],
            "PGHOST": self.config["db_host"],
            "PGUSER": self.config["db_user"],
            "PGDATABASE": self.config["db_name"],
            "PGOPTIONS": "-c synchronous_commit=off -c client_min_messages=warning",
        }
        command = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        with zipfile.ZipFile(DUMP) as archive:
            with open("/tmp/psql.log", "wb") as log:
                psql = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, env=environment)
                with archive.open("dump.sql") as script:
                    try:
                        for line in own_lines(script):
                            psql.stdin.write(line)
                        psql.stdin.close()
                    except BrokenPipeError:
                        # It has said why.
                        pass
            if psql.wait() != 0:
                lines = Path("/tmp/psql.log").read_text(errors="replace").strip().splitlines()
                fail(f"dump.sql can't be loaded: {'; '.join(lines[:3])[:1500]}")
            folder = Path(self.config["data_dir"], "filestore", self.config["db_name"])
            for name in archive.namelist():
                found = FILE.match(name)
                if found:
                    target = folder / found[1]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with archive.open(name) as source, open(target, "wb") as file:
                        shutil.copyfileobj(source, file, 1 << 20)
        return folder

    def prove(self, cursor, folder):
        """Everything that the database names is there. @returns what is updated and installed."""
        cursor.execute("SELECT to_regclass('ir_module_module') IS NOT NULL AND to_regclass('ir_config_parameter') IS NOT NULL")
        if not cursor.fetchone()[0]:
            fail("dump.sql holds no database of Odoo")
        cursor.execute("SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname <> ''")
        names = [name for (name,) in cursor.fetchall()]
        missing = [name for name in names if not is_whole(folder / name)]
        if missing:
            fail(f"{len(missing)} of {len(names)} files that the database names aren't in the dump, or are damaged:"
                 f" {', '.join(missing[:10])}")
        cursor.execute("SELECT name, state FROM ir_module_module WHERE state IN ('installed', 'to upgrade', 'to install', 'to remove')")
        states = dict(cursor.fetchall())
        unfinished = sorted(name for name, state in states.items() if state != "installed")
        if unfinished:
            fail(f"these modules weren't finished where the dump was made: {', '.join(unfinished)}")
        cursor.execute("SELECT value FROM ir_config_parameter WHERE key = 'odoo_fleet.copy_of'")
        if cursor.fetchone():
            fail("it is a dump of a staging copy, which is neutralised and has no passwords")
        here = json.loads(Path("/opt/odoo-fleet/modules.json").read_text())
        self.files, self.modules = len(names), len(states)
        return {
            # Nobody knows which content they were last updated with.
            "update": sorted(name for name in states if name in here),
            "install": sorted(set(self.settings["modules"]) - set(states)),
        }

    def make_own(self, cursor):
        """Gives the database to the tenant. Its users and its UUID stay what they are, unless it was another tenant's."""
        cursor.execute("SELECT key, value FROM ir_config_parameter WHERE key IN ('odoo_fleet.tenant', 'database.uuid')")
        known = dict(cursor.fetchall())
        is_another = known.get("odoo_fleet.tenant", self.settings["name"]) != self.settings["name"]
        parameters = {
            "database.secret": secrets.token_hex(32),
            "web.base.url": self.settings["url"],
            "web.base.url.freeze": "True",
            "odoo_fleet.tenant": self.settings["name"],
            **({"database.uuid": str(uuid.uuid4())} if is_another or "database.uuid" not in known else {}),
        }
        cursor.execute("DELETE FROM ir_config_parameter WHERE key = ANY(%s)", (list(parameters),))
        for key, value in parameters.items():
            cursor.execute(
                "INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)"
                " VALUES (%s, %s, 1, 1, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc')", (key, value))
        # What the backups of another tenant noted.
        cursor.execute("DROP SCHEMA IF EXISTS odoo_fleet CASCADE")
        cursor.execute("ANALYZE")


def own_lines(script):
    """The lines of a script of pg_dump's, without those for what is the other system's; rows of tables are left as they are."""
    in_rows = False
    for line in script:
        if in_rows:
            in_rows = line.rstrip(b"\r\n") != b"\\."
        elif FOREIGN.match(line):
            continue
        elif line.startswith(b"COPY ") and line.rstrip().endswith(b"FROM stdin;"):
            in_rows = True
        yield line


def is_whole(path):
    content = hashlib.sha1(usedforsecurity=False)
    try:
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                content.update(piece)
    except FileNotFoundError:
        return False
    return content.hexdigest() == path.name
