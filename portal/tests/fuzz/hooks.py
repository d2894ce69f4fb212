"""Gives each write a key of its own, as a client does: the same one for another request is refused by intent."""

import re
import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    name = "Idempotency-Key"
    if re.fullmatch(r"[\x21-\x7e]{1,255}", str((case.headers or {}).get(name, ""))):
        case.headers[name] = str(uuid.uuid4())
