"""What each person cost: exact to the last cent, whatever the number of heads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redemption.travel.after.states import CostBasis, CostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCost:
    """One amount of a bill; see `models.TripCost`."""

    kind: CostKind
    basis: CostBasis
    amount_minor: int
    units: int | None
    currency: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(NewCost):
    """The same with its number."""

    id: int

    def times(self, people: int) -> int:
        """How often the amount counts, with so many people who have a place."""
        return people if self.units is None else self.units

    def total(self, people: int) -> int:
        """All of it, in minor units."""
        return self.amount_minor * self.times(people)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a place was, how they came by it, and what it drew and was worth.

    `number` and `department` are of the employee, also of the place of a guest; `way` is a word of
    how they came by it. `points` they paid themselves, `budget_points` came from `budget`: of a
    place that was won from none. `worth_minor` and `tax` are as they were promised.
    """

    number: str
    department: str
    way: str
    points: int
    budget: str
    budget_points: int
    worth_minor: int | None
    currency: str
    tax: str


@dataclass(frozen=True, slots=True)
class Head:
    """One traveler who had a place, in the order of the list."""

    traveler_id: int
    booking: str
    name: str
    is_employee: bool
    came: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Share:
    """What one traveler cost, of each kind, in minor units."""

    head: Head
    parts: dict[CostKind, int]

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.parts.values())


def split(total: int, heads: int) -> list[int]:
    """A whole in as many equal parts; what is left over goes to the first, one each."""
    each, over = divmod(total, heads)
    return [each + (place < over) for place in range(heads)]


def shares(costs: Iterable[Cost], heads: Sequence[Head]) -> list[Share]:
    """What everyone who had a place cost; who did not come counts, because the bill was paid."""
    if not heads:
        return []
    totals = dict.fromkeys(CostKind, 0)
    for cost in costs:
        totals[cost.kind] += cost.total(len(heads))
    parts = {kind: split(total, len(heads)) for kind, total in totals.items()}
    return [
        Share(head, {kind: parts[kind][place] for kind in CostKind})
        for place, head in enumerate(heads)
    ]
