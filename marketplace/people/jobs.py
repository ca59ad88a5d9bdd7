"""What goes by the clock."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from marketplace.people.operations.sessions import forget_old_sessions
from marketplace.people.operations.sign_in import forget_old_tries

SESSIONS_KEPT = timedelta(days=90)
TRIES_KEPT = timedelta(days=1)


@job("people.forget_sign_ins", cron="17 3 * * *")
def forget_sign_ins() -> None:
    """Delete past sign-ins: sessions after 90 days, counted tries after one."""
    with transaction():
        forget_old_sessions(before=clock.now() - SESSIONS_KEPT)
        forget_old_tries(before=clock.now() - TRIES_KEPT)
