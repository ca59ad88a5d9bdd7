"""What other pages of the catalog show of wishes, and what they note of their readers."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Response, after_this_request, current_app, request
from flask.ctx import AppContext
from sqlalchemy.exc import SQLAlchemyError

from catalog.forecast import Forecast, ask_by, forecast
from catalog.links import redeem_label, redeem_url
from catalog.offers import Offer
from catalog.queries import RewardPage
from catalog.queries.audience import Reader
from catalog.wishes.operations import recent
from catalog.wishes.policies import percent_of
from catalog.wishes.queries.saved import OwnGoal, Saved, goal_of, standing_in, was_just_seen
from catalog.wishes.states import Circle
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.ledger.queries.pace import Earned
from marketplace.ledger.views import points_now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Goal:
    """The reward somebody works towards, as the home page and the wish list show it.

    `choice` is the amount, size or departure they chose, empty when any will do.
    """

    offer: Offer
    choice: str
    percent: int
    to_go: int
    forecast: Forecast
    redeem_url: str

    @property
    def redeem_label(self) -> str:
        """What the button says once the points are there; the check page knows who has to agree."""
        return redeem_label(self.offer, needs_a_yes=True)

    @property
    def is_reached(self) -> bool:
        """Whether the points are there."""
        return self.to_go == 0


def own_goal(reader: Reader, available: int) -> tuple[Goal | None, Earned]:
    """The goal a person chose, ready to be shown, and how fast they earn; one statement."""
    mine, actor, at = goal_of(reader), reader.actor, reader.at
    if mine.offer is None:
        return None, mine.pace
    return goal_towards(actor, mine.offer, mine, available, mine.pace, at=at), mine.pace


def goal_towards(
    actor: Actor,
    offer: Offer,
    wish: OwnGoal | Saved,
    available: int,
    pace: Earned,
    *,
    at: datetime,
) -> Goal:
    """How far `available` points are from the offer of a wish that is somebody's goal."""
    to_go = max(0, offer.points - available)
    return Goal(
        offer=offer,
        choice=wish.choice,
        percent=percent_of(available, offer.points),
        to_go=to_go,
        forecast=forecast(pace, to_go, owed=points_now(actor, at).owed, at=at, by=wish.by),
        redeem_url=redeem_url(offer),
    )


@dataclass(frozen=True, slots=True)
class OnePage:
    """What the page of one reward says about wishing for it."""

    is_saved: bool
    is_goal: bool
    asked_for_return: bool
    forecast: str
    chosen_by: str


def wishing(actor: Actor, page: RewardPage, available: int, *, at: datetime) -> OnePage:
    """How the reader stands to the reward whose page this is, from its `standing_columns`."""
    found, owed, offer = standing_in(page.more), points_now(actor, at).owed, page.chosen
    to_go = max(0, offer.points - available)
    says = forecast(found.pace, to_go, owed=owed, at=at, by=ask_by([offer])).text
    return OnePage(
        is_saved=found.is_saved,
        is_goal=found.is_goal,
        asked_for_return=found.asked_for_return,
        forecast=says,
        chosen_by=_chosen_words(found.chosen_by),
    )


def _chosen_words(chosen_by: tuple[Circle, int] | None) -> str:
    if chosen_by is None:
        return ""
    circle, at_least = chosen_by
    return f"{at_least} or more people in {circle.words} chose this."


def remember_view(actor: Actor, page: RewardPage, *, at: datetime) -> None:
    """Note, once the page is sent, that its reader looked at the reward.

    The page itself stays a reader: what it notes is a small transaction of its own afterwards, and
    nobody waits for it or hears when it fails.
    """
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if request.method != "GET" or is_ahead or was_just_seen(page.more, at=at):
        return
    note = partial(_note_view, current_app.app_context(), actor.id, page.chosen.reward_id, at)

    @after_this_request
    def _afterwards(answer: Response) -> Response:
        answer.call_on_close(note)
        return answer


def _note_view(app: AppContext, employee_id: int, reward_id: int, at: datetime) -> None:
    try:
        with app, transaction():
            recent.note_view(employee_id, reward_id, at=at)
    except SQLAlchemyError as failure:
        log.warning("A view of reward %s was not noted: %s", reward_id, type(failure).__name__)
