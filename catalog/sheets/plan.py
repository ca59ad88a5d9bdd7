"""What a sheet would change: rewards, their rows, what can't be, and what each cell was."""

from dataclasses import dataclass, field

from catalog.sheets.queries import KnownReward, KnownVariant, Values
from marketplace.kernel.tabular import RowError


@dataclass(slots=True)
class PlannedVariant:
    """A row: the variant it is about (None: a new one) and what it would become."""

    line: int
    known: KnownVariant | None
    changes: Values


@dataclass(slots=True)
class PlannedReward:
    """The rows of one reward (None: a new one)."""

    slug: str
    known: KnownReward | None
    line: int
    said: Values
    changes: Values = field(default_factory=dict)
    variants: list[PlannedVariant] = field(default_factory=list)

    @property
    def has_anything_on_sale(self) -> bool:
        """Whether one of its rows, or of those the file does not name, is on sale afterwards."""
        standing = self.known.variants.values() if self.known else ()
        after: dict[int, bool] = {one.id: one.values["on_sale"] for one in standing}
        for one in self.variants:
            key = one.known.id if one.known else -one.line
            after[key] = one.changes.get("on_sale", after.get(key, True))
        return any(after.values())


@dataclass(slots=True)
class Plan:
    """What would happen, what can't, and what each changed cell was."""

    rewards: dict[str, PlannedReward] = field(default_factory=dict)
    problems: list[RowError] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)
    rows: int = 0

    def count(self) -> dict[str, int]:
        """How many of each kind."""
        every = [(reward, one) for reward in self.rewards.values() for one in reward.variants]
        known = [one for _, one in every if one.known]
        return {
            "new_rewards": sum(reward.known is None for reward in self.rewards.values()),
            "new_variants": sum(one.known is None for _, one in every),
            "changed_rewards": sum(
                bool(reward.known and reward.changes) for reward in self.rewards.values()
            ),
            "prices": sum("points" in one.changes for one in known),
            "stocks": sum("capacity" in one.changes for one in known),
            "changed_variants": sum(bool(one.changes) for one in known),
            "unchanged": sum(
                one.known is not None and not one.changes and not reward.changes
                for reward, one in every
            ),
        }

    @property
    def changing(self) -> int:
        """How many rows would change anything."""
        return sum(
            bool(reward.changes or one.changes or one.known is None)
            for reward in self.rewards.values()
            for one in reward.variants
        ) + sum(bool(reward.changes) and not reward.variants for reward in self.rewards.values())
