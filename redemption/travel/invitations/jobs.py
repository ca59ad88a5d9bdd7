"""Work for later around invitations: the clock that passes places on, and letters."""

from collections.abc import Callable, Iterable
from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption.travel.invitations import notices
from redemption.travel.invitations.operations.closing import lapse, pass_over
from redemption.travel.invitations.operations.inviting import invite_if_free
from redemption.travel.invitations.operations.reminding import remind
from redemption.travel.invitations.queries import due
from redemption.travel.invitations.queries.standing import named_invitation, why_not_going


@job("invitations.clock", cron="* * * * *")
def clock_ticks() -> None:
    """Each minute: end what nobody answered, invite who is owed a place, remind the others."""
    pass_on(at=clock.now())


def pass_on(*, at: datetime) -> int:
    """The same by hand; how many invitations moved."""
    moved = _each(due.unanswered(at=at), lapse, at)
    moved += _each(due.owed(), invite_if_free, at)
    return moved + _each(due.to_remind(at=at), remind, at)


@job("invitations.tidy", cron="23 * * * *")
def tidy() -> None:
    """Each hour: end invitations of people who can't go any more; their places are for the next."""
    _each(due.hopeless(at=clock.now()), _pass_over, clock.now())


def _pass_over(invitation_id: int, *, at: datetime) -> bool:
    known = named_invitation(invitation_id)
    why = why_not_going(known.employee_id, known.variant_id) or "The trip has left"
    return pass_over(invitation_id, why, at=at)


@job("invitations.tell")
def tell(invitation_id: int, seq: int) -> None:
    """Tell somebody what became of their invitation."""
    with transaction():
        notices.write_moved(invitation_id, seq, at=clock.now())


def _each(ids: Iterable[int], work: Callable[..., bool], at: datetime) -> int:
    """Each in a transaction of its own: one that fails keeps no other from it; how many moved."""
    session().close()
    moved: list[bool] = []

    def do(invitation_id: int) -> None:
        with transaction():
            moved.append(work(invitation_id, at=at))

    for_each(ids, do)
    return sum(moved)


@job("invitations.remind")
def write_reminder(invitation_id: int) -> None:
    """Remind somebody that a place waits for their answer."""
    with transaction():
        notices.write_reminder(invitation_id, at=clock.now())
