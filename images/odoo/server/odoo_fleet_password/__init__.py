"""Answers /odoo-fleet/password: the administrator sets his own password by a link that works once.

The link's token is in its fragment, which no browser sends with a page and no access log has; the page's script posts it. The fleet has put the
token's SHA-256 into `odoo_fleet.password_link` of the tenant's own database. That table is unlogged, so no backup has its rows, and nothing
that is restored or copied of the database lets a link in.
"""

import hashlib
import json
import re
from pathlib import Path
from string import Template

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from .texts import TEXTS

HERE = Path(__file__).parent
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))
FILES = {"script.js": "text/javascript", "style.css": "text/css"}
# Characters of a password at least, where the database's own policy asks for no more.
LEAST = 12
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


def answer(body, content_type, status=200):
    return request.make_response(body, [("Content-Type", f"{content_type}; charset=utf-8"), *HEADERS], status=status)


def told(facts, status=200):
    return answer(json.dumps(facts), "application/json", status)


def gone():
    """The one answer to a link that is unknown, was used, was followed by another one, or came too late."""
    return told({"error": "gone"}, 404)


def asked():
    """What the page's script has sent: a token and a password, each text or None."""
    length = request.httprequest.content_length
    try:
        body = json.loads(request.httprequest.get_data()) if length and length <= LONGEST else None
    except ValueError:
        body = None
    values = body if isinstance(body, dict) else {}
    return [value if isinstance(value, str) else None for value in (values.get("token"), values.get("password"))]


def is_offered(cr, token, take=False):
    """Whether there is a link with this token. @param take it is used up by this transaction."""
    if not re.fullmatch(r"[\w-]{43}", token or "", re.ASCII):
        return False
    # Before the first link there is no table, and no right to look into its schema.
    cr.execute("SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'odoo_fleet' AND tablename = 'password_link'")
    if not cr.rowcount:
        return False
    works = "WHERE token_hash = %s AND used_at IS NULL AND expires_at > now()"
    cr.execute(
        # Its row stays: a worker that died before it knew that the link was there offers it once more.
        f"UPDATE odoo_fleet.password_link SET used_at = now() {works}" if take
        else f"SELECT FROM odoo_fleet.password_link {works}",
        (hashlib.sha256(token.encode()).hexdigest(),),
    )
    return cr.rowcount == 1


def least_characters(env):
    # The policy's own module may not be installed, and then nobody asks for more.
    wanted = env["ir.config_parameter"].sudo().get_param("auth_password_policy.minlength") or ""
    return max(LEAST, int(wanted) if wanted.isdecimal() else 0)


class Password(http.Controller):
    @http.route("/odoo-fleet/password", type="http", auth="none", methods=["GET"], save_session=False)
    def page(self):
        language = request.httprequest.accept_languages.best_match(list(TEXTS), "en")
        return answer(PAGE.substitute(TEXTS[language], language=language), "text/html")

    @http.route("/odoo-fleet/password/<name>", type="http", auth="none", methods=["GET"], save_session=False)
    def file(self, name):
        if name not in FILES:
            return answer("", "text/plain", 404)
        return answer((HERE / name).read_text(encoding="utf-8"), FILES[name])

    # Who has the token may do this, whatever page he comes from: there is nothing to forge.
    @http.route("/odoo-fleet/password", type="http", auth="none", methods=["POST"], csrf=False, save_session=False)
    def set_password(self):
        """Says whose password a link sets and how long it has to be; with a password, sets it, which uses the link up."""
        token, password = asked()
        cr = request.env.cr
        if not is_offered(cr, token):
            return gone()
        request.update_env(user=SUPERUSER_ID)
        user = request.env.ref("base.user_admin", raise_if_not_found=False)
        if not user or not user.active:
            return gone()
        least = least_characters(request.env)
        facts = {"login": user.login, "least": least}
        if password is None:
            return told(facts)
        # Odoo strips it too.
        if len(password.strip()) < least:
            return told({**facts, "error": "short"}, 422)
        try:
            with cr.savepoint():
                # Of two requests at once, one waits here for the other, and is tried again by Odoo.
                if not is_offered(cr, token, take=True):
                    return gone()
                user._change_password(password)
        except (UserError, ValidationError) as error:
            # What a module of the database asks for beside length. The link stays.
            return told({**facts, "error": "refused", "message": str(error.args[0])}, 422)
        return told(facts)
