"""The terms of a trip as values, and in the words that a winner reads."""

from dataclasses import dataclass

from catalog.trips.states import LineRule, TaxPayer


@dataclass(frozen=True, slots=True, kw_only=True)
class TripTerms:
    """What holds on every departure of a trip; see `models.Trip`."""

    guests_most: int = 1
    guest_age: int = 18
    accept_days: int = 14
    tax_paid_by: TaxPayer = TaxPayer.COMPANY
    standing: str = ""
    trade_points: int | None = None
    trade_variant_id: int | None = None
    trade_budget_id: int | None = None
    may_go_later: bool = False
    line_rule: LineRule = LineRule.STRICT


USUAL = TripTerms()
"""The terms of a trip for which nobody has set any."""


def guests_words(terms: TripTerms) -> str:
    """Who may come along."""
    if not terms.guests_most:
        return "You go without a guest."
    who = "one guest" if terms.guests_most == 1 else f"up to {terms.guests_most} guests"
    age = f", {terms.guest_age} or older" if terms.guest_age else ""
    return f"You may bring {who}{age}."
