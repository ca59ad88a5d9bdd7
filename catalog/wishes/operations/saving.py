"""What a person does with their wish list. Each locks that list first."""

from datetime import datetime

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.wishes.errors import ListFull
from catalog.wishes.models import Wish, WishChoice
from catalog.wishes.policies import level_of
from catalog.wishes.queries.saved import Notes, offer_to_save
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.queries import points_of

MOST_SAVED = 60


def save_wish(
    actor: Actor,
    slug: str,
    *,
    variant_id: int | None = None,
    asked_for_return: bool = False,
    at: datetime,
) -> Offer:
    """Put a reward on the list, or the variant meant anew; what it means now.

    Raises NotFound when it is not theirs to see, ListFull.
    """
    _lock_list(actor.id)
    offer = offer_to_save(actor, slug, variant_id, at=at)
    wish = _wish_for(actor.id, offer.reward_id)
    if wish is None:
        wish = _new_wish(actor.id, offer, at)
    elif variant_id is None and wish.variant_id is not None:
        offer = offer_to_save(actor, slug, wish.variant_id, at=at)
    if variant_id == offer.variant_id and wish.variant_id != variant_id:
        _mean(wish, offer, at)
    if asked_for_return:
        wish.asked_for_return = True
    wish.version += 1
    session().flush()
    return offer


def _new_wish(employee_id: int, offer: Offer, at: datetime) -> Wish:
    saved = session().scalar(
        sa.select(sa.func.count()).select_from(Wish).where(Wish.employee_id == employee_id)
    )
    if (saved or 0) >= MOST_SAVED:
        raise ListFull(most=MOST_SAVED)
    wish = Wish(
        employee_id=employee_id,
        reward_id=offer.reward_id,
        saved_at=at,
        saved_points=offer.points,
        seen_points=offer.points,
        is_sold_out=offer.is_sold_out,
        version=0,
    )
    session().add(wish)
    return wish


def _mean(wish: Wish, offer: Offer, at: datetime) -> None:
    """Another variant is meant: its price of today is what later ones are compared with."""
    wish.variant_id = offer.variant_id
    wish.saved_points = wish.seen_points = offer.points
    wish.is_sold_out = offer.is_sold_out
    if wish.is_goal:
        available = points_of(wish.employee_id, at=at).available
        wish.goal_level = level_of(available, offer.points)


def take_off(actor: Actor, *, reward_id: int | None = None, wish_id: int | None = None) -> bool:
    """Take a reward (or a wish) off the list; False when it was not there."""
    _lock_list(actor.id)
    which = Wish.id == wish_id if wish_id is not None else Wish.reward_id == reward_id
    gone = session().execute(sa.delete(Wish).where(which, Wish.employee_id == actor.id))
    return rows_changed(gone) == 1


def make_goal(actor: Actor, slug: str, *, variant_id: int | None = None, at: datetime) -> Offer:
    """Make a reward the one goal of a person; it is on their list from then on.

    Of the levels reached already nothing is told later. Raises as `save_wish` does.
    """
    offer = save_wish(actor, slug, variant_id=variant_id, at=at)
    give_up_goal(actor)
    wish = _wish_for(actor.id, offer.reward_id)
    assert wish is not None, "it has just been saved"
    wish.goal_level = level_of(points_of(actor.id, at=at).available, offer.points)
    wish.is_goal = True
    wish.version += 1
    session().flush()
    return offer


def give_up_goal(actor: Actor) -> bool:
    """Have no goal; what it was stays on the list. False when there was none."""
    _lock_list(actor.id)
    former = session().execute(
        sa.update(Wish)
        .where(Wish.employee_id == actor.id, Wish.is_goal)
        .values(is_goal=False, goal_level=0, version=Wish.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    return rows_changed(former) > 0


def choose_notes(actor: Actor, notes: Notes) -> None:
    """Say which notes one wants."""
    _lock_list(actor.id)
    session().execute(
        sa.update(WishChoice)
        .where(WishChoice.employee_id == actor.id)
        .values(goal_notes=notes.goal, price_notes=notes.price, stock_notes=notes.stock)
    )


def own_wish(actor: Actor, wish_id: int) -> None:
    """Refuse what is not on one's own list: NotFound."""
    owner = session().scalar(sa.select(Wish.employee_id).where(Wish.id == wish_id))
    if owner is None or owner != actor.employee_id:
        raise NotFound("This is not on your wish list any more.")


def _wish_for(employee_id: int, reward_id: int) -> Wish | None:
    return session().scalar(
        sa.select(Wish)
        .where(Wish.employee_id == employee_id, Wish.reward_id == reward_id)
        .execution_options(populate_existing=True)
    )


def _lock_list(employee_id: int) -> None:
    """Two browsers of one person take turns from here on."""
    session().execute(
        insert_or_skip(WishChoice).values(employee_id=employee_id).on_conflict_do_nothing()
    )
    session().execute(
        sa.select(WishChoice.employee_id)
        .where(WishChoice.employee_id == employee_id)
        .with_for_update()
    )
