"""The terms of a trip as values, and in the words that a winner reads."""

from dataclasses import dataclass

from catalog.trips.states import LineRule, SubstituteRule, TaxPayer


@dataclass(frozen=True, slots=True, kw_only=True)
class TripTerms:
    """What holds on every departure of a trip; see `models.Trip`."""

    guests_most: int = 1
    guest_age: int = 18
    accept_days: int = 14
    tax_paid_by: TaxPayer = TaxPayer.COMPANY
    standing: str = ""
    standing_days: int = 30
    trade_points: int | None = None
    trade_variant_id: int | None = None
    trade_budget_id: int | None = None
    may_go_later: bool = False
    line_rule: LineRule = LineRule.STRICT
    substitute_rule: SubstituteRule = SubstituteRule.NOBODY


USUAL = TripTerms()
"""The terms of a trip for which nobody has set any."""


def places_most(terms: TripTerms) -> int:
    """For how many places one person may ask: their own, and those of their guests."""
    return 1 + terms.guests_most


def party_words(places: int) -> str:
    """Who travels: `you`, `you and a guest`, `you and 2 guests`."""
    if places == 1:
        return "you"
    return "you and a guest" if places == 2 else f"you and {places - 1:,} guests"


def parties(most: int) -> list[tuple[int, str]]:
    """For how many places somebody may ask, each with who goes then."""
    return [(places, party_words(places).capitalize()) for places in range(1, most + 1)]


def places_words(places: int) -> str:
    """`1 place`, `3 places`."""
    return f"{places:,} place{'' if places == 1 else 's'}"


def guests_words(terms: TripTerms) -> str:
    """Who may come along."""
    if not terms.guests_most:
        return "You go without a guest."
    who = "one guest" if terms.guests_most == 1 else f"up to {terms.guests_most} guests"
    age = f", {terms.guest_age} or older" if terms.guest_age else ""
    return f"You may bring {who}{age}."
