"""Letters of claims, later."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from marketplace.programs.claims import notices


@job("claims.tell")
def tell(event_id: int) -> None:
    """Write the letters about one event of a claim; again changes nothing."""
    with transaction():
        notices.tell(event_id, at=clock.now())
