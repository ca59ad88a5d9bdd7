"""The address at which a calendar follows an itinerary: a number, and a keyed digest.

Nothing secret of it is stored. Whoever changes one sign of it has none.
"""

import hmac
import re

from marketplace.kernel import secrets
from marketplace.kernel.errors import NotFound

PURPOSE = "itinerary.feed"
SEAL = 40  # signs of the keyed digest: 160 bits
_SHAPE = re.compile(r"(\d{1,18})-(\d{1,9})\Z")
NOWHERE = (
    "This address of a calendar leads nowhere: it is not whole, or it was closed or replaced. "
    "Open your itinerary and take the address that stands there."
)


def token_of(feed_id: int, issue: int) -> str:
    """What stands in the address of a feed."""
    said = f"{feed_id}-{issue}"
    return f"{said}-{_seal(said)}"


def feed_in(token: str) -> tuple[int, int]:
    """Which feed and which issue of its address. Raises NotFound for one we did not make."""
    said, _, given = token.rpartition("-")
    found = _SHAPE.match(said)
    if found is None or not hmac.compare_digest(given.encode(), _seal(said).encode()):
        raise NotFound(NOWHERE)
    feed_id, issue = map(int, found.groups())
    return feed_id, issue


def _seal(said: str) -> str:
    return secrets.fingerprint(said, PURPOSE)[:SEAL]
