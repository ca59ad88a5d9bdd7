"""Once a day: celebrate, and tell managers what is coming."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from marketplace.recognition.anniversaries import notices
from marketplace.recognition.anniversaries.operations import celebrate_due
from marketplace.recognition.anniversaries.queries.occasions import running_programs


@job("anniversaries.celebrate", cron="20 5 * * *")
def celebrate_and_tell() -> None:
    """Each day, in UTC. It may run twice, and makes up for the days it did not run."""
    today, at = clock.today(), clock.now()
    programs = running_programs()
    session().close()
    for program in programs:
        with transaction():
            celebrate_due(program, today=today, at=at)
    with transaction():
        notices.tell_ahead(today=today, at=at)
