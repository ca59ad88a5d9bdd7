"""The lines that one person stands in, and what came of the last ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Reward, Variant
from catalog.offers import Offer, telling_label
from catalog.queries.audience import Reader
from catalog.queries.instead import Missing
from catalog.queries.offers import offer_of, offers_on_shelf
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.states import LineRule
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.states import IN_LINE, LIVE, WaitState

TOLD_FOR = timedelta(days=14)
_TOLD = (WaitState.MISSED, WaitState.ENDED)


@dataclass(frozen=True, slots=True)
class MyWait:
    """One line somebody stands in, for so many `units` of what `offer` is.

    There is none once it is not theirs to see any more.

    `note` says why it ended by itself; `seen_points` is the price on the day of joining.
    """

    id: int
    state: WaitState
    name: str
    choice: str
    place: int
    in_line: int
    units: int
    line_rule: LineRule
    seen_points: int
    joined_at: datetime
    changed_at: datetime
    kept_until: datetime | None
    note: str
    offer: Offer | None

    @property
    def price_moved(self) -> int:
        """By how much it costs more (above 0) or less than on the day of joining."""
        return self.offer.points - self.seen_points if self.offer else 0

    @property
    def points(self) -> int:
        """What all they wait for costs now."""
        return self.units * self.offer.points if self.offer else 0

    @property
    def is_trip(self) -> bool:
        """Whether they wait for places of a departure."""
        return self.offer is not None and self.offer.departure is not None

    @property
    def missing(self) -> Missing | None:
        """What they wait for, where others could take its place."""
        if self.offer is None:
            return None
        return Missing(self.offer.reward_id, self.offer.kind, self.offer.points)

    @property
    def is_live(self) -> bool:
        """Whether they still wait, or have their turn."""
        return self.state in LIVE


def my_waits(reader: Reader) -> list[MyWait]:
    """What somebody waits for, whose turn it is first, then what lately came to nothing."""
    live_or_told = sa.or_(
        Wait.state.in_(LIVE),
        sa.and_(Wait.state.in_(_TOLD), Wait.changed_at > reader.at - TOLD_FOR),
    )
    rows = session().execute(_waits_of(reader.actor).where(live_or_told)).all()
    offers = _offers(reader, [row.Wait.variant_id for row in rows])
    found = [_my_wait(row, offers.get(row.Wait.variant_id)) for row in rows]
    return sorted(found, key=lambda one: (not one.is_live, one.state is not WaitState.OFFERED))


def own_wait_page(reader: Reader, wait_id: int) -> MyWait:
    """One's own wait. Raises NotFound for anyone else's."""
    row = session().execute(_waits_of(reader.actor).where(Wait.id == wait_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such place in line, or it belongs to someone else.")
    return _my_wait(row, _offers(reader, [row.Wait.variant_id]).get(row.Wait.variant_id))


def _waits_of(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    """The waits of a person with their place, the newest last."""
    other = aliased(Wait)
    line = sa.select(sa.func.count()).where(
        other.variant_id == Wait.variant_id, other.state.in_(IN_LINE)
    )
    why = (
        sa.select(WaitEvent.note)
        .where(WaitEvent.wait_id == Wait.id)
        .order_by(WaitEvent.seq.desc())
        .limit(1)
        .correlate(Wait)
        .scalar_subquery()
    )
    return (
        sa.select(
            Wait,
            Reward.name,
            Reward.kind,
            Variant.label,
            line.correlate(Wait).scalar_subquery().label("in_line"),
            line.where(other.id <= Wait.id).correlate(Wait).scalar_subquery().label("place"),
            why.label("note"),
            Trip.line_rule,
        )
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .outerjoin(Trip, Trip.reward_id == Reward.id)
        .where(Wait.employee_id == actor.employee_id)
        .order_by(Wait.id)
    )


def _offers(reader: Reader, variant_ids: list[int]) -> dict[int, Offer]:
    if not variant_ids:
        return {}
    rows = session().execute(offers_on_shelf(reader).where(Variant.id.in_(variant_ids)))
    return {row.variant_id: offer_of(row, reader) for row in rows}


def _my_wait(row: Any, offer: Offer | None) -> MyWait:
    wait: Wait = row.Wait
    return MyWait(
        id=wait.id,
        state=wait.state,
        name=row.name,
        choice=telling_label(row.label, Kind(row.kind)),
        place=row.place,
        in_line=row.in_line,
        units=wait.units,
        line_rule=row.line_rule or USUAL.line_rule,
        seen_points=wait.seen_points,
        joined_at=wait.joined_at,
        changed_at=wait.changed_at,
        kept_until=wait.kept_until,
        note=row.note,
        offer=offer,
    )
