"""How much of what people earn will never be redeemed; pure arithmetic.

A cohort is what was earned in one calendar month. Of what is left of it at an age in months, some
is used in that month and some expires; both shares are read off all cohorts that have been so old
(a life table with two ways out), and a young cohort is led through them to the oldest age seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Flow:
    """What went from a cohort in one month of its life: points, less what came back."""

    used: int = 0
    expired: int = 0


@dataclass(slots=True)
class Cohort:
    """What was earned in one month. `flows` by age in months, 0 the month itself."""

    month: date
    earned: int = 0
    redeemed: int = 0
    expired: int = 0
    clawed_back: int = 0
    flows: dict[int, Flow] = field(default_factory=lambda: defaultdict(Flow))

    @property
    def left(self) -> int:
        """What people still have of it."""
        return self.earned - self.redeemed - self.expired - self.clawed_back


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what is left at an age: which part is used within that month, and which expires."""

    used: float
    expired: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A cohort and how much of what is left of it is going to expire."""

    cohort: Cohort
    will_expire: int

    @property
    def in_the_end(self) -> int:
        """Everything of it that will have expired."""
        return self.cohort.expired + self.will_expire


def estimates(cohorts: Iterable[Cohort], *, this_month: date) -> list[Estimate]:
    """What is to be expected of each cohort, the newest first."""
    every = sorted(cohorts, key=lambda one: one.month, reverse=True)
    shares = shares_by_age(every, this_month=this_month)
    return [
        Estimate(one, _will_expire(one, shares, months_between(one.month, this_month)))
        for one in every
    ]


def shares_by_age(cohorts: Iterable[Cohort], *, this_month: date) -> dict[int, Shares]:
    """Both shares at each age that some cohort has lived through; a month under way counts not."""
    left: dict[int, int] = defaultdict(int)
    used: dict[int, int] = defaultdict(int)
    expired: dict[int, int] = defaultdict(int)
    for cohort in cohorts:
        still = cohort.earned
        for age in range(months_between(cohort.month, this_month)):
            flow = cohort.flows.get(age, Flow())
            left[age] += still
            used[age] += flow.used
            expired[age] += flow.expired
            still -= flow.used + flow.expired
    return {
        age: Shares(_share(used[age], points), _share(expired[age], points))
        for age, points in left.items()
    }


def months_between(first: date, last: date) -> int:
    """How many months lie between two."""
    return (last.year - first.year) * 12 + last.month - first.month


def _will_expire(cohort: Cohort, shares: Mapping[int, Shares], age: int) -> int:
    left, expires = float(cohort.left), 0.0
    for at in sorted(one for one in shares if one >= age):
        gone = min(shares[at].expired, 1.0) * left
        expires += gone
        left = max(left - gone - shares[at].used * left, 0.0)
    return round(expires)


def _share(part: int, whole: int) -> float:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0
