"""Who gains by the terms of a trip: nobody says what they themselves get in its place."""

from collections.abc import Callable

Gains = Callable[[int, int], bool]
_asked: list[Gains] = []

OWN = frozenset(
    {
        *("trade_points", "trade_variant_id", "trade_budget_id", "may_go_later"),
        *("substitute_rule", "tax_paid_by"),
    }
)
"""The terms that are worth something to whoever is invited already."""


def knows_who_gains(asked: Gains) -> Gains:
    """Register who knows whether a person, by their id, is invited on a trip, by its reward."""
    _asked.append(asked)
    return asked


def gains_by_them(employee_id: int | None, reward_id: int) -> bool:
    """Whether somebody has something to gain by the terms of a trip."""
    return employee_id is not None and any(ask(employee_id, reward_id) for ask in _asked)
