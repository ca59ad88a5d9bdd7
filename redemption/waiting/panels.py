"""What the page of a sold-out reward shows of its line."""

from datetime import datetime

from catalog.extras import Piece, when_sold_out
from catalog.links import redeem_url
from catalog.policies import Obstacle
from catalog.queries import RewardPage
from marketplace.access.actor import Actor
from redemption.waiting.policies import KEPT_HOURS, place_words, wait_obstacle
from redemption.waiting.queries.standing import standing_in_line

TEMPLATE = "waiting/_on_reward.html"


@when_sold_out
def line_piece(actor: Actor, page: RewardPage, available: int, at: datetime) -> Piece:
    """The line for what is chosen, one's own place in it, and the way into it."""
    wanted, mine = page.chosen, standing_in_line(actor, page.chosen.variant_id)
    obstacle = wait_obstacle(wanted, available, used=page.used, at=at)
    return Piece(
        TEMPLATE,
        {
            "standing": mine,
            "is_turn": mine.is_turn(at),
            "words": place_words(mine.place) if mine.place else "",
            "length_words": length_words(mine.in_line),
            "kept_hours": KEPT_HOURS,
            "may_wait": obstacle is None,
            "why_not": why_not(obstacle),
            "redeem_url": redeem_url(wanted),
        },
    )


def length_words(in_line: int) -> str:
    """How long a line is for who thinks of joining it."""
    if not in_line:
        return "Nobody waits for it yet."
    return f"{in_line:,} {'person waits' if in_line == 1 else 'people wait'} already."


def why_not(obstacle: Obstacle | None) -> str:
    """Why somebody can't get in line, where that is not plain from the page itself."""
    if obstacle is None or obstacle.code not in _WHY:
        return ""
    return f"{_WHY[obstacle.code]}{obstacle.text[0].lower()}{obstacle.text[1:]}"


_WHY = {
    "insufficient_points": "The line is for those who have the points: ",
    "limit_reached": "You can’t wait for it: ",
}
