"""Trips as everyone reads them who may see them."""

from dataclasses import dataclass

from catalog.models import Departure, Reward, Variant
from catalog.offers import Offer
from catalog.queries.audience import Reader
from catalog.queries.offers import offer_of, offers_on_shelf
from catalog.queries.reward_page import used_so_far
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.queries.plan import Plan, plan_of
from catalog.trips.queries.terms import TERMS, terms_in
from catalog.trips.terms import TripTerms
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class TripStory:
    """A trip as somebody reads it who may go; `chosen` is the departure that is shown.

    `used` is how often they had it in the period that its limit counts in.
    """

    story: str
    included: tuple[str, ...]
    terms: TripTerms
    departures: tuple[Offer, ...]
    chosen: Offer
    plan: Plan
    time_zone: str | None  # whose time the plan is in
    used: int


def trips_for(reader: Reader) -> list[Offer]:
    """Departures somebody may see, the next first."""
    shown = offers_on_shelf(reader).where(
        Reward.kind == Kind.GROUP_TRIP, Departure.starts_on >= reader.at.date()
    )
    rows = session().execute(shown.order_by(Departure.starts_on, Variant.id))
    return [offer_of(row, reader) for row in rows]


def trip_story(reader: Reader, slug: str, *, variant_id: int | None = None) -> TripStory:
    """A trip with one of its departures. Raises NotFound when it is not theirs to see."""
    asked = (
        offers_on_shelf(reader)
        .add_columns(
            Reward.story,
            Reward.included,
            Departure.time_zone,
            used_so_far(reader.actor, reader.at).label("used"),
            *TERMS,
        )
        .outerjoin(Trip, Trip.reward_id == Reward.id)
        .where(Reward.slug == slug, Reward.kind == Kind.GROUP_TRIP)
    )
    rows = session().execute(asked.order_by(Departure.starts_on, Variant.id)).all()
    if not rows:
        raise NotFound("We can't find this trip. The list shows every trip open to you.")
    departures = tuple(offer_of(row, reader) for row in rows)
    chosen = _chosen(departures, variant_id)
    assert chosen.departure is not None
    return TripStory(
        story=rows[0].story,
        included=tuple(rows[0].included),
        terms=terms_in(rows[0]),
        departures=departures,
        chosen=chosen,
        plan=plan_of(chosen.variant_id, chosen.departure.starts_on),
        time_zone=rows[departures.index(chosen)].time_zone,
        used=rows[0].used or 0,
    )


def _chosen(departures: tuple[Offer, ...], variant_id: int | None) -> Offer:
    """The one asked for, else the first that can still be had, else the first."""
    asked = [one for one in departures if one.variant_id == variant_id]
    return (asked or [one for one in departures if one.is_on_sale] or list(departures))[0]
