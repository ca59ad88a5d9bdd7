"""What a departure cost, who did not come, and where its pictures are."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Variant
from catalog.operations.deeds import locked_variant, note_deed
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.bookings.models import Booking, Traveler
from redemption.travel.after.errors import OtherCurrency
from redemption.travel.after.models import MOST_COSTS, NoShow, TripCost, TripGallery
from redemption.travel.after.operations.awarding import award_travelers, take_badge_back
from redemption.travel.after.policies import NewCost
from redemption.travel.after.queries.report import HAS_PLACE, costs_of, gallery_of
from redemption.travel.after.states import CostBasis


def add_cost(actor: Actor, variant_id: int, new: NewCost, *, at: datetime) -> int:
    """Put an amount of a bill down; its id.

    Raises BadInput for rooms without a number, OtherCurrency where the others are in another.
    """
    variant = locked_variant(variant_id)
    kept = costs_of(variant_id)
    if kept and kept[0].currency != new.currency:
        raise OtherCurrency(new.currency, kept[0].currency)
    if len(kept) >= MOST_COSTS:
        raise BadInput(f"There are {MOST_COSTS} amounts already, as many as a departure may have.")
    if new.basis is CostBasis.ROOM and new.units is None:
        raise BadInput("Enter how many rooms.", field="units")
    cost = TripCost(
        variant_id=variant_id,
        kind=new.kind,
        basis=new.basis,
        amount_minor=new.amount_minor,
        units=1 if new.basis is CostBasis.WHOLE else new.units,
        currency=new.currency,
        note=new.note,
    )
    session().add(cost)
    session().flush()
    _note(actor, variant, "trips.cost", at, **_facts(cost))
    return cost.id


def remove_cost(actor: Actor, variant_id: int, cost_id: int, *, at: datetime) -> None:
    """Take an amount out. Raises NotFound."""
    variant = locked_variant(variant_id)
    cost = session().get(TripCost, cost_id, populate_existing=True)
    if cost is None or cost.variant_id != variant_id:
        raise NotFound("That amount is no longer there. The page of the report shows what is.")
    facts = _facts(cost)
    session().delete(cost)
    session().flush()
    _note(actor, variant, "trips.remove_cost", at, **facts)


def _facts(cost: TripCost) -> dict[str, object]:
    named = ("kind", "basis", "amount_minor", "currency", "units", "note")
    return {name: getattr(cost, name) for name in named}


def say_who_came(
    actor: Actor, variant_id: int, traveler_id: int, *, came: bool, at: datetime
) -> bool:
    """Say whether a traveler came; False when that was said before. Raises NotFound."""
    variant = locked_variant(variant_id)
    _refuse_strangers(variant_id, traveler_id)
    if came:
        absent = sa.delete(NoShow).where(NoShow.traveler_id == traveler_id)
        changed = rows_changed(session().execute(absent)) == 1
    else:
        row = {"traveler_id": traveler_id, "said_by_id": actor.employee_id, "at": at}
        put = insert_or_skip(NoShow).values(row).on_conflict_do_nothing()
        changed = session().scalar(put.returning(NoShow.traveler_id)) is not None
    if changed:
        _follow(traveler_id, came=came, at=at)
        _note(actor, variant, "trips.attendance", at, traveler=traveler_id, came=came)
    return changed


def _follow(traveler_id: int, *, came: bool, at: datetime) -> None:
    """Their badge goes with it."""
    if came:
        award_travelers(Traveler.id == traveler_id, at=at)
    else:
        take_badge_back(traveler_id, at=at)


def _refuse_strangers(variant_id: int, traveler_id: int) -> None:
    theirs = (
        sa.select(Traveler.id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .where(
            Traveler.id == traveler_id,
            Booking.variant_id == variant_id,
            Booking.state.in_(HAS_PLACE),
        )
    )
    if session().scalar(theirs) is None:
        raise NotFound("They have no place on this departure. Its report shows who has.")


def set_gallery(actor: Actor, variant_id: int, address: str, *, at: datetime) -> None:
    """Say where the pictures are; empty: nobody says so any more. Raises BadInput."""
    variant = locked_variant(variant_id)
    before = gallery_of(variant_id)
    if before == address:
        return
    if address and not address.startswith("https://"):
        raise BadInput("Enter an address that begins with https://.", field="address")
    if address:
        put = insert_or_skip(TripGallery).values(variant_id=variant_id, address=address)
        session().execute(
            put.on_conflict_do_update(index_elements=["variant_id"], set_={"address": address})
        )
    else:
        session().execute(sa.delete(TripGallery).where(TripGallery.variant_id == variant_id))
    _note(actor, variant, "trips.gallery", at, before=before, after=address)


def _note(actor: Actor, variant: Variant, deed: str, at: datetime, **facts: object) -> None:
    note_deed(actor, deed, variant.reward_id, at=at, sku=variant.sku, **facts)
