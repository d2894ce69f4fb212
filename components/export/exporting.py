"""exporting.py PORT: writes a tenant's export to standard output: a zip as Odoo's database manager makes it, with checksums.

It runs in a throw-away container of the tenant's Odoo image, on the network of a restored database that has no other. The script of
the database comes over the loopback, from `pg_dump` of the server's own release. /tmp/export.json has what the database knows:
`database`, `pg_version`, `modules` (installed ones and their versions) and `files` (what its attachments are stored as). /var/lib/odoo
is the restored filestore. Nothing is held in memory, or written to a disk.
"""

import hashlib
import json
import socket
import sys
import zipfile
from pathlib import Path

PORT = int(sys.argv[1])
PIECE = 1 << 20


def fail(why):
    sys.exit(f"odoo-fleet: {why}")


class Export:
    def __init__(self, stream):
        # What it writes to can't be gone back in: the sizes follow each file.
        self.archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)
        self.checksums = []

    def add(self, name, pieces):
        """Adds a file. @returns the SHA-1 of its content."""
        sha256, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
        with self.archive.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                sha256.update(piece)
                sha1.update(piece)
                entry.write(piece)
        self.checksums.append(f"{sha256.hexdigest()}  {name}\n")
        return sha1.hexdigest()

    def end(self):
        self.archive.writestr("SHA256SUMS", "".join(self.checksums))
        self.archive.close()


def script():
    """What pg_dump sends, to its end."""
    end = b""
    with socket.create_server(("127.0.0.1", PORT)) as server:
        server.settimeout(600)
        connection, _ = server.accept()
    with connection:
        connection.settimeout(None)
        while piece := connection.recv(PIECE):
            end = (end + piece)[-4096:]
            yield piece
    if b"-- PostgreSQL database dump complete" not in end:
        fail("the script of the database isn't whole")


def content(path):
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def manifest(known):
    """As Odoo's own `dump_db_manifest` has it."""
    from odoo import release

    return json.dumps(
        {
            "odoo_dump": "1",
            "db_name": known["database"],
            "version": release.version,
            "version_info": release.version_info,
            "major_version": release.major_version,
            "pg_version": known["pg_version"],
            "modules": known["modules"],
        },
        indent=4,
    )


def main():
    known = json.loads(Path("/tmp/export.json").read_text())
    folder = Path("/var/lib/odoo/filestore", known["database"])
    told = manifest(known)
    export = Export(sys.stdout.buffer)
    export.add("dump.sql", script())
    for name in known["files"]:
        try:
            found = export.add(f"filestore/{name}", content(folder / name))
        except FileNotFoundError:
            fail(f"the file {name}, which the database names, isn't there")
        if found != name.rsplit("/", 1)[-1]:
            fail(f"the file {name} isn't what its name says")
    export.add("manifest.json", [told.encode()])
    export.end()
    sys.stdout.flush()


main()
