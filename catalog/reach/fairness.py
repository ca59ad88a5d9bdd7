"""What the tiers cost in months of typical earning, for departments and countries. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_high, median_low, quantiles

FEWEST = 5
YEAR = 12


@dataclass(frozen=True, slots=True)
class Earner:
    """One person at work: where, and what they earned a month over the last twelve."""

    department: str
    country: str
    a_month: float


@dataclass(frozen=True, slots=True)
class Typical:
    """What people of a group earn a month: a quarter less than `low`, half less than `median`.

    `number` of people; without figures when there are fewer than five.
    """

    kind: str
    name: str
    number: int
    low: int | None = None
    median: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class TierCost:
    """The lowest, middle and highest price on a tier, of how many rewards.

    Half of the rewards cost less than `median`; between two in the middle it lies halfway.
    """

    name: str
    hue: int
    number: int
    lowest: int
    median: int
    highest: int


def typical(kind: str, name: str, earned: Sequence[float]) -> Typical:
    """The figures of one group, or none where single people could be told from them."""
    if len(earned) < FEWEST:
        return Typical(kind, name, len(earned))
    low, middle, high = quantiles(earned, n=4, method="inclusive")
    return Typical(kind, name, len(earned), round(low), round(middle), round(high))


def typical_of_all(earners: Iterable[Earner]) -> list[Typical]:
    """Everyone first, then departments and countries by name."""
    everyone: list[float] = []
    groups: dict[tuple[str, str], list[float]] = {}
    for one in earners:
        everyone.append(one.a_month)
        groups.setdefault(("Department", one.department), []).append(one.a_month)
        groups.setdefault(("Country", one.country), []).append(one.a_month)
    listed = sorted(groups.items(), key=lambda one: (one[0][0] != "Department", one[0][1]))
    first = typical("Everyone", "Everyone", everyone)
    return [first, *(typical(*who, earned) for who, earned in listed if who[1])]


def months_for(points: int, a_month: int | None) -> int | None:
    """Months of earning so much until `points` are there; None when that never comes."""
    return -(-points // a_month) if a_month and a_month > 0 else None


def cost_of(name: str, hue: int, prices: Sequence[int]) -> TierCost:
    """The prices of a tier in three figures."""
    middle = -(-(median_low(prices) + median_high(prices)) // 2)
    return TierCost(name, hue, len(prices), min(prices), middle, max(prices))


def months_word(months: int | None) -> str:
    """`9 months`, `more than 10 years`, `not at this pace`."""
    if months is None:
        return "not at this pace"
    if months > 10 * YEAR:
        return "more than 10 years"
    return f"{months} month{'' if months == 1 else 's'}"


def read(kept: Mapping[str, list[dict[str, object]]]) -> tuple[list[Typical], list[TierCost]]:
    """The figures as a report keeps them."""
    groups = [Typical(**one) for one in kept.get("groups", [])]  # pyright: ignore[reportArgumentType]
    tiers = [TierCost(**one) for one in kept.get("tiers", [])]  # pyright: ignore[reportArgumentType]
    return groups, tiers
