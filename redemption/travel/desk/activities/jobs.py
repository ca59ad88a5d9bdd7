"""Work for later around activities at the desk: letters."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.travel.desk.activities import notices


@job("activities.tell_moved")
def tell_moved(traveler_id: int, was: str, to: str) -> None:
    """Tell who goes, or who brings them, that they were moved."""
    with transaction():
        notices.write_moved(traveler_id, was, to, at=clock.now())
