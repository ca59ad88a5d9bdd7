"""The first page after signing in: what one has, what one can get, what needs a look."""

from collections.abc import Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.forecast import ask_by, forecast
from catalog.queries import Card
from catalog.queries.audience import Reader, reader_of
from catalog.views.balance import purse_of
from catalog.wishes.panels import own_goal
from catalog.wishes.queries.saved import offers_of
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.ledger.queries.pace import Earned
from marketplace.ledger.queries.statement import StatementEntry, points_statement
from marketplace.ledger.states import TransferKind
from marketplace.ledger.stories import Entry, Story, stories_of
from marketplace.ledger.views import points_now
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
    reader = reader_of(actor, at)
    shelf = queries.home_shelf(reader, available=purse.available)
    goal, pace = own_goal(reader, purse.available)
    latest = points_statement(actor.id, limit=LATEST).entries
    return render_page(
        "home.html",
        first_name=actor.name.split()[0],
        shelf=shelf,
        purse=purse,
        goal=goal,
        forecast=_of_next(reader, shelf.next, pace, purse.available)
        if shelf.next and goal is None
        else "",
        cards=home_cards(actor, at),
        latest=latest,
        stories=_stories(latest),
    )


def _of_next(reader: Reader, card: Card, pace: Earned, available: int) -> str:
    """When the reward on a card comes within reach, for somebody without a goal of their own."""
    variants = offers_of(reader, [card.reward_id]) if card.kind.is_travel else {}
    by = ask_by([one for one in variants.get(card.reward_id, []) if one.is_on_sale])
    owed = points_now(reader.actor, reader.at).owed
    return forecast(pace, card.points - available, owed=owed, at=reader.at, by=by).text


def _stories(latest: Sequence[StatementEntry]) -> dict[int, Story]:
    """What points went to; where they came from stands in the entries themselves."""
    return stories_of(
        Entry(entry.transfer_id, entry.reference)
        for entry in latest
        if entry.kind is not TransferKind.GRANT
    )
