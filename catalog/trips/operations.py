"""Setting the terms of a trip, and putting its days and rooms together."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Protocol, TypeVar
from zoneinfo import available_timezones

import sqlalchemy as sa

from catalog.airports.queries import airport_meant
from catalog.models import Departure, Reward, Variant
from catalog.operations.deeds import locked_reward, locked_variant, note_deed
from catalog.states import Kind
from catalog.trips.errors import InUse, OwnTerms, TermsMoved
from catalog.trips.gaining import OWN, gains_by_them
from catalog.trips.kept import rooms_in_use, seats_in_use
from catalog.trips.models import ItineraryChange, ItineraryItem, RoomType, Trip
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.states import PlanChange
from catalog.trips.terms import USUAL, TripTerms
from marketplace.access.actor import Actor
from marketplace.budgets.queries import budget_for
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.db import insert_or_skip, insert_row, session
from marketplace.kernel.errors import BadInput, NotFound

P = TypeVar("P", ItineraryItem, RoomType)


class Remove(Protocol):
    """What takes one thing out of the plan of a departure."""

    def __call__(self, actor: Actor, variant_id: int, row_id: int, /, *, at: datetime) -> None: ...


MOST_ITEMS = 500
MOST_ROOM_TYPES = 50


def set_terms(actor: Actor, reward_id: int, terms: TripTerms, *, seen: int, at: datetime) -> None:
    """Say what holds on every departure; `seen` is the version of the terms before one's eyes.

    Raises TermsMoved when others changed them meanwhile, BadInput for what is no group trip or no
    budget for it, OwnTerms for who is invited and would say what they get in its place.
    """
    reward = locked_reward(reward_id)
    if reward.kind is not Kind.GROUP_TRIP:
        raise BadInput(f"{reward.name} is no group trip, so it has no such terms.")
    _refuse_budget(terms, at)
    before = session().get(Trip, reward_id, populate_existing=True)
    if (before.version if before else 0) != seen:
        raise TermsMoved
    wanted = asdict(terms)
    was = {name: getattr(before, name) for name in wanted} if before else {}
    if was == wanted:
        return
    if OWN & _changed(was or asdict(USUAL), wanted).keys():
        _refuse_own(actor, reward)
    if before is None:
        session().add(Trip(reward_id=reward_id, version=1, **wanted))
    else:
        for name, value in (wanted | {"version": seen + 1}).items():
            setattr(before, name, value)
    session().flush()
    changed = _changed(was, wanted)
    note_deed(
        actor,
        "trips.terms",
        reward_id,
        at=at,
        before={n: was.get(n) for n in changed},
        after=changed,
    )


def _changed(was: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if was.get(name) != value}


def _refuse_budget(terms: TripTerms, at: datetime) -> None:
    """Points in place of a trip are given out of a budget for awards."""
    field = "trade_budget"
    if terms.trade_budget_id is not None:
        budget_for(terms.trade_budget_id, BudgetPurpose.AWARDS, on=at.date(), field=field)
    elif terms.trade_points or terms.trade_variant_id:
        raise BadInput("Choose the budget that points in place of the trip come from.", field=field)


def _refuse_own(actor: Actor, reward: Reward) -> None:
    if gains_by_them(actor.employee_id, reward.id):
        raise OwnTerms(reward.name)


def add_item(actor: Actor, variant_id: int, new: NewItem, *, at: datetime) -> int:
    """Put something into a day; its id. Raises BadInput for a day the departure does not have."""
    variant = _departing(variant_id, new.day)
    _refuse_too_many(ItineraryItem, variant_id, MOST_ITEMS)
    item = ItineraryItem(variant_id=variant_id, **_kept(new))
    session().add(item)
    session().flush()
    _note_change(variant_id, item.id, PlanChange.ADDED, {}, at)
    note_deed(actor, "trips.add_item", variant.reward_id, at=at, sku=variant.sku, item=_said(new))
    return item.id


def change_item(actor: Actor, variant_id: int, item_id: int, new: NewItem, *, at: datetime) -> None:
    """Say it differently. Raises NotFound, BadInput, also for fewer seats than are taken."""
    variant = _departing(variant_id, new.day)
    item = _one_of(ItineraryItem, variant_id, item_id)
    seats, used = _kept(new)["seats"], seats_in_use(item_id)
    is_closed = not new.kind.is_limited or (item.is_choice and not new.is_choice)
    if used and (is_closed or (seats is not None and seats < used)):
        raise InUse(item.name, "seats", used)
    before = {name: getattr(item, name) for name in _kept(new)}
    changed = {name: value for name, value in _kept(new).items() if before[name] != value}
    for name, value in changed.items():
        setattr(item, name, value)
    session().flush()
    if changed:
        _note_change(variant_id, item_id, PlanChange.CHANGED, before, at)
        note_deed(
            actor,
            "trips.change_item",
            variant.reward_id,
            at=at,
            sku=variant.sku,
            before=_texts({name: before[name] for name in changed}),
            after=_texts(changed),
        )


def remove_item(actor: Actor, variant_id: int, item_id: int, *, at: datetime) -> None:
    """Take it out of its day. Raises NotFound, BadInput while people have a place on it."""
    variant = locked_variant(variant_id)
    item = _one_of(ItineraryItem, variant_id, item_id)
    if seats_in_use(item_id):
        raise InUse(item.name, "seats", seats_in_use(item_id))
    said = f"day {item.day}: {item.name}"
    _note_change(variant_id, item_id, PlanChange.REMOVED, _columns(item), at)
    session().delete(item)
    session().flush()
    note_deed(actor, "trips.remove_item", variant.reward_id, at=at, sku=variant.sku, item=said)


def put_rooms(actor: Actor, variant_id: int, new: NewRoom, *, at: datetime) -> None:
    """Say how many rooms there are of a kind; the kind's name again takes the place of the old."""
    variant = _departing(variant_id, 1)
    _refuse_too_many(RoomType, variant_id, MOST_ROOM_TYPES)
    _refuse_fewer(variant_id, new)
    session().execute(
        insert_or_skip(RoomType)
        .values(variant_id=variant_id, **asdict(new))
        .on_conflict_do_update(index_elements=["variant_id", "name"], set_=asdict(new))
    )
    note_deed(actor, "trips.rooms", variant.reward_id, at=at, sku=variant.sku, **asdict(new))


def _refuse_fewer(variant_id: int, new: NewRoom) -> None:
    """There are at least as many rooms of a kind as are in use."""
    kind = sa.select(RoomType.id).where(
        RoomType.variant_id == variant_id, RoomType.name == new.name
    )
    kind_id = session().scalar(kind)
    used = rooms_in_use(kind_id) if kind_id else 0
    if new.rooms < used:
        raise InUse(new.name, "rooms", used)


def remove_rooms(actor: Actor, variant_id: int, room_id: int, *, at: datetime) -> None:
    """There are no rooms of this kind any more. Raises NotFound."""
    variant = locked_variant(variant_id)
    room = _one_of(RoomType, variant_id, room_id)
    if rooms_in_use(room_id):
        raise InUse(room.name, "rooms", rooms_in_use(room_id))
    name = room.name
    session().delete(room)
    session().flush()
    note_deed(actor, "trips.remove_rooms", variant.reward_id, at=at, sku=variant.sku, name=name)


def set_zone(actor: Actor, variant_id: int, where: str, *, at: datetime) -> str:
    """Say whose time the plan of a departure is in, by an airport or an IANA name; the zone.

    Empty: nobody says so any more. Raises BadInput for neither of them, NotFound.
    """
    variant = locked_variant(variant_id)
    departure = session().get(Departure, variant_id, populate_existing=True)
    if departure is None:
        raise NotFound("We can't find this departure. The page of the trip lists all of them.")
    airport, zone = _place_of(where.strip())
    before = {"airport": departure.airport, "time_zone": departure.time_zone}
    after = {"airport": airport, "time_zone": zone}
    if before != after:
        departure.airport, departure.time_zone = airport, zone
        session().flush()
        if before["time_zone"] != zone:
            _note_change(variant_id, None, PlanChange.ZONE, {"time_zone": before["time_zone"]}, at)
        facts = {"sku": variant.sku, "before": before, "after": after}
        note_deed(actor, "trips.zone", variant.reward_id, at=at, **facts)
    return zone or ""


def _place_of(where: str) -> tuple[str | None, str | None]:
    """The airport and the time zone in somebody's words."""
    if not where:
        return None, None
    if where in available_timezones():
        return None, where
    airport = airport_meant(where)
    if airport.time_zone is None:
        raise BadInput(
            f"The file of airports does not say the time zone of {airport.short}. Enter the zone "
            "itself, for example Europe/Lisbon."
        )
    return airport.iata, airport.time_zone


def copy_plan(actor: Actor, variant_id: int, from_id: int, *, at: datetime) -> int:
    """Take days and rooms from another departure of the trip; how many things were copied.

    Days beyond the end of this one are left out. Raises BadInput where there is a plan already.
    """
    variant, source = _departing(variant_id, 1), locked_variant(from_id)
    if source.reward_id != variant.reward_id or from_id == variant_id:
        raise BadInput("Choose another departure of the same trip.")
    if _how_many(ItineraryItem, variant_id) or _how_many(RoomType, variant_id):
        raise BadInput(
            "This departure has days or rooms already. Add to them, or remove them first."
        )
    last = _days_of(variant_id)
    copied = [
        ItineraryItem(variant_id=variant_id, **_columns(item))
        for item in _all_of(ItineraryItem, from_id)
        if item.day <= last
    ] + [RoomType(variant_id=variant_id, **_columns(room)) for room in _all_of(RoomType, from_id)]
    session().add_all(copied)
    session().flush()
    for one in copied:
        if isinstance(one, ItineraryItem):
            _note_change(variant_id, one.id, PlanChange.ADDED, {}, at)
    note_deed(actor, "trips.copy_plan", variant.reward_id, at=at, sku=variant.sku, of=source.sku)
    return len(copied)


def _note_change(
    variant_id: int, item_id: int | None, change: PlanChange, was: dict[str, Any], at: datetime
) -> None:
    insert_row(
        ItineraryChange,
        variant_id=variant_id,
        item_id=item_id,
        change=change,
        was=_texts(was),
        at=at,
    )


def _departing(variant_id: int, day: int) -> Variant:
    """The departure, locked. Raises BadInput for a day it does not have."""
    variant = locked_variant(variant_id)
    last = _days_of(variant_id)
    if not 1 <= day <= last:
        raise BadInput(f"It has days 1 to {last}. Enter one of them.")
    return variant


def _days_of(variant_id: int) -> int:
    leaves = session().get(Departure, variant_id)
    if leaves is None:
        raise NotFound("We can't find this departure. The page of the trip lists all of them.")
    return (leaves.ends_on - leaves.starts_on).days + 1


def _one_of(model: type[P], variant_id: int, row_id: int) -> P:
    found = session().get(model, row_id, populate_existing=True)
    if found is None or found.variant_id != variant_id:
        raise NotFound("That is no longer part of this departure. Its page shows what is.")
    return found


def _all_of(model: type[P], variant_id: int) -> Iterable[P]:
    return session().scalars(sa.select(model).where(model.variant_id == variant_id))


def _how_many(model: type[P], variant_id: int) -> int:
    which = sa.select(sa.func.count()).where(model.variant_id == variant_id)
    return session().scalar(which) or 0


def _refuse_too_many(model: type[P], variant_id: int, most: int) -> None:
    if _how_many(model, variant_id) >= most:
        raise BadInput(f"There are {most} already, as many as a departure may have.")


def _kept(new: NewItem) -> dict[str, Any]:
    """The columns of an item; only what may be limited keeps its seats."""
    return asdict(new) | {"seats": _seats(new)}


def _seats(new: NewItem) -> int | None:
    return new.seats if new.kind.is_limited else None


def _said(new: NewItem) -> str:
    return f"day {new.day}: {new.name}"


def _columns(row: ItineraryItem | RoomType) -> dict[str, Any]:
    own = ("id", "variant_id")
    return {c.key: getattr(row, c.key) for c in sa.inspect(type(row)).columns if c.key not in own}


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{v:%H:%M}" if isinstance(v, time) else v for name, v in values.items()}
