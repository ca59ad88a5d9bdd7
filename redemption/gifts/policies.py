"""What may be given to a colleague and until when they answer, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.offers import Offer
from catalog.states import Kind
from redemption.gifts.states import GiftState
from redemption.states import LineState

GIVEN_KINDS = frozenset({Kind.GIFT_CARD, Kind.MERCHANDISE, Kind.EXPERIENCE})
ANSWER_DAYS = 14
LONGEST_MESSAGE = 400


def gift_obstacle(offer: Offer) -> str:
    """Why an offer can't be given to a colleague; empty where it can."""
    if offer.kind not in GIVEN_KINDS:
        return f"{offer.kind.label} is for yourself and can't be given to a colleague."
    if offer.no_gifts:
        return "This is for yourself and can't be given to a colleague."
    if offer.details:
        return "This asks for something only you can say, so it can't be given to a colleague."
    return ""


def answer_by(at: datetime) -> datetime:
    """Until when the colleague may answer."""
    return at + timedelta(days=ANSWER_DAYS)


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What decides whether a gift can be answered now."""

    line_state: LineState
    state: GiftState
    answer_by: datetime | None


def answer_obstacle(facts: AnswerFacts, *, at: datetime) -> str:
    """Why a gift can't be answered now, said to the colleague; empty where it can."""
    if facts.state is not GiftState.OPEN:
        return f"This was answered before: {facts.state.label.lower()}."
    if facts.line_state is not LineState.APPROVED or facts.answer_by is None:
        return "This gift was taken back."
    if at >= facts.answer_by:
        return "The days to answer are over, and the points went back to who gave it."
    return ""
