"""What is offered to one person: the values that queries answer and policies judge."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from catalog.amounts import AmountRange, Rate
from catalog.audiences.clauses import Lock
from catalog.details import Detail
from catalog.errors import FixedAmount
from catalog.return_terms import ReturnTerms, TripDays, terms_words
from catalog.states import Kind, LimitPeriod
from marketplace.kernel.parsing import minor_text
from marketplace.web.filters import money


def telling_label(label: str, kind: Kind) -> str:
    """The label of a variant, or nothing when it only repeats what the reward is."""
    return "" if label.casefold() in {kind.label.casefold(), "one size"} else label


@dataclass(frozen=True, slots=True)
class DepartureDates:
    """When and where a trip goes; `cutoff_on` is the last day to ask for a place.

    `country` has two letters, where somebody said it.
    """

    starts_on: date
    ends_on: date
    cutoff_on: date
    place: str
    min_group: int
    country: str | None = None

    @property
    def nights(self) -> int:
        """How many nights away."""
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant at today's price, as one person may have it.

    `left` none means as many as are asked for. `is_on_sale` is false for a variant withdrawn or a
    departure past its cutoff; `lock` says what the person still has to reach for it; `cash_minor`
    in `currency` is the face or taxable value. Where one enters an amount, `amounts` says which
    there are and `amount_minor` is the one entered. `is_own`: the person had a hand in what it
    costs, what it is worth or whom it is for.
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
    lock: Lock | None
    next_steps: str
    approver_note: str
    terms: str
    art: dict[str, Any]
    photo: dict[str, Any]
    return_terms: ReturnTerms
    amounts: AmountRange | None = None
    amount_minor: int | None = None
    rate: Rate | None = None  # of amounts
    details: tuple[Detail, ...] = ()
    is_own: bool = False
    no_gifts: bool = False

    def over(self, amount_minor: int | None) -> "Offer":
        """The same over an amount of one's own choice, at its price; as it is without amounts.

        Raises BadAmount, FixedAmount.
        """
        if self.amounts is None or self.rate is None:
            if amount_minor is not None:
                raise FixedAmount
            return self
        minor = self.amounts.checked(amount_minor)
        return replace(
            self,
            amount_minor=minor,
            cash_minor=minor,
            variant_label=money(minor, self.amounts.currency),
            points=self.rate.price_of(minor),
        )

    @property
    def promise(self) -> str:
        """What somebody was shown beside the price, as the page sends it back."""
        return f"{self.promise_words} {self.mind_words}".strip()

    @property
    def promise_words(self) -> str:
        """A fixed value, and when and where a trip goes."""
        said = []
        if self.departure is not None:
            trip = self.departure
            said.append(f"a trip to {trip.place} from {trip.starts_on} to {trip.ends_on}")
        if self.amounts is None and self.cash_minor is not None and self.currency is not None:
            said.append(f"worth {minor_text(self.cash_minor, self.currency)} {self.currency}")
        return ", ".join(said)

    @property
    def mind_words(self) -> str:
        """What somebody may do who changes their mind, in a sentence or two."""
        return self.mind_words_of(None)

    def mind_words_of(self, spent: int | None) -> str:
        """The same with the points of a request that spends so many."""
        trip = self.departure
        days = TripDays(trip.cutoff_on, trip.starts_on, spent) if trip else None
        return terms_words(self.return_terms, self.kind, days)

    @property
    def amount_text(self) -> str:
        """The amount entered, as one enters it; empty where there is none."""
        if self.amounts is None or self.amount_minor is None:
            return ""
        return minor_text(self.amount_minor, self.amounts.currency, short=True)

    @property
    def amounts_words(self) -> str:
        """Which amounts there are, and that their prices are rounded up where that happens."""
        if self.amounts is None or self.rate is None:
            return ""
        steps = (self.amounts.lowest, self.amounts.step)
        is_whole = not any(self.rate.points * minor % self.rate.minor for minor in steps)
        rounding = "" if is_whole else " Prices are rounded up to whole points."
        return f"{self.amounts.words}.{rounding}"

    @property
    def choice(self) -> str:
        """What was chosen, in words; empty when the label only repeats what it is."""
        return telling_label(self.variant_label, self.kind)

    @property
    def is_sold_out(self) -> bool:
        """Whether every unit is set aside or gone."""
        return self.left == 0
