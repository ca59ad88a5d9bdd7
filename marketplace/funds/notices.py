"""The letter that a fund runs low."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.funds.queries import fund_of
from marketplace.people.queries import holders_of_one_of
from marketplace.web.letters import write_letter


def write_low(currency: str, since: datetime, *, at: datetime) -> None:
    """Tell finance, once for each time that it became low; not when it is not any more."""
    fund = fund_of(currency)
    if fund.low_since is None:
        return
    for who in holders_of_one_of((Role.FINANCE,)):
        key = f"fund_low:{currency}:{since.isoformat()}:{who.id}"
        write_letter("fund_low", to=who, key=key, at=at, fund=fund)
