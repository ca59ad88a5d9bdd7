"""Wishes in order, the draw, and taking or leaving a place after it.

The reward of the trip is locked first by whoever writes here, as those do who change its plan.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from catalog.operations.deeds import locked_variant
from catalog.trips.models import ItineraryItem
from marketplace.access.actor import Actor
from marketplace.kernel import audit, secrets
from marketplace.kernel.db import in_batches, insert_or_skip, insert_row, rows_changed, session
from marketplace.kernel.drawing import commitment_of, new_seed, sha256_of
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from redemption.travel.activities.errors import (
    DrawnAlready,
    NobodyWishes,
    NoSeatLeft,
    NotDrawnYet,
    SameHours,
    TooEarlyToDraw,
)
from redemption.travel.activities.models import (
    MOST_WISHES,
    ActivityAlong,
    ActivityCount,
    ActivityDraw,
    ActivityPlace,
    ActivitySeed,
    ActivityWish,
)
from redemption.travel.activities.queries import Choice, choices_of, draw_list, places_of


def save_wishes(
    variant_id: int, traveler_id: int, item_ids: Sequence[int], *, along: bool = False, at: datetime
) -> None:
    """Keep what a traveler would like to do, in order, in place of what they wished before.

    `along`: a guest does what the employee does, so they have no list of their own. With the first
    wish of a departure the seed of its draw is fixed. Raises DrawnAlready, BadInput for what can't
    be chosen there.
    """
    locked_variant(variant_id)
    drawn_at = _drawn_at(variant_id)
    if drawn_at is not None:
        raise DrawnAlready(drawn_at)
    wishes = [] if along else list(dict.fromkeys(item_ids))[:MOST_WISHES]
    if set(wishes) - {one.item_id for one in choices_of(variant_id)}:
        raise BadInput(
            "One of these can’t be chosen any more. Look at the list again.", field="first"
        )
    for model in (ActivityWish, ActivityAlong):
        session().execute(sa.delete(model).where(model.traveler_id == traveler_id))
    if along:
        session().execute(sa.insert(ActivityAlong).values(traveler_id=traveler_id))
    if wishes:
        rows = [
            {"traveler_id": traveler_id, "item_id": item_id, "rank": rank}
            for rank, item_id in enumerate(wishes, start=1)
        ]
        session().execute(sa.insert(ActivityWish), rows)
        _commit_seed(variant_id, at)


def _commit_seed(variant_id: int, at: datetime) -> None:
    seed = new_seed()
    session().execute(
        insert_or_skip(ActivitySeed)
        .values(
            variant_id=variant_id,
            commitment=commitment_of(seed),
            sealed=secrets.seal(seed, _context(variant_id)),
            committed_at=at,
        )
        .on_conflict_do_nothing()
    )


def _context(variant_id: int) -> str:
    return f"activity_seeds:sealed:{variant_id}"


def _drawn_at(variant_id: int) -> datetime | None:
    held = sa.select(ActivityDraw.drawn_at).where(ActivityDraw.variant_id == variant_id)
    return session().scalar(held)


def hold_draw(actor: Actor, variant_id: int, *, due_on: date, at: datetime) -> int:
    """Draw the places of a departure, once; how many places were given.

    `due_on` is the last day of wishes. Raises DrawnAlready, NobodyWishes, TooEarlyToDraw.
    """
    variant = locked_variant(variant_id)
    if (drawn_at := _drawn_at(variant_id)) is not None:
        raise DrawnAlready(drawn_at)
    if at.date() <= due_on:
        raise TooEarlyToDraw(f"{due_on:%-d %B %Y}")
    listed = draw_list(variant_id)
    sealed = session().get(ActivitySeed, variant_id)
    if sealed is None or not listed.entries:
        raise NobodyWishes
    seed = secrets.open_sealed(sealed.sealed, _context(variant_id))
    drawn, file = listed.drawn_with(seed), listed.file
    given = [(one.item_id, who) for one in drawn for who in listed.travelers[one.entry]]
    draw_id = insert_row(
        ActivityDraw,
        variant_id=variant_id,
        file=file,
        sha256=sha256_of(file),
        seed=seed,
        entries=len(listed.entries),
        places=len(given),
        drawn_by_id=actor.employee_id,
        drawn_at=at,
    )
    crashpoint("activities.draw.kept")
    _give(given, draw_id, at)
    crashpoint("activities.draw.given")
    about = f"variant:{variant_id}"
    audit.record(
        actor.employee_id, "activities.drawn", about, at=at, sku=variant.sku, places=len(given)
    )
    return len(given)


def _give(given: Collection[tuple[int, int]], draw_id: int, at: datetime) -> None:
    per_item: dict[int, int] = {}
    for item_id, _ in given:
        per_item[item_id] = per_item.get(item_id, 0) + 1
    for item_id, people in sorted(per_item.items()):
        assert _claim(item_id, people), f"the draw gave more than the seats of item {item_id}"
    rows = [
        {"item_id": item_id, "traveler_id": who, "draw_id": draw_id, "at": at}
        for item_id, who in given
    ]
    for batch in in_batches(rows):
        session().execute(sa.insert(ActivityPlace), batch)


def _claim(item_id: int, people: int) -> bool:
    """Take so many seats if there are so many; the database decides."""
    session().execute(
        insert_or_skip(ActivityCount).values(item_id=item_id, taken=0).on_conflict_do_nothing()
    )
    seats = (
        sa.select(ItineraryItem.seats)
        .where(ItineraryItem.id == item_id, ItineraryItem.is_choice)
        .scalar_subquery()
    )
    claimed = session().execute(
        sa.update(ActivityCount)
        .where(
            ActivityCount.item_id == item_id,
            sa.or_(seats.is_(None), ActivityCount.taken + people <= seats),
        )
        .values(taken=ActivityCount.taken + people),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(claimed) == 1


def take_place(
    variant_id: int, traveler_id: int, item_id: int, *, called: str = "you", at: datetime
) -> str:
    """Take a free seat after the draw; the name of what it is on. Nothing twice.

    `called` is who has it, as a refusal names them. Raises NotFound, NotDrawnYet, SameHours,
    NoSeatLeft.
    """
    locked_variant(variant_id)
    choices = {one.item_id: one for one in choices_of(variant_id)}
    wanted = choices.get(item_id)
    if wanted is None:
        raise NotFound("That can’t be chosen any more. The list shows what can.")
    if _drawn_at(variant_id) is None:
        raise NotDrawnYet
    mine = places_of([traveler_id]).get(traveler_id, set())
    if item_id in mine:
        return wanted.name
    _refuse_overlap(wanted, [choices[one] for one in mine if one in choices], called)
    if not _claim(item_id, 1):
        raise NoSeatLeft(wanted.name, wanted.seats or 0)
    session().execute(
        sa.insert(ActivityPlace).values(
            item_id=item_id, traveler_id=traveler_id, draw_id=None, at=at
        )
    )
    return wanted.name


def _refuse_overlap(wanted: Choice, mine: Collection[Choice], called: str) -> None:
    for other in mine:
        if wanted.offered.overlaps(other.offered):
            raise SameHours(wanted.name, other.name, called)


def leave_place(variant_id: int, traveler_id: int, item_id: int) -> bool:
    """Let a seat go; somebody else may take it at once. False when they had none."""
    locked_variant(variant_id)
    return bool(_leave(ActivityPlace.traveler_id == traveler_id, ActivityPlace.item_id == item_id))


def leave_all(variant_id: int, traveler_ids: Collection[int]) -> int:
    """They don't go: every seat and wish of theirs is gone; how many seats that frees."""
    locked_variant(variant_id)
    for model in (ActivityWish, ActivityAlong):
        session().execute(sa.delete(model).where(model.traveler_id.in_(traveler_ids)))
    return _leave(ActivityPlace.traveler_id.in_(traveler_ids))


def forget_wishes(variant_id: int, traveler_id: int) -> None:
    """Somebody else comes: what was wished is no more, and seats stay with the place."""
    locked_variant(variant_id)
    for model in (ActivityWish, ActivityAlong):
        session().execute(sa.delete(model).where(model.traveler_id == traveler_id))


def _leave(*which: sa.ColumnElement[bool]) -> int:
    gone = session().scalars(
        sa.delete(ActivityPlace).where(*which).returning(ActivityPlace.item_id),
        execution_options={"synchronize_session": False},
    )
    left = list(gone)
    for item_id in sorted(left):
        session().execute(
            sa.update(ActivityCount)
            .where(ActivityCount.item_id == item_id)
            .values(taken=ActivityCount.taken - 1),
            execution_options={"synchronize_session": False},
        )
    return len(left)
