"""Answers /odoo-fleet/password: the administrator sets his own password by a link that works once (see `links.py`)."""

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from . import login
from .links import asked, file, gone, is_offered, page, template, told
from .texts import TEXTS

PAGE = template("page.html")
FILES = {"script.js": "text/javascript", "style.css": "text/css"}
TABLE = "password_link"
# Characters of a password at least, where the database's own policy asks for no more.
LEAST = 12


def least_characters(env):
    # The policy's own module may not be installed, and then nobody asks for more.
    wanted = env["ir.config_parameter"].sudo().get_param("auth_password_policy.minlength") or ""
    return max(LEAST, int(wanted) if wanted.isdecimal() else 0)


class Password(http.Controller):
    @http.route("/odoo-fleet/password", type="http", auth="none", methods=["GET"], save_session=False)
    def show(self):
        return page(PAGE, TEXTS)

    @http.route("/odoo-fleet/password/<name>", type="http", auth="none", methods=["GET"], save_session=False)
    def part(self, name):
        return file(FILES, name)

    # Who has the token may do this, whatever page he comes from: there is nothing to forge.
    @http.route("/odoo-fleet/password", type="http", auth="none", methods=["POST"], csrf=False, save_session=False)
    def set_password(self):
        """Says whose password a link sets and how long it has to be; with a password, sets it, which uses the link up."""
        token, password = asked("token", "password")
        cr = request.env.cr
        if not is_offered(cr, TABLE, token):
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
                if not is_offered(cr, TABLE, token, take=True):
                    return gone()
                user._change_password(password)
        except (UserError, ValidationError) as error:
            # What a module of the database asks for beside length. The link stays.
            return told({**facts, "error": "refused", "message": str(error.args[0])}, 422)
        return told(facts)
