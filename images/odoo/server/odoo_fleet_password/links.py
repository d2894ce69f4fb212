"""What pages by links that work once have in common.

A link's token is in its fragment, which no browser sends with a page and no access log has; the page's script posts it. The fleet has put the
token's SHA-256 into a table of the schema `odoo_fleet` of the tenant's own database. These tables are unlogged, so no backup has their rows, and
nothing that is restored or copied of the database lets a link in.
"""

import hashlib
import json
import re
from pathlib import Path
from string import Template

from odoo.http import request

HERE = Path(__file__).parent
# Bytes of a request at most: a token, and a password of as many characters as Odoo's hashes take.
LONGEST = 4096
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
     " form-action 'none'; frame-ancestors 'none'"),
]


def template(name):
    return Template((HERE / name).read_text(encoding="utf-8"))


def page(html, texts):
    """A page in the language that its reader prefers. @param texts by language."""
    language = request.httprequest.accept_languages.best_match(list(texts), "en")
    return answer(html.substitute(texts[language], language=language), "text/html")


def file(files, name):
    """A file of a page. @param files their types, by their names."""
    if name not in files:
        return answer("", "text/plain", 404)
    return answer((HERE / name).read_text(encoding="utf-8"), files[name])


def answer(body, content_type, status=200):
    return request.make_response(body, [("Content-Type", f"{content_type}; charset=utf-8"), *HEADERS], status=status)


def told(facts, status=200):
    return answer(json.dumps(facts), "application/json", status)


def gone():
    """The one answer to a link that is unknown, was used, was followed by another one, or came too late."""
    return told({"error": "gone"}, 404)


def asked(*names):
    """What the page's script has sent under these names, each text or None."""
    length = request.httprequest.content_length
    try:
        body = json.loads(request.httprequest.get_data()) if length and length <= LONGEST else None
    except ValueError:
        body = None
    values = body if isinstance(body, dict) else {}
    return [value if isinstance(value, str) else None for value in map(values.get, names)]


def is_offered(cr, table, token, take=False):
    """Whether there is a link with this token. @param take it is used up by this transaction."""
    if not re.fullmatch(r"[\w-]{43}", token or "", re.ASCII):
        return False
    # Before the first link there is no table, and no right to look into its schema.
    cr.execute("SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'odoo_fleet' AND tablename = %s", (table,))
    if not cr.rowcount:
        return False
    works = "WHERE token_hash = %s AND used_at IS NULL AND expires_at > now()"
    cr.execute(
        # Its row stays: a worker that died before it knew that the link was there offers it once more.
        f"UPDATE odoo_fleet.{table} SET used_at = now() {works}" if take else f"SELECT FROM odoo_fleet.{table} {works}",
        (hashlib.sha256(token.encode()).hexdigest(),),
    )
    return cr.rowcount == 1
