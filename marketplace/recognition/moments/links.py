"""The signed links of a moment: to check in, and to recognize one person now.

Each is bound to its moment (and person) by a keyed digest; the day of the moment ends it.
"""

import hmac

from flask import url_for
from markupsafe import Markup

from marketplace.kernel import secrets
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import current
from marketplace.web.paper import qr

LENGTH = 24
FORGED = "This code is not one of ours, or it is not whole. Scan it again. Nothing was changed."


def check_in_token(moment_id: int) -> str:
    """What proves that a link was shown at this moment."""
    return secrets.fingerprint(str(moment_id), "moment.check_in")[:LENGTH]


def capture_token(moment_id: int, employee_id: int) -> str:
    """What proves that a link stands for this person at this moment."""
    return secrets.fingerprint(f"{moment_id}:{employee_id}", "moment.capture")[:LENGTH]


def refuse_forged(given: str, wanted: str) -> None:
    """Raise NotFound unless the token is the one we made."""
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise NotFound(FORGED)


def check_in_path(slug: str, moment_id: int) -> str:
    """The address that the moment's own QR code opens, on this site."""
    return url_for("moments.check_in", slug=slug, token=check_in_token(moment_id))


def capture_path(slug: str, moment_id: int, employee_id: int) -> str:
    """The address that a person's QR code opens, on this site."""
    token = capture_token(moment_id, employee_id)
    return url_for("moments.capture", slug=slug, employee_id=employee_id, token=token)


def check_in_qr(slug: str, moment_id: int, title: str) -> Markup:
    """The moment's own QR code."""
    return qr(_whole(check_in_path(slug, moment_id)), f"QR code: check in to {title}", level="m")


def capture_qr(slug: str, moment_id: int, employee_id: int, name: str) -> Markup:
    """A person's QR code."""
    address = _whole(capture_path(slug, moment_id, employee_id))
    return qr(address, f"QR code: recognize {name} now", level="m")


def _whole(path: str) -> str:
    return current().base_url.rstrip("/") + path
