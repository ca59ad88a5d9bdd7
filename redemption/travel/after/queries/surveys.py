"""What travelers are asked, and what they said together."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.travel.after.errors import TooFewAnswers
from redemption.travel.after.models import NoShow, SurveyAnswer, SurveyTaken, TripGallery
from redemption.travel.after.states import LEAST_ANSWERS, SCALES, SURVEY_DAYS, WORDS, Question


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What waits for somebody who is back from a trip."""

    variant_id: int
    name: str
    place: str
    ends_on: date
    gallery: str
    has_answered: bool

    def may_answer(self, on: date) -> bool:
        """Whether they are asked on a day."""
        return not self.has_answered and on <= self.closes_on

    @property
    def closes_on(self) -> date:
        """The last day to answer."""
        return self.ends_on + timedelta(days=SURVEY_DAYS)


def afterwards(actor: Actor, reference: str) -> Afterwards:
    """What waits for this person after a trip they went on. Raises NotFound for everybody else."""
    row = (
        session()
        .execute(
            sa.select(
                Booking.variant_id,
                Reward.name,
                Departure.place,
                Departure.ends_on,
                sa.func.coalesce(TripGallery.address, "").label("gallery"),
                SurveyTaken.employee_id.is_not(None).label("has_answered"),
            )
            .join(Traveler, Traveler.booking_id == Booking.id)
            .join(Variant, Variant.id == Booking.variant_id)
            .join(Reward, Reward.id == Variant.reward_id)
            .join(Departure, Departure.variant_id == Booking.variant_id)
            .outerjoin(TripGallery, TripGallery.variant_id == Booking.variant_id)
            .outerjoin(NoShow, NoShow.traveler_id == Traveler.id)
            .outerjoin(
                SurveyTaken,
                sa.and_(
                    SurveyTaken.variant_id == Booking.variant_id,
                    SurveyTaken.employee_id == Traveler.employee_id,
                ),
            )
            .where(
                Booking.reference == reference,
                Booking.state == BookingState.TRAVELED,
                Traveler.employee_id == actor.id,
                NoShow.traveler_id.is_(None),
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such trip that you have been on.")
    return Afterwards(*row)


@dataclass(frozen=True, slots=True)
class Spread:
    """How answers on a scale lie: how many said 0, 1, and so on."""

    question: Question
    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many answered it."""
        return sum(self.counts)

    @property
    def average(self) -> str:
        """The mean with one digit behind the point."""
        said = sum(value * count for value, count in enumerate(self.counts))
        return f"{said / self.answers:.1f}" if self.answers else "–"

    @property
    def most(self) -> int:
        """The largest count."""
        return max(self.counts)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was said about a departure. With too few answers only their number is told."""

    asked: int
    answers: int
    spreads: tuple[Spread, ...] = ()
    words: tuple[tuple[Question, tuple[str, ...]], ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether what was said may be read."""
        return self.answers >= LEAST_ANSWERS


def survey_of(variant_id: int) -> Survey:
    """What was said about a departure."""
    asked = session().scalar(
        sa.select(sa.func.count(sa.distinct(Traveler.employee_id)))
        .join(Booking, Booking.id == Traveler.booking_id)
        .outerjoin(NoShow, NoShow.traveler_id == Traveler.id)
        .where(
            Booking.variant_id == variant_id,
            Booking.state == BookingState.TRAVELED,
            NoShow.traveler_id.is_(None),
        )
    )
    said = _said(variant_id)
    if len(said) < LEAST_ANSWERS:
        return Survey(asked or 0, len(said))
    return Survey(
        asked or 0,
        len(said),
        tuple(_spread(question, said) for question in SCALES),
        tuple((one, tuple(s[one.name] for s in said if s.get(one.name))) for one in WORDS),
    )


def answers_of(variant_id: int) -> list[dict[str, Any]]:
    """Each answer, in no order. Raises TooFewAnswers."""
    said = _said(variant_id)
    if len(said) < LEAST_ANSWERS:
        raise TooFewAnswers(answers=len(said), least=LEAST_ANSWERS)
    return said


def _said(variant_id: int) -> list[dict[str, Any]]:
    rows = session().scalars(
        sa.select(SurveyAnswer.said)
        .where(SurveyAnswer.variant_id == variant_id)
        .order_by(SurveyAnswer.key)
    )
    return list(rows)


def _spread(question: Question, said: list[dict[str, Any]]) -> Spread:
    counted = Counter(one[question.name] for one in said if one.get(question.name) is not None)
    assert question.most is not None
    return Spread(question, tuple(counted[value] for value in range(question.most + 1)))
