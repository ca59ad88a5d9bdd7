"""What was done with a trip or a package, as sentences: its terms, its plan, and who waits."""

from collections.abc import Callable
from typing import Any

from marketplace.web.filters import money, so_many

Facts = dict[str, Any]
NAMES = {
    "guests_most": "Guests at most",
    "guest_age": "Age of guests",
    "accept_days": "Days to answer",
    "tax_paid_by": "Who pays the tax",
    "standing": "Good standing",
    "standing_days": "Days before departure to look at standing",
    "trade_points": "Points in place of the trip",
    "trade_variant_id": "Trip whose price is given in its place",
    "trade_budget_id": "Budget of what is given in its place",
    "may_go_later": "A later departure in its place",
    "line_rule": "Order of who waits",
    "substitute_rule": "A colleague instead",
    "nights_from": "Nights at least",
    "nights_to": "Nights at most",
    "travelers_most": "Travelers at most",
    "notice_days": "Days ahead at least",
    "ahead_days": "Days ahead at most",
    "guarantee_days": "Days that the price holds",
    "blackouts": "Nights on which nobody goes",
    "starts_at": "Begins",
    "ends_at": "Ends",
    "is_choice": "Travelers choose",
}
"""Fields whose name says too little; the others are called as they are."""


def _termed(facts: Facts) -> list[str]:
    return _changed("", facts)


def _replanned(facts: Facts) -> list[str]:
    return _changed(f"{facts['sku']}, plan: ", facts)


def _changed(where: str, facts: Facts) -> list[str]:
    """A sentence for each field: what it is now, and what it was, where it was anything."""
    before = facts["before"]
    return [
        f"{where}{_name(name)}: {_shown(value)}{_was(before.get(name))}"
        for name, value in facts["after"].items()
    ]


def _name(field: str) -> str:
    return NAMES.get(field) or field.replace("_", " ").capitalize()


def _was(value: Any) -> str:
    return "" if value in (None, "") else f", before {_shown(value)}"


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return so_many(len(value), "span")
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ")


def _zoned(facts: Facts) -> list[str]:
    after = facts["after"]
    return [f"{facts['sku']}: local time {after['time_zone'] or 'not said any more'}"]


def _roomed(facts: Facts) -> list[str]:
    rooms, sleeps = so_many(facts["rooms"], "room"), so_many(facts["sleeps"], "bed")
    return [f"{facts['sku']}: {facts['name']}, {rooms} with {sleeps} each"]


def _cost(word: str) -> Callable[[Facts], list[str]]:
    def told(facts: Facts) -> list[str]:
        amount, note = money(facts["amount_minor"], facts["currency"]), facts["note"]
        about = f" ({note})" if note else ""
        return [f"{facts['sku']}, report: {amount} for {facts['kind']}{about} {word}"]

    return told


def _attended(facts: Facts) -> list[str]:
    word = "came after all" if facts["came"] else "did not come"
    return [f"{facts['sku']}, report: one traveler {word}"]


def _pictured(facts: Facts) -> list[str]:
    return [f"{facts['sku']}: link to the pictures {'set' if facts['after'] else 'taken out'}"]


def _waved(facts: Facts) -> list[str]:
    people, at_once = facts["people"], facts["at_once"]
    return [f"{facts['departure']}: {people:,} on a list of invitations, {at_once:,} at once"]


def _joined(facts: Facts) -> list[str]:
    return [f"{facts['sku']}: began to wait in line, for {facts['units']:,}"]


def _named(words: str) -> Callable[[Facts], list[str]]:
    """A sentence with the facts in its braces."""
    return lambda facts: [words.format_map(facts)]


TRIP_TELLERS: dict[str, Callable[[Facts], list[str]]] = {
    **dict.fromkeys(("trips.terms", "packages.terms"), _termed),
    "trips.add_item": _named("{sku}, plan: {item} added"),
    "trips.change_item": _replanned,
    "trips.remove_item": _named("{sku}, plan: {item} taken out"),
    "trips.copy_plan": _named("{sku}: plan copied from {of}"),
    "trips.zone": _zoned,
    "trips.rooms": _roomed,
    "trips.remove_rooms": _named("{sku}: {name} taken out of the rooms"),
    "trips.contact": _named("{sku}: {name}, {role}, is a contact"),
    "trips.remove_contact": _named("{sku}: {name} is no contact any more"),
    "trips.cost": _cost("added"),
    "trips.remove_cost": _cost("taken out"),
    "trips.attendance": _attended,
    "trips.gallery": _pictured,
    "invitations.wave": _waved,
    "waiting.joined": _joined,
}
"""By the deed; the keys are what stands in the audit."""
