"""The letter that money is short at a provider, before people have to wait for it."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import holders_of_one_of
from marketplace.web.letters import write_letter
from redemption.ordering.models import ProviderAccount
from redemption.ordering.queries import accounts


def write_low(provider_id: int, since: datetime, *, at: datetime) -> None:
    """Tell program managers and finance once for each time that it became low."""
    account = session().get(ProviderAccount, provider_id, populate_existing=True)
    row = next((row for row in accounts() if row.provider_id == provider_id), None)
    if account is None or row is None or account.low_since is None:
        return
    for who in holders_of_one_of((Role.PROGRAM_MANAGER, Role.FINANCE)):
        write_letter(
            "provider_low",
            to=who,
            key=f"provider_low:{provider_id}:{since.isoformat()}:{who.id}",
            at=at,
            row=row,
        )
