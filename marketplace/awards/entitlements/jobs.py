"""Work for later around rewards won: letters."""

from marketplace.awards.entitlements import notices
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job


@job("entitlements.tell")
def tell(entitlement_id: int) -> None:
    """Tell the person what they won, or that they are in line."""
    with transaction():
        notices.write_won(entitlement_id, at=clock.now())


@job("entitlements.tell_withdrawn")
def tell_withdrawn(entitlement_id: int) -> None:
    """Tell the person that a reward of theirs was withdrawn, and why."""
    with transaction():
        notices.write_withdrawn(entitlement_id, at=clock.now())
