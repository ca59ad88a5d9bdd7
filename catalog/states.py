"""What a reward can be and how it comes and goes."""

from datetime import UTC, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a reward is."""

    BADGE = "badge"
    CERTIFICATE = "certificate"
    GIFT_CARD = "gift_card"
    MERCHANDISE = "merchandise"
    EXPERIENCE = "experience"
    LEARNING = "learning"
    TIME_OFF = "time_off"
    DONATION = "donation"
    INDIVIDUAL_TRAVEL = "individual_travel"
    GROUP_TRIP = "group_trip"

    @property
    def label(self) -> str:
        """The kind in words, one of it."""
        return self.value.replace("_", " ").capitalize()

    @property
    def plural(self) -> str:
        """The kind in words, many of it."""
        return _PLURALS[self]

    @property
    def icon(self) -> str:
        """The icon by which lists tell the kinds apart."""
        return _ICONS[self]

    def units(self, number: int) -> str:
        """So many of what a stock of this kind counts: `1 seat`, `20 places`."""
        return f"{number:,} {_UNITS[self]}{'' if number == 1 else 's'}"

    @property
    def is_travel(self) -> bool:
        """Whether somebody travels, so that others have to agree first."""
        return self in TRAVEL


_PLURALS = {
    Kind.BADGE: "Badges",
    Kind.CERTIFICATE: "Certificates",
    Kind.GIFT_CARD: "Gift cards",
    Kind.MERCHANDISE: "Merchandise",
    Kind.EXPERIENCE: "Experiences",
    Kind.LEARNING: "Learning",
    Kind.TIME_OFF: "Time off",
    Kind.DONATION: "Donations",
    Kind.INDIVIDUAL_TRAVEL: "Travel",
    Kind.GROUP_TRIP: "Group trips",
}
_UNITS = {
    Kind.BADGE: "badge",
    Kind.CERTIFICATE: "certificate",
    Kind.GIFT_CARD: "card",
    Kind.MERCHANDISE: "piece",
    Kind.EXPERIENCE: "place",
    Kind.LEARNING: "seat",
    Kind.TIME_OFF: "allowance",
    Kind.DONATION: "donation",
    Kind.INDIVIDUAL_TRAVEL: "place",
    Kind.GROUP_TRIP: "place",
}
_ICONS = {
    Kind.BADGE: "award",
    Kind.CERTIFICATE: "scroll-text",
    Kind.GIFT_CARD: "credit-card",
    Kind.MERCHANDISE: "package",
    Kind.EXPERIENCE: "ticket",
    Kind.LEARNING: "graduation-cap",
    Kind.TIME_OFF: "sun",
    Kind.DONATION: "hand-heart",
    Kind.INDIVIDUAL_TRAVEL: "plane",
    Kind.GROUP_TRIP: "users-round",
}
TRAVEL = frozenset({Kind.INDIVIDUAL_TRAVEL, Kind.GROUP_TRIP})


class RewardState(StrEnum):
    """Where a reward stands: being written, offered, no longer offered, a mistake put aside."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The state in words."""
        return self.value.capitalize()


REWARD_MOVES = {
    RewardState.DRAFT: frozenset({RewardState.PUBLISHED, RewardState.DISCARDED}),
    RewardState.PUBLISHED: frozenset({RewardState.RETIRED}),
    RewardState.RETIRED: frozenset({RewardState.PUBLISHED}),
    RewardState.DISCARDED: frozenset[RewardState](),
}


class Standing(StrEnum):
    """Where a reward stands now: its state, and for a published one whether its time is on."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ON_SHELF = "published"
    ENDED = "ended"
    RETIRED = "retired"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The standing in words."""
        return self.value.capitalize()


def standing_of(
    state: RewardState, visible_from: datetime | None, visible_until: datetime | None, at: datetime
) -> Standing:
    """Where a reward with this state and window stands at a moment."""
    if state is not RewardState.PUBLISHED:
        return Standing(state.value)
    if visible_until is not None and visible_until <= at:
        return Standing.ENDED
    if visible_from is not None and visible_from > at:
        return Standing.SCHEDULED
    return Standing.ON_SHELF


class Scheduled:
    """What stands on the shelf, or not, by its state and its schedule."""

    __slots__ = ()
    state: RewardState
    visible_from: datetime | None
    visible_until: datetime | None

    def standing(self, at: datetime) -> Standing:
        """Where it stands at a moment."""
        return standing_of(self.state, self.visible_from, self.visible_until, at)


class VariantState(StrEnum):
    """Whether a denomination, size or departure is offered."""

    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"


class LimitPeriod(StrEnum):
    """Over what time a limit per person counts."""

    EVER = "ever"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def words(self) -> str:
        """`a year`; `per person` when it counts for ever."""
        return "per person" if self is LimitPeriod.EVER else f"a {self.value}"

    def next_from(self, at: datetime) -> datetime | None:
        """When the next period begins, in UTC; none when it counts for ever."""
        months = {LimitPeriod.YEAR: 12, LimitPeriod.QUARTER: 3, LimitPeriod.MONTH: 1}.get(self)
        if months is None:
            return None
        month = (at.month - 1) // months * months + months
        return datetime(at.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)

    def around(self, at: datetime) -> str:
        """The name of the period a moment lies in: `ever`, `2026`, `2026-Q4`, `2026-11`."""
        return {
            LimitPeriod.EVER: "ever",
            LimitPeriod.YEAR: f"{at.year}",
            LimitPeriod.QUARTER: f"{at.year}-Q{(at.month + 2) // 3}",
            LimitPeriod.MONTH: f"{at.year}-{at.month:02}",
        }[self]


class AudienceAttribute(StrEnum):
    """What a rule of an audience looks at.

    `department` and `program` are ids, `tenure_months` and `points_earned` the least number of full
    months since the day of hire and of points ever earned, `program` one that the person earned
    points in, `entitlement` the id of a reward won and not used yet, `invitation` the id of a tier.
    `outside_country` fits everyone who is not in that country.
    """

    DEPARTMENT = "department"
    SITE = "site"
    COUNTRY = "country"
    OUTSIDE_COUNTRY = "outside_country"
    ROLE = "role"
    TENURE_MONTHS = "tenure_months"
    POINTS_EARNED = "points_earned"
    PROGRAM = "program"
    ENTITLEMENT = "entitlement"
    INVITATION = "invitation"

    @property
    def label(self) -> str:
        """The attribute in words."""
        return self.value.replace("_", " ").capitalize()
