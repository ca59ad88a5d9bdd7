"""The storefront and the page of one reward."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.extras import approval_note
from catalog.links import redeem_url
from catalog.policies import redeem_obstacle
from catalog.views import reward_facts
from catalog.views.balance import purse_of
from catalog.views.shelf_links import ShelfLinks, filters_of
from catalog.wishes.panels import remember_view, wishing
from catalog.wishes.queries.saved import standing_columns
from catalog.wishes.queries.shelves import around, shelves_around
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.arguments import id_if_readable
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("catalog", __name__, url_prefix="/rewards")


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def shelf() -> ResponseReturnValue:
    """Cards of everything open to the reader, narrowed by the address."""
    actor, at = current_actor(), clock.now()
    filters, purse = filters_of(request.args), purse_of(actor, at)
    more = shelves_around(actor, at)
    page = queries.storefront(actor, filters, available=purse.available, at=at, more=more)
    return render_page(
        "catalog/shelf.html",
        page=page,
        purse=purse,
        hero=page.hero,
        shelf=ShelfLinks(page),
        search_query=filters.query,
        around=around(page.more),
    )


@bp.get("/<slug>")
@requires(Permission.CATALOG_BROWSE)
def show(slug: str) -> ResponseReturnValue:
    """One reward, with the variant in the address chosen."""
    actor, at = current_actor(), clock.now()
    purse = purse_of(actor, at)
    page = queries.reward_page(
        actor,
        slug,
        available=purse.available,
        at=at,
        variant_id=id_if_readable("variant"),
        more=standing_columns(actor, at=at),
    )
    remember_view(actor, page, at=at)
    offer, approval = page.chosen, approval_note(actor, page.chosen, at)
    return render_page(
        "catalog/show.html",
        page=page,
        offer=offer,
        purse=purse,
        obstacle=redeem_obstacle(offer, purse.available, used=page.used, at=at),
        choices=reward_facts.choices_of(page),
        choice_label=reward_facts.choice_label(offer),
        face_value=reward_facts.face_value(page),
        facts=reward_facts.facts_of(page, approval),
        next_steps=reward_facts.next_steps(offer, approval),
        redeem_url=redeem_url(offer),
        wishing=wishing(actor, page, purse.available, at=at),
    )
