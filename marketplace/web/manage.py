"""`/manage`: everything a manager runs on one page, also where a second bar has no room."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.navigation import counts, home_cards, nav_items
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("manage", __name__)


@bp.get("/manage")
@requires(Permission.SETTINGS_OWN)
def show() -> ResponseReturnValue:
    """What needs a look first, then every place this person manages."""
    actor, at = current_actor(), clock.now()
    places = [(item, url_for(item.endpoint)) for item in nav_items(actor, "manage")]
    if not places:
        abort(404)
    cards = home_cards(actor, at)
    return render_page("manage.html", places=places, counts=counts(actor), cards=cards)
