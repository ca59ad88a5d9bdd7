"""Setting the terms of a package."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure, Variant
from catalog.operations.deeds import locked_reward, note_deed
from catalog.packages.errors import PackageTermsMoved
from catalog.packages.models import TravelPackage
from catalog.packages.terms import PackageTerms, kept
from catalog.states import Kind, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput


def set_terms(
    actor: Actor, reward_id: int, terms: PackageTerms, *, seen: int, at: datetime
) -> None:
    """Say what people may ask for; `seen` is the version before one's eyes, 0 for none yet.

    What was asked for before keeps its dates and its guarantee. Raises PackageTermsMoved, BadInput
    for what is no individual trip, or has departures on sale.
    """
    reward = locked_reward(reward_id)
    if reward.kind is not Kind.INDIVIDUAL_TRAVEL:
        raise BadInput(f"{reward.name} is no trip of one's own, so nobody asks for dates.")
    if session().scalar(sa.select(_departs(reward_id))):
        raise BadInput(
            f"{reward.name} has departures on sale. Take them off the shelf, or write a reward of "
            "its own for dates of one's choice."
        )
    before = session().get(TravelPackage, reward_id, populate_existing=True)
    if (before.version if before else 0) != seen:
        raise PackageTermsMoved
    wanted = kept(terms)
    was = {name: getattr(before, name) for name in wanted} if before else {}
    if was == wanted:
        return
    if before is None:
        session().add(TravelPackage(reward_id=reward_id, version=1, **wanted))
    else:
        for name, value in (wanted | {"version": seen + 1}).items():
            setattr(before, name, value)
    session().flush()
    changed = {name: value for name, value in wanted.items() if was.get(name) != value}
    facts = {"before": {name: was.get(name) for name in changed}, "after": changed}
    note_deed(actor, "packages.terms", reward_id, at=at, **facts)


def _departs(reward_id: int) -> sa.ColumnElement[bool]:
    """Whether anything of a reward has dates of its own."""
    return sa.exists().where(
        Departure.variant_id == Variant.id,
        Variant.reward_id == reward_id,
        Variant.state == VariantState.ON_SALE,
    )
