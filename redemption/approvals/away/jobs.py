"""Work for later around absences: letters, and the end of those of who left."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from redemption.approvals.away import notices
from redemption.approvals.away.operations import end_of_leavers


@job("redemption.stand_in_named")
def stand_in_named(absence_id: int) -> None:
    """Tell who answers for another that they do."""
    with transaction():
        notices.write_named(absence_id, at=clock.now())


@job("redemption.stand_in_ended")
def stand_in_ended(absence_id: int) -> None:
    """Tell both that it ended early."""
    with transaction():
        notices.write_ended(absence_id, at=clock.now())


@job("redemption.end_absences", cron="24 * * * *")
def end_absences() -> None:
    """End the absences of those who left, and those in which somebody who left would answer."""
    with transaction():
        end_of_leavers(at=clock.now())
