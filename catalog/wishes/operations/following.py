"""Looking again at wishes whose price, stock or goal moved."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.queries.audience import reader_of
from catalog.wishes.models import Wish
from catalog.wishes.policies import Now, what_changed
from catalog.wishes.queries.due import Due
from catalog.wishes.queries.saved import meant, notes_wanted, offers_of
from catalog.wishes.states import NoteKind
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell one person about one reward they saved."""

    kind: NoteKind
    employee_id: int
    offer: Offer
    has_choice: bool
    saved_points: int
    available: int


def look_again(due: Due, *, at: datetime) -> list[News]:
    """Bring a wish up to date; what there is to tell and its owner wants to hear.

    Whoever else looked meanwhile has the say: then nothing is changed and nothing told. To whom the
    reward is not offered any more nothing is told either.
    """
    wish = session().get(Wish, due.wish_id, populate_existing=True)
    if wish is None:
        return []
    try:
        actor = actor_of(wish.employee_id)
    except NotFound:  # left since
        return []
    offers = offers_of(reader_of(actor, at), [wish.reward_id]).get(wish.reward_id, [])
    offer = meant(offers, wish.variant_id)
    available = points_of(wish.employee_id, at=at).available
    now = Now(
        points=offer.points if offer else due.points,
        has_unit=_has_unit(offers, wish) if offer else due.has_unit,
        available=available,
    )
    changes, kinds = what_changed(wish, now, today=at.date())
    if not changes or not _is_first(wish, changes) or offer is None:
        return []
    return [
        News(kind, actor.id, offer, wish.variant_id is not None, wish.saved_points, available)
        for kind in kinds
        if _is_wanted(wish, kind)
    ]


def _has_unit(offers: list[Offer], wish: Wish) -> bool:
    """Whether the variant meant can be had, or any of them where none was chosen."""
    on_sale = [one for one in offers if one.is_on_sale]
    chosen = [one for one in on_sale if one.variant_id == wish.variant_id] or on_sale
    return any(not one.is_sold_out for one in chosen)


def _is_first(wish: Wish, changes: dict[str, object]) -> bool:
    """Write the changes unless somebody else changed the wish since it was read."""
    written = session().execute(
        sa.update(Wish)
        .where(Wish.id == wish.id, Wish.version == wish.version)
        .values(**changes, version=Wish.version + 1)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(written) == 1


def _is_wanted(wish: Wish, kind: NoteKind) -> bool:
    wanted = notes_wanted(wish.employee_id)
    if kind is NoteKind.BACK:
        return wanted.stock or wish.asked_for_return
    return wanted.price if kind is NoteKind.CHEAPER else wanted.goal
