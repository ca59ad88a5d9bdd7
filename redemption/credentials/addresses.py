"""Where credentials, keys and status lists stand, on the configured base address only.

Built without a request, because commands and jobs sign them; a test compares with the routes.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from marketplace.kernel.settings import current


def home() -> str:
    """The address of the installation."""
    return current().base_url.rstrip("/")


def credential(token: str) -> str:
    """A credential's name, and the page that anyone with it may read."""
    return f"{home()}/credentials/{token}"


def file(token: str, ending: str) -> str:
    """The credential as a file: `jwt`, `json`, `png` or `svg`."""
    return f"{credential(token)}.{ending}"


def issuer() -> str:
    """Who issues: the profile of the organization."""
    return f"{home()}/credentials/issuer"


def key(thumbprint: str) -> str:
    """One public key."""
    return f"{home()}/credentials/keys/{thumbprint}"


def status_list(number: int) -> str:
    """The list in which revocations are read."""
    return f"{home()}/credentials/status/{number}"


def drawing(art: Mapping[str, Any], slug: str) -> str:
    """The bare picture of a badge, with nothing baked in."""
    options = urlencode(sorted((name, value) for name, value in art.items() if name != "kind"))
    return f"{home()}/art/badge/{quote(slug)}.svg" + (f"?{options}" if options else "")
