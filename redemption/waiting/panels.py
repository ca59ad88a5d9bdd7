"""What the page of a sold-out reward, or of a trip, shows of the line for it."""

from datetime import datetime

from catalog.extras import Piece, Wanted, shows_line
from catalog.links import redeem_url
from catalog.policies import Obstacle
from catalog.trips.terms import parties, places_most, places_words
from marketplace.access.actor import Actor
from marketplace.web.navigation import counts
from redemption.waiting.policies import (
    KEPT_HOURS,
    Means,
    kept_words,
    place_words,
    wait_obstacle,
)
from redemption.waiting.queries.standing import Standing, line_for

TURNS = "waiting.mine"
TEMPLATE = "waiting/_on_reward.html"


@shows_line
def line_of(actor: Actor, wanted: Wanted, at: datetime) -> Piece | None:
    """The line for what is wanted, one's own place in it, and the way into it.

    None while some are left, but for whom others are kept.
    """
    if not wanted.offer.is_sold_out and not counts(actor).get(TURNS):
        return None
    offer, line = wanted.offer, line_for(actor, wanted.offer, at=at)
    mine, is_trip = line.standing, offer.departure is not None
    if mine.state is None and not offer.is_sold_out:
        return None
    means = Means(balance=wanted.available, used=wanted.used, has_place=line.has_place)
    obstacle = wait_obstacle(offer, means, 1, at=at)
    return Piece(
        TEMPLATE,
        {
            "offer": offer,
            "standing": mine,
            "is_turn": mine.is_turn(at),
            "words": place_words(mine.place) if mine.place else "",
            "length_words": length_words(mine, is_trip=is_trip),
            "kept_hours": KEPT_HOURS,
            "kept": kept_words(mine.units, is_trip=is_trip),
            "places": places_words(mine.units) if is_trip else "",
            "rule": line.terms.line_rule.words if is_trip else "",
            "parties": parties(places_most(line.terms)),
            "may_wait": obstacle is None,
            "why_not": why_not(obstacle),
            "redeem_url": redeem_url(offer),
        },
    )


def length_words(line: Standing, *, is_trip: bool) -> str:
    """How long a line is for who thinks of joining it."""
    if not line.in_line:
        return "Nobody waits for it yet."
    places = f", for {places_words(line.units_in_line)}" if is_trip else ""
    people = "person waits" if line.in_line == 1 else "people wait"
    return f"{line.in_line:,} {people} already{places}."


def why_not(obstacle: Obstacle | None) -> str:
    """Why somebody can't get in line, where that is not plain from the page itself."""
    if obstacle is None or obstacle.code not in _WHY:
        return ""
    return f"{_WHY[obstacle.code]}{obstacle.text[0].lower()}{obstacle.text[1:]}"


_WHY = {
    "insufficient_points": "The line is for those who have the points: ",
    "limit_reached": "You can’t wait for it: ",
    "has_place": "You can’t wait for it: ",
}
