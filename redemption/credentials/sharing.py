"""Links by which a holder shows a badge elsewhere."""

from datetime import datetime
from urllib.parse import urlencode

from marketplace.kernel.codes import grouped
from marketplace.kernel.settings import current
from redemption.credentials import addresses

ADD_TO_PROFILE = "https://www.linkedin.com/profile/add"


def add_to_profile(token: str, title: str, number: str, issued_at: datetime) -> str:
    """The address that opens LinkedIn's form for a certification, filled in."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": title,
        "organizationName": current().organization,
        "issueYear": issued_at.year,
        "issueMonth": issued_at.month,
        "certUrl": addresses.credential(token),
        "certId": grouped(number),
    }
    return f"{ADD_TO_PROFILE}?{urlencode(facts)}"
