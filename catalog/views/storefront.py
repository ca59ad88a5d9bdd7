"""The storefront and the page of one reward."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog import choosing, queries
from catalog.extras import Wanted, line_piece
from catalog.links import redeem_url
from catalog.saved_views.shelf import shown_views
from catalog.views.balance import purse_of
from catalog.views.opening import opening_of
from catalog.views.reward_facts import lock_words, page_facts
from catalog.views.shelf_links import ShelfLinks, as_typed, filters_of
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
    actor, filters = current_actor(), filters_of(request.args)
    opening = opening_of(actor, clock.now())
    purse = opening.purse
    page = queries.storefront(
        opening.reader, filters, available=purse.available, more=shelves_around()
    )
    shelf = ShelfLinks(page, url_for("catalog.shelf"))
    return render_page(
        "catalog/shelf.html",
        page=page,
        purse=purse,
        shelf=shelf,
        saved=shown_views(actor, opening.views, shelf.asked),
        around=around(page.more),
        **as_typed(page.filters, request.args),
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
    page, wrong = choosing.chosen_on(page, request.args)
    remember_view(actor, page, at=at)
    return render_page(
        "catalog/show.html",
        **page_facts(actor, page, request.args, wrong=wrong, available=purse.available, at=at),
        purse=purse,
        lock=lock_words(actor, page.chosen),
        redeem_url=redeem_url(page.chosen),
        wishing=wishing(actor, page, purse.available, at=at),
        line=line_piece(actor, Wanted(page.chosen, purse.available, page.used), at),
    )
