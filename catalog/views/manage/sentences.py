"""What was done with a reward, as sentences: each field with what it was and what it became."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from catalog.queries import Change
from catalog.return_terms import CancelUntil, Decider
from catalog.states import LimitPeriod
from catalog.views.manage.trip_sentences import TRIP_TELLERS
from marketplace.web.filters import moment, money, points_word

LONGEST_QUOTE = 80
NAMES = {
    "tier_id": "Tier",
    "tier": "Tier",
    "note": "Words after the kind",
    "included": "What is included",
    "terms": "Good to know",
    "next_steps": "What happens after",
    "approver_note": "Note for approvers",
    "lead_days": "Working days until it is ready",
    "limit_per_person": "Limit per person",
    "limit_period": "Limit counted",
    "cancel_until": "It can be canceled",
    "return_days": "Days to send it back",
    "return_percent": "Percent that come back",
    "return_condition": "State of what is sent back",
    "returns_decided_by": "Who agrees to returns",
    "late_return": "Percent that come back after the last day to ask",
    "is_featured": "At the top of the storefront",
    "no_gifts": "Never as a gift",
    "shows_no_markup": "“No markup” badge",
}
Facts = dict[str, Any]


def teller(variants: Iterable[tuple[str, str]]) -> Callable[[Change], list[str]]:
    """Tells the deeds on a reward, given the stock number and the label of each of its variants."""
    labels = dict(variants)
    alike = Counter(labels.values())
    names = {sku: label for sku, label in labels.items() if alike[label] == 1}
    return partial(_sentences, names)


def _sentences(names: Mapping[str, str], change: Change) -> list[str]:
    """One deed in words, a sentence for each thing it changed."""
    facts = change.details
    if "sku" in facts:
        facts = {**facts, "sku": names.get(facts["sku"], facts["sku"])}
    told = TELLERS.get(change.action)
    return told(facts) if told else [change.action]


def window_words(begins: datetime | None, ends: datetime | None) -> str:
    """`from 1 Dec 2026, 09:00 UTC until 1 Jan 2027, 00:00 UTC`."""
    start = f"from {moment(begins)}" if begins else "from its publication"
    return f"{start} until {moment(ends)}" if ends else f"{start} until it is retired"


def _rewritten(facts: Facts) -> list[str]:
    if "before" not in facts:  # entries of the time when only the names were kept
        return [f"Rewritten: {', '.join(facts['changed']).replace('_', ' ')}"]
    before, after = facts["before"], facts["after"]
    return [
        f"{NAMES.get(name, name.capitalize())}: {_shown(before[name])} became {_shown(after[name])}"
        for name in after
    ]


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str) and value in set(LimitPeriod):
        return LimitPeriod(value).words
    for words in (CancelUntil, Decider):
        if isinstance(value, str) and value in set(words):
            return f"“{words(value).label}”"
    text = "; ".join(value) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{short}”"


def _scheduled(facts: Facts) -> list[str]:
    read = {name: value and datetime.fromisoformat(value) for name, value in facts.items()}
    before = window_words(read["from_before"], read["until_before"])
    after = window_words(read["from_after"], read["until_after"])
    return [f"Offered {after}; before that {before}"]


def _stocked(facts: Facts) -> list[str]:
    before, after = facts["before"], facts["after"]
    change = "" if None in (before, after) else f" ({after - before:+,})"
    reason = f": {facts['reason']}" if facts["reason"] else ""
    return [f"{facts['sku']}: {_units(before)} became {_units(after)}{change}{reason}"]


def _units(number: int | None) -> str:
    return "no limit" if number is None else f"{number:,}"


def _costed(facts: Facts) -> list[str]:
    found = []
    for name, label in (("cost", "cost"), ("reference", "market price")):
        before, after = facts[f"{name}_before"], facts[f"{name}_after"]
        if before != after:
            found.append(f"{facts['sku']}: {label} {_amount(before)} became {_amount(after)}")
    return found or [f"{facts['sku']}: cost looked at again"]


def _amount(value: list[Any] | None) -> str:
    return "unknown" if value is None else money(value[0], value[1])


def _worth(facts: Facts) -> list[str]:
    now = f"{facts['sku']} counts as {_value([facts['after'], facts['currency']])}"
    if "currency_before" not in facts:  # entries of the time when only the new currency was kept
        return [now]
    return [f"{now}; before that {_value([facts['before'], facts['currency_before']])}"]


def _value(pair: list[Any]) -> str:
    return "nothing" if pair[0] is None else money(pair[0], pair[1])


def _with_reason(word: str) -> Callable[[Facts], list[str]]:
    return lambda facts: [f"{word}: {facts['reason']}" if facts.get("reason") else word]


def _priced(facts: Facts) -> list[str]:
    before, after = facts["before"], facts["after"]
    old = "none" if before is None else f"{before:,}"
    new = "the price of everywhere" if after is None else points_word(after)
    country = f" in {facts['country']}" if facts.get("country") else ""
    since = f" from {_moment(facts['valid_from'])}" if facts.get("valid_from") else ""
    until = f" until {_moment(facts['valid_until'])}" if facts.get("valid_until") else ""
    rates = [_rate(facts.get(name)) for name in ("rate_before", "rate_after")]
    others = f"; other amounts at {rates[1]}" if rates[1] else ""
    others += f", before at {rates[0]}" if others and rates[0] else ""
    return [f"{facts['sku']} went from {old} to {new}{country}{since}{until}{others}"]


def _rate(rate: list[Any] | None) -> str:
    """`50,000 points for €500.00`: what amounts of one's own choice cost."""
    return f"{points_word(rate[0])} for {money(rate[1], rate[2])}" if rate else ""


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


def _photographed(facts: Facts) -> list[str]:
    return [_with_alt("Given another photo" if facts.get("before") else "Given a photo", facts)]


def _described(facts: Facts) -> list[str]:
    after = facts["after"]
    place = f"kept in view at {after['x']} and {after['y']} percent"
    return [f"Photo: {after['alt'] or 'decoration'}, {place}"]


def _with_alt(words: str, facts: Facts) -> str:
    return f"{words}: {facts['alt']}" if facts.get("alt") else words


TELLERS: dict[str, Callable[[Facts], list[str]]] = {
    "catalog.draft": lambda _facts: ["Written as a draft"],
    "catalog.published": _with_reason("Published"),
    "catalog.retired": _with_reason("Retired"),
    "catalog.discarded": _with_reason("Discarded"),
    "catalog.cancel_departure": lambda facts: [f"{facts['sku']} canceled: {facts['reason']}"],
    "catalog.schedule": _scheduled,
    "catalog.rewrite": _rewritten,
    "catalog.redraw": lambda _facts: ["Given another look"],
    "catalog.add_variant": lambda facts: [
        f"{facts['sku']} added at {points_word(facts['points'])}"
    ],
    "catalog.rename_variant": lambda facts: [
        f"{facts['sku']}: “{facts['before']}” became “{facts['after']}”"
    ],
    "catalog.set_worth": _worth,
    "catalog.change_departure": lambda facts: [f"{facts['sku']} leaves {facts['label']}"],
    "catalog.ask_details": lambda facts: [
        f"Asks for {', '.join(facts['asked']) or 'nothing more'}"
    ],
    "catalog.photo": _photographed,
    "catalog.describe_photo": _described,
    "catalog.remove_photo": lambda facts: [_with_alt("Photo taken away", facts)],
    "catalog.set_price": _priced,
    "catalog.set_capacity": _stocked,
    "catalog.set_cost": _costed,
    "catalog.withdraw_variant": lambda facts: [f"{facts['sku']} taken off the shelf"],
    **dict.fromkeys(
        ("catalog.offer_variant", "catalog.restore_variant"),  # the latter by syncs, in old entries
        lambda facts: [f"{facts['sku']} back on the shelf"],
    ),
    "catalog.open_reward": lambda facts: [
        f"For whom it is: {facts['before']} It became: {facts['after']}".rstrip(".")
    ],
    **TRIP_TELLERS,
}
