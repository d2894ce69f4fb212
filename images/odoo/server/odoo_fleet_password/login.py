"""Answers /odoo-fleet/login: the administrator signs in by a link that works once (see `links.py`)."""

import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request

from .links import asked, file, gone, is_offered, page, template, told
from .texts import LOGIN_TEXTS

PAGE = template("login.html")
FILES = {"login.js": "text/javascript", "style.css": "text/css"}
TABLE = "login_link"

_logger = logging.getLogger(__name__)


def is_own():
    """Whether a page of this very Odoo asks. Another site would sign its reader in to what isn't his, by a link of its own."""
    site = request.httprequest.headers.get("Sec-Fetch-Site")
    return site in (None, "same-origin") and request.httprequest.mimetype == "application/json"


class Login(http.Controller):
    @http.route("/odoo-fleet/login", type="http", auth="none", methods=["GET"], save_session=False)
    def show(self):
        return page(PAGE, LOGIN_TEXTS)

    @http.route("/odoo-fleet/login/<name>", type="http", auth="none", methods=["GET"], save_session=False)
    def part(self, name):
        return file(FILES, name)

    # Its page posts JSON, which no form of another site does.
    @http.route("/odoo-fleet/login", type="http", auth="none", methods=["POST"], csrf=False)
    def sign_in(self):
        """Signs in, which uses the link up, and says where to go on; who has a second factor is asked for it there."""
        (token,) = asked("token")
        if not is_own() or not is_offered(request.env.cr, TABLE, token, take=True):
            return gone()
        request.update_env(user=SUPERUSER_ID)
        user = request.env.ref("base.user_admin", raise_if_not_found=False)
        if not user or not user.active:
            return gone()
        session = request.session
        session.logout(keep_db=True)
        # As after a password that was right.
        session["pre_login"] = user.login
        session["pre_uid"] = user.id
        second = user._mfa_url()
        _logger.info("Login by a link for login:%s from %s", user.login, request.httprequest.remote_addr)
        if second:
            return told({"to": second})
        session.finalize(request.env)
        user.with_user(user)._update_last_login()
        return told({"to": "/web"})
