"""What can be done with many rewards at once, and what it would do to one of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.bounds import MOST_POINTS
from catalog.bulk.queries import BulkReward
from catalog.states import REWARD_MOVES, LimitPeriod, RewardState
from marketplace.web.filters import moment, points_word


class Action(StrEnum):
    """The deeds of the bar, in its order."""

    PUBLISH = "publish"
    RETIRE = "retire"
    PRICE = "price"
    TIER = "tier"
    SCHEDULE = "schedule"
    LIMIT = "limit"
    FEATURE = "feature"
    UNFEATURE = "unfeature"

    @property
    def label(self) -> str:
        """The deed in words."""
        return _LABELS[self]


_LABELS = {
    Action.PUBLISH: "Publish",
    Action.RETIRE: "Retire",
    Action.PRICE: "Change the price",
    Action.TIER: "Change the tier",
    Action.SCHEDULE: "Schedule",
    Action.LIMIT: "Limit per person",
    Action.FEATURE: "Show at the top",
    Action.UNFEATURE: "Don't show at the top",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An action with what it needs: of `percent` and `points` one; no limit is none."""

    action: Action
    reason: str = ""
    percent: int | None = None
    points: int | None = None
    tier_slug: str = ""
    tier_name: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    limit: int | None = None
    period: LimitPeriod | None = None

    def price(self, before: int) -> int:
        """What a price becomes: half a point is rounded up."""
        if self.points is not None:
            return before + self.points
        return (2 * before * (100 + (self.percent or 0)) + 100) // 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of one reward; `obstacle` says why nothing can."""

    reward: BulkReward
    before: str
    after: str
    obstacle: str = ""

    @property
    def is_change(self) -> bool:
        """Whether anything would be done."""
        return not self.obstacle and self.before != self.after


def outcome(reward: BulkReward, deed: Deed, at: datetime) -> Outcome:
    """What a deed would do to a reward."""
    before, after, obstacle = _TOLD[deed.action](reward, deed, at)
    return Outcome(reward, before, after, obstacle)


Told = tuple[str, str, str]


def _publish(reward: BulkReward, _deed: Deed, _at: datetime) -> Told:
    obstacle = ""
    if RewardState.PUBLISHED not in REWARD_MOVES[reward.state]:
        obstacle = f"It is {reward.state.value} already."
    elif not reward.summary:
        obstacle = "It needs a summary first."
    elif not reward.prices:
        obstacle = "It needs an amount, size or date with its price first."
    return reward.state.label, RewardState.PUBLISHED.label, obstacle


def _retire(reward: BulkReward, _deed: Deed, _at: datetime) -> Told:
    is_open = RewardState.RETIRED in REWARD_MOVES[reward.state]
    obstacle = "" if is_open else f"It is {reward.state.value}, so it can't be retired."
    return reward.state.label, RewardState.RETIRED.label, obstacle


def _price(reward: BulkReward, deed: Deed, _at: datetime) -> Told:
    if not reward.prices:
        return "No price yet", "No price yet", "It has no price yet."
    before = ", ".join(f"{one.label}: {one.points:,}" for one in reward.prices)
    new = [(one.label, deed.price(one.points)) for one in reward.prices]
    after = ", ".join(f"{label}: {points:,}" for label, points in new)
    low = [label for label, points in new if not 1 <= points <= MOST_POINTS]
    obstacle = f"{low[0]} can't cost that. A price begins at 1 point." if low else ""
    return before, after, obstacle or _sale(reward)


def _sale(reward: BulkReward) -> str:
    """Why no price is made from one that ends by itself: it would never end again."""
    one = next((one for one in reward.prices if one.until is not None), None)
    if one is None or one.until is None:
        return ""
    end = moment(one.until)
    return f"{one.label} costs {one.points:,} only until {end}. Change it on its own page."


def _tier(reward: BulkReward, deed: Deed, _at: datetime) -> Told:
    return reward.tier_name, deed.tier_name, ""


def _schedule(reward: BulkReward, deed: Deed, at: datetime) -> Told:
    before, after = _window(*reward.window), _window(deed.begins, deed.ends)
    is_over = deed.ends is not None and deed.ends <= at
    return before, after, "This end is over already." if is_over else ""


def _window(begins: datetime | None, ends: datetime | None) -> str:
    start = f"from {moment(begins)}" if begins else "from its publication"
    return f"{start} until {moment(ends)}" if ends else start


def _limit(reward: BulkReward, deed: Deed, _at: datetime) -> Told:
    return _limit_words(reward.limit, reward.period), _limit_words(deed.limit, deed.period), ""


def _limit_words(limit: int | None, period: LimitPeriod | None) -> str:
    return "No limit" if limit is None or period is None else f"{limit:,} {period.words}"


def _feature(reward: BulkReward, deed: Deed, _at: datetime) -> Told:
    words = {True: "At the top", False: "Not at the top"}
    return words[reward.is_featured], words[deed.action is Action.FEATURE], ""


_TOLD = {
    Action.PUBLISH: _publish,
    Action.RETIRE: _retire,
    Action.PRICE: _price,
    Action.TIER: _tier,
    Action.SCHEDULE: _schedule,
    Action.LIMIT: _limit,
    Action.FEATURE: _feature,
    Action.UNFEATURE: _feature,
}


def deed_words(deed: Deed) -> str:
    """The deed in a few words, for the head of the check page."""
    if deed.action is not Action.PRICE:
        return deed.action.label
    if deed.points is not None:
        sign = "+" if deed.points > 0 else "-"
        return f"Change the price by {sign}{points_word(abs(deed.points))}"
    return f"Change the price by {deed.percent:+}%"
