"""What is offered to one person: the values that queries answer and policies judge."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalog.states import Kind, LimitPeriod


def telling_label(label: str, kind: Kind) -> str:
    """The label of a variant, or nothing when it only repeats what the reward is."""
    return "" if label.casefold() in {kind.label.casefold(), "one size"} else label


@dataclass(frozen=True, slots=True)
class DepartureDates:
    """When and where a trip goes; `cutoff_on` is the last day to ask for a place."""

    starts_on: date
    ends_on: date
    cutoff_on: date
    place: str
    min_group: int

    @property
    def nights(self) -> int:
        """How many nights away."""
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant at today's price, as one person may have it.

    `left` none means as many as are asked for. `is_on_sale` is false for a variant withdrawn or a
    departure past its cutoff; `cash_minor` in `currency` is the face or taxable value.
    """

    variant_id: int
    reward_id: int
    slug: str
    sku: str
    kind: Kind
    name: str
    note: str
    summary: str
    brand: str
    variant_label: str
    attributes: dict[str, Any]
    tier_slug: str
    tier_name: str
    tier_hue: int
    points: int
    price_version_id: int
    cash_minor: int | None
    currency: str | None
    limit_per_person: int | None
    limit_period: LimitPeriod | None
    lead_days: int
    is_on_sale: bool
    left: int | None
    last_taken_at: datetime | None
    departure: DepartureDates | None
    next_steps: str
    terms: str
    art: dict[str, Any]
    photo: dict[str, Any]

    @property
    def choice(self) -> str:
        """What was chosen, in words; empty when the label only repeats what it is."""
        return telling_label(self.variant_label, self.kind)

    @property
    def is_sold_out(self) -> bool:
        """Whether every unit is set aside or gone."""
        return self.left == 0
