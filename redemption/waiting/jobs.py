"""Work for later around lines: turns come and go by the minute, and letters say so."""

from collections.abc import Callable, Iterable
from datetime import datetime

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job
from redemption.waiting import notices
from redemption.waiting.operations.turns import end_hopeless, miss_turn, offer_next, resume
from redemption.waiting.queries import due


@job("waiting.turns", cron="* * * * *")
def turns() -> None:
    """Each minute: end what was kept long enough, and offer what is at hand to who is next."""
    give_turns(at=clock.now())


def give_turns(*, at: datetime) -> int:
    """The same by hand; how many units were offered, and how many waits paused or ended."""
    _each(due.missed_turns(at=at), miss_turn, at)
    _each(due.able_again(at=at), resume, at)
    variants = due.variants_to_offer()
    session().close()
    return sum(_offer_all(variant_id, at) for variant_id in variants)


def _offer_all(variant_id: int, at: datetime) -> int:
    done = 0
    while _one(offer_next, variant_id, at):
        done += 1
    return done


@job("waiting.tidy", cron="37 * * * *")
def tidy() -> None:
    """Each hour: end waits of people who left, for what is off the shelf or past its last day."""
    at = clock.now()
    _each(due.hopeless(at=at), end_hopeless, at)


@job("waiting.end_line")
def end_line(variant_id: int) -> None:
    """Something can't be had any more: every wait for it ends now, and not within the hour."""
    at = clock.now()
    while any(_each(due.hopeless(at=at, variant_id=variant_id), end_hopeless, at)):
        pass


@job("waiting.tell")
def tell(wait_id: int, seq: int) -> None:
    """Tell somebody that it is their turn, or what became of their wait."""
    with transaction():
        notices.write_moved(wait_id, seq, at=clock.now())


def _each(ids: Iterable[int], work: Callable[..., bool], at: datetime) -> list[bool]:
    """Each in a transaction of its own; whether each was moved."""
    session().close()
    return [_one(work, one, at) for one in ids]


def _one(work: Callable[..., bool], about: int, at: datetime) -> bool:
    with transaction():
        return work(about, at=at)
