"""The first page after signing in: what one has, what one can get, what needs a look."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.views.balance import purse_of
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.ledger.queries.statement import points_statement
from marketplace.web.navigation import home_cards
from marketplace.web.pages import current_actor, render_page, requires

LATEST = 5

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.CATALOG_BROWSE)
def show() -> ResponseReturnValue:
    """Greeting, goal, rewards within reach, trips, and a card for each thing that waits."""
    actor, at = current_actor(), clock.now()
    purse = purse_of(actor, at)
    return render_page(
        "home.html",
        first_name=actor.name.split()[0],
        shelf=queries.home_shelf(actor, available=purse.available, at=at),
        purse=purse,
        cards=home_cards(actor, at),
        latest=points_statement(actor.id, limit=LATEST).entries,
    )
