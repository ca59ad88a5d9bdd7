"""Where a person's page is: their name as an address, and the number that tells namesakes apart."""

import re
import unicodedata

from marketplace.kernel.errors import NotFound

_HANDLE = re.compile(r"(?:[a-z0-9-]*-)?([1-9][0-9]{0,14})")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
LONGEST_NAME = 60


def handle_of(name: str, employee_id: int) -> str:
    """`ines-carvalho-7`; for a name without Latin letters only the number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _NOT_WORDS.sub("-", plain)[:LONGEST_NAME].strip("-")
    return f"{words}-{employee_id}" if words else str(employee_id)


def id_of_handle(handle: str) -> int:
    """The person meant. Raises NotFound for what is no handle."""
    found = _HANDLE.fullmatch(handle)
    if found is None:
        raise NotFound("There is no such person here.")
    return int(found[1])
