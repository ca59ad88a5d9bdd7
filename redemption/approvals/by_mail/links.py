"""The signed links of letters: what they stand for, in the address itself, with a keyed digest.

Nothing is stored of a link. Whoever changes one sign of it has none.
"""

import hmac
import re
from datetime import UTC, datetime

from marketplace.kernel import secrets
from marketplace.kernel.errors import NotFound
from redemption.approvals.by_mail.policies import Link

PURPOSE = "approval.answer"
DIGEST = 16  # signs of the digest of what is bought
SEAL = 40  # signs of the keyed digest: 160 bits
_SHAPE = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,4})-(\d{1,4})-(\d{1,12})-([0-9a-f]{16})\Z")
FORGED = "This link is not one of ours, or it is not whole. Open the letter again and follow it."


def token_of(link: Link) -> str:
    """The link as it stands in an address."""
    numbers = (link.employee_id, link.line_id, link.gate, link.answers)
    said = "-".join(map(str, (*numbers, int(link.expires_at.timestamp()), link.digest)))
    return f"{said}-{_seal(said)}"


def link_of(token: str) -> Link:
    """What a token stands for. Raises NotFound for one we did not make."""
    said, _, given = token.rpartition("-")
    if not hmac.compare_digest(given.encode(), _seal(said).encode()):
        raise NotFound(FORGED)
    found = _SHAPE.match(said)
    if found is None:
        raise NotFound(FORGED)
    *numbers, expires, digest = found.groups()
    who, line_id, gate, answers = map(int, numbers)
    expires_at = datetime.fromtimestamp(int(expires), UTC)
    return Link(who, line_id, gate, answers, expires_at, digest)


def _seal(said: str) -> str:
    return secrets.fingerprint(said, PURPOSE)[:SEAL]
