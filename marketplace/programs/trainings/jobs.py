"""Letters of trainings, later."""

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from marketplace.programs.trainings import notices
from marketplace.programs.trainings.states import CourseClaimState


@job("trainings.tell")
def tell(claim_id: int, state: str) -> None:
    """Write the letters about one step of a claimed course; again changes nothing."""
    with transaction():
        notices.tell(claim_id, CourseClaimState(state), at=clock.now())
