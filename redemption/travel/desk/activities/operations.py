"""Moving people between activities by hand, after the draw."""

from dataclasses import dataclass
from datetime import datetime

from catalog.operations.deeds import locked_variant
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.jobs import enqueue
from redemption.travel.activities.operations import leave_place, take_place
from redemption.travel.activities.queries import choices_of
from redemption.travel.desk.activities.errors import LeftMeanwhile
from redemption.travel.desk.queries import traveler_on


@dataclass(frozen=True, slots=True)
class Move:
    """From one activity to another; without `was` onto it, without `to` off it."""

    was: int | None
    to: int | None


def move_person(
    actor: Actor, variant_id: int, traveler_id: int, move: Move, *, at: datetime
) -> str:
    """Move one traveler; what was done, in words. Who brought them or goes gets a letter.

    Raises NotFound, LeftMeanwhile, NotDrawnYet, SameHours, NoSeatLeft; then nobody is moved.
    """
    locked_variant(variant_id)
    who = traveler_on(variant_id, traveler_id)
    names = {one.item_id: one.name for one in choices_of(variant_id)}
    if move.was is not None and not leave_place(variant_id, traveler_id, move.was):
        raise LeftMeanwhile(who.called)
    was = names.get(move.was or 0, "")
    to = ""
    if move.to is not None:
        to = take_place(variant_id, traveler_id, move.to, called=who.called, at=at)
    about, number = f"variant:{variant_id}", who.number
    audit.record(
        actor.employee_id, "activities.moved", about, at=at, traveler=number, was=was, to=to
    )
    key = f"{traveler_id}:{move.was}:{move.to}:{at.isoformat()}"
    enqueue("activities.tell_moved", key=key, traveler_id=traveler_id, was=was, to=to)
    return _words(who.called, was, to)


def _words(called: str, was: str, to: str) -> str:
    if was and to:
        return f"{called} from {was} to {to}"
    return f"{called} to {to}" if to else f"{called} off {was}"
