"""A program as plain dicts: what it must pay, written a second time and differently."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

Key = tuple[str, str]


@dataclass
class Layer:
    """Points of one grant that are still there, and the moment from which they stay."""

    points: int
    stays_from: datetime | None

    def stays(self, at: datetime) -> bool:
        return self.stays_from is not None and self.stays_from <= at


@dataclass
class Program:
    """Orders by number, the rule of the moment, and what each order has brought whom."""

    budget: int
    state: str = "draft"
    points: int = 1
    per_dollars: int = 100
    days: int | None = None
    is_waiting: bool = False
    orders: dict[str, tuple[str, int]] = field(default_factory=dict)
    paid: dict[Key, list[Layer]] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        return self.state in {"running", "closed"}

    @property
    def spent(self) -> int:
        return sum(layer.points for layers in self.paid.values() for layer in layers)

    def points_of(self, who: str) -> int:
        return sum(
            layer.points for (_, owner), layers in self.paid.items() if owner == who
            for layer in layers
        )  # fmt: skip

    def settle(self, at: datetime) -> None:
        """Pay and take back what is missing, all of it or nothing."""
        if not self.counts:
            return
        due = {key: self._due(key, at) for key in self._keys()}
        self.is_waiting = sum(due.values()) > self.budget - self.spent
        if not self.is_waiting:
            for key, change in due.items():
                self._pay(key, change, at)

    def _keys(self) -> set[Key]:
        return set(self.paid) | {(order, who) for order, (who, _) in self.orders.items()}

    def _due(self, key: Key, at: datetime) -> int:
        order, who = key
        owner, dollars = self.orders.get(order, ("", 0))
        deserved = max(dollars, 0) // self.per_dollars * self.points if owner == who else 0
        layers = self.paid.get(key, [])
        stay = sum(layer.points for layer in layers if layer.stays(at))
        return max(deserved, stay) - sum(layer.points for layer in layers)

    def _pay(self, key: Key, change: int, at: datetime) -> None:
        if change > 0:
            stays_from = None if self.days is None else at + timedelta(days=self.days)
            self.paid.setdefault(key, []).append(Layer(change, stays_from))
        back = -change
        for layer in reversed(self.paid.get(key, [])):
            if back > 0 and not layer.stays(at):
                part = min(back, layer.points)
                layer.points -= part
                back -= part
