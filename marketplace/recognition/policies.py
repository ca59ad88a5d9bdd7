"""What may be given, and what the rules of giving notice. Pure: facts in, findings out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from marketplace.recognition.states import CapPeriod, Watched
from marketplace.recognition.terms import RecognitionTerms
from marketplace.web.filters import points_word

SHORTEST_MESSAGE = 20
MOST_RECIPIENTS = 20


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What went between a giver and one recipient in a program before, points only.

    `times` within the days of repetition; `points_this_month` and `points_this_period` given;
    `received_at` is when the giver last got points from them, within the days of reciprocity.
    """

    recipient_id: int
    name: str
    times: int = 0
    points_this_month: int = 0
    points_this_period: int = 0
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the rules of giving notice: about whom, and the words for the giver."""

    watched: Watched
    recipient_id: int
    sentence: str
    numbers: dict[str, int]


def findings(
    terms: RecognitionTerms, pair: PairFacts, *, points: int, granted: int, at: datetime
) -> list[Finding]:
    """What is noticed when so many points go to one person; `granted` is the month's allowance."""
    if points <= 0:
        return []
    looks = (
        _back_and_forth(terms, pair, at),
        _again(terms, pair),
        _much_of_the_month(terms, pair, points, granted),
        _above_the_cap(terms, pair, points),
    )
    return [found for found in looks if found is not None]


def _back_and_forth(terms: RecognitionTerms, pair: PairFacts, at: datetime) -> Finding | None:
    if not terms.reciprocity_days or pair.received_at is None:
        return None
    days = (at - pair.received_at).days
    when = "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} ago"
    return Finding(
        Watched.RECIPROCITY,
        pair.recipient_id,
        f"{pair.name} gave you points {when}. Points that come back within "
        f"{terms.reciprocity_days} days look like an exchange.",
        {"days": days, "limit": terms.reciprocity_days},
    )


def _again(terms: RecognitionTerms, pair: PairFacts) -> Finding | None:
    if terms.repeat_times is None or pair.times < terms.repeat_times:
        return None
    return Finding(
        Watched.REPETITION,
        pair.recipient_id,
        f"You gave {pair.name} points {_times(pair.times)} in the last {terms.repeat_days} days. "
        f"This program looks for at most {terms.repeat_times}.",
        {"times": pair.times + 1, "limit": terms.repeat_times, "days": terms.repeat_days},
    )


def _much_of_the_month(
    terms: RecognitionTerms, pair: PairFacts, points: int, granted: int
) -> Finding | None:
    together = pair.points_this_month + points
    if terms.most_share is None or not granted or together * 100 <= terms.most_share * granted:
        return None
    return Finding(
        Watched.DISTRIBUTION,
        pair.recipient_id,
        f"{pair.name} would have {together:,} of the {points_word(granted)} you may give this "
        f"month. This program looks for at most {terms.most_share} percent to one person.",
        {"points": together, "granted": granted, "limit": terms.most_share},
    )


def _above_the_cap(terms: RecognitionTerms, pair: PairFacts, points: int) -> Finding | None:
    together = pair.points_this_period + points
    if terms.pair_points is None or together <= terms.pair_points:
        return None
    return Finding(
        Watched.CAP,
        pair.recipient_id,
        f"{pair.name} would have {points_word(together)} from you this {terms.pair_period}. "
        f"The cap for one person is {terms.pair_points:,}.",
        {"points": together, "limit": terms.pair_points},
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def month_of(moment: datetime | date) -> date:
    """The month an allowance is for, named by its first day; months are those of UTC."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day.replace(day=1)


def end_of_month(month: date) -> date:
    """The last day of a month named by its first."""
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def start_of_period(period: CapPeriod, at: datetime) -> datetime:
    """When the month, quarter or year of a moment began, in UTC."""
    first = month_of(at)
    if period is CapPeriod.QUARTER:
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    elif period is CapPeriod.YEAR:
        first = first.replace(month=1)
    return datetime(first.year, first.month, 1, tzinfo=UTC)


def message_obstacle(message: str, *, longest: int) -> str | None:
    """Why a message can't be sent, and what to write."""
    length = len(message.strip())
    if length < SHORTEST_MESSAGE:
        return (
            f"Write at least {SHORTEST_MESSAGE} characters: what they did, and what came of it. "
            f"There {'is' if length == 1 else 'are'} {length} so far."
        )
    if length > longest:
        return f"Keep it under {longest} characters. There are {length}."
    return None


def recipients_obstacle(giver_id: int | None, recipients: Sequence[int]) -> str | None:
    """Why these people can't be recognized together."""
    if not recipients:
        return "Choose who you want to thank."
    if giver_id is not None and giver_id in recipients:
        return "You can't recognize yourself. Choose somebody else."
    if len(set(recipients)) < len(recipients):
        return "Somebody stands twice among those you chose. Choose everyone once."
    if len(recipients) > MOST_RECIPIENTS:
        return f"Choose at most {MOST_RECIPIENTS} people. There are {len(recipients)}."
    return None
