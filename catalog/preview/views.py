"""`/manage/catalog/preview`: the catalog as a given person sees it, to look at only."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog import choosing, queries
from catalog.preview.frames import HERE, drawn_as, heading_of
from catalog.preview.operations import note_look
from catalog.queries import HomeShelf
from catalog.queries.audience import reader_of
from catalog.views.balance import Purse, purse_of
from catalog.views.reward_facts import lock_words, page_facts
from catalog.views.shelf_links import ShelfLinks, as_typed, filters_of
from catalog.wishes.queries.shelves import Around
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.queries import point_value
from marketplace.people.queries import actor_of, people_list
from marketplace.web.arguments import id_if_readable
from marketplace.web.pages import current_actor, render_page, requires, see_other

bp = Blueprint("catalog_preview", __name__, url_prefix="/manage/catalog/preview")
FOUND = 20
LONGEST_SEARCH = 60


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def choose() -> ResponseReturnValue:
    """Choose a person; with `person` in the address their storefront opens."""
    person_id = id_if_readable("person")
    if person_id is not None:
        return see_other("catalog_preview.shelf", person_id=person_id)
    text = request.args.get("q", "")[:LONGEST_SEARCH].replace("\0", "")
    people = people_list(text=text, limit=FOUND, at_work=True)
    return render_page("catalog/preview/choose.html", text=text, people=people)


@bp.get("/<int:person_id>/home")
@requires(Permission.CATALOG_MANAGE)
def home(person_id: int) -> ResponseReturnValue:
    """What their home page shows of the catalog."""
    person, purse, at = _looking_as(person_id)
    shelf = queries.home_shelf(reader_of(person, at), available=purse.available)
    return _framed(person, purse, "catalog/preview/home.html", shelf=_unused(shelf))


@bp.get("/<int:person_id>/rewards")
@requires(Permission.CATALOG_MANAGE)
def shelf(person_id: int) -> ResponseReturnValue:
    """Their storefront, with its filters and pages."""
    person, purse, at = _looking_as(person_id)
    filters = filters_of(request.args)
    page = queries.storefront(reader_of(person, at), filters, available=purse.available)
    cards = tuple(replace(card, is_used_up=False) for card in page.cards)
    page = replace(page, cards=cards, hero=_unused(page.hero) if page.hero else None)
    return _framed(
        person,
        purse,
        "catalog/shelf.html",
        page=page,
        shelf=ShelfLinks(page, url_for("catalog_preview.shelf", person_id=person_id)),
        around=Around(None, (), ()),
        **as_typed(page.filters, request.args),
    )


@bp.get("/<int:person_id>/rewards/<slug>")
@requires(Permission.CATALOG_MANAGE)
def show(person_id: int, slug: str) -> ResponseReturnValue:
    """The page of a reward as they see it; what they had of it before is not told."""
    person, purse, at = _looking_as(person_id)
    variant_id = id_if_readable("variant")
    page = queries.reward_page(
        person, slug, available=purse.available, at=at, variant_id=variant_id
    )
    page, wrong = choosing.chosen_on(replace(page, used=0), request.args)
    return _framed(
        person,
        purse,
        "catalog/show.html",
        **page_facts(person, page, request.args, wrong=wrong, available=purse.available, at=at),
        wishing=None,
        line=None,
        lock=lock_words(person, page.chosen, tells_earned=_may_know_balances()),
        redeem_url=HERE,
    )


def _looking_as(person_id: int) -> tuple[Actor, Purse, Any]:
    """The person, what they have as far as the manager may know it, and when; it is noted."""
    manager, at = current_actor(), clock.now()
    person = actor_of(person_id)
    with transaction():
        note_look(manager, person_id, at=at)
    if _may_know_balances():
        return person, purse_of(person, at), at
    return person, Purse(0, 0, point_value(person.country, at=at)), at


def _may_know_balances() -> bool:
    """Whether who looks may know what people have and what they earned."""
    return current_actor().may(Permission.REPORTS_VIEW)


def _unused(shelf: HomeShelf) -> HomeShelf:
    """The shelf without what it says of what the person had before."""
    return replace(
        shelf,
        now=tuple(replace(card, is_used_up=False) for card in shelf.now),
        next=replace(shelf.next, is_used_up=False) if shelf.next else None,
        trips=tuple(replace(card, is_used_up=False) for card in shelf.trips),
    )


def _framed(person: Actor, purse: Purse, template: str, **context: Any) -> ResponseReturnValue:
    looked = drawn_as(person.id, template, purse=purse, **context)
    return render_page(
        "catalog/preview/frame.html",
        person=person,
        heading=heading_of(looked),
        available=purse.available if _may_know_balances() else None,
        looked=looked,
    )
