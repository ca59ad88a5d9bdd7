"""The first page after signing in: what one has, what one can get, what needs a look."""

from collections.abc import Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.views.balance import purse_of
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.ledger.queries.pace import FEWEST_EARNINGS, PACE_DAYS, Earned, pace_of
from marketplace.ledger.queries.statement import StatementEntry, points_statement
from marketplace.ledger.states import TransferKind
from marketplace.ledger.stories import Entry, Story, stories_of
from marketplace.web.navigation import home_cards
from marketplace.web.pages import current_actor, render_page, requires

LATEST = 5
LONGEST_FORECAST = 104  # weeks

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.CATALOG_BROWSE)
def show() -> ResponseReturnValue:
    """Greeting, goal, rewards within reach, trips, and a card for each thing that waits."""
    actor, at = current_actor(), clock.now()
    purse = purse_of(actor, at)
    shelf = queries.home_shelf(actor, available=purse.available, at=at)
    latest = points_statement(actor.id, limit=LATEST).entries
    return render_page(
        "home.html",
        first_name=actor.name.split()[0],
        shelf=shelf,
        purse=purse,
        forecast=_forecast(pace_of(actor.id, at=at), shelf.next.points - purse.available)
        if shelf.next
        else "",
        cards=home_cards(actor, at),
        latest=latest,
        stories=_stories(latest),
    )


def _forecast(pace: Earned, to_go: int) -> str:
    """When the goal is reached, as far as one can honestly say."""
    weeks = pace.weeks_to(to_go)
    if weeks is None:
        return f"No forecast yet: it takes {FEWEST_EARNINGS} earnings within {PACE_DAYS} days."
    if weeks > LONGEST_FORECAST:
        return f"At your pace of the last {PACE_DAYS} days that is more than two years."
    about = "a week" if weeks == 1 else f"{weeks} weeks"
    return f"At your pace of the last {PACE_DAYS} days that is about {about}."


def _stories(latest: Sequence[StatementEntry]) -> dict[int, Story]:
    """What points went to; where they came from stands in the entries themselves."""
    return stories_of(
        Entry(entry.transfer_id, entry.reference)
        for entry in latest
        if entry.kind is not TransferKind.GRANT
    )
