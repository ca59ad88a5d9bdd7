"""What left the catalog, by currency: told by those who spend it, for the forecast of a fund."""

from collections.abc import Callable
from datetime import datetime

Outflow = Callable[[datetime], dict[str, int]]
_TELLERS: dict[str, Outflow] = {}


def outflow(name: str) -> Callable[[Outflow], Outflow]:
    """Register who tells how many smallest units of each currency were spent since a moment."""

    def register(teller: Outflow) -> Outflow:
        _TELLERS[name] = teller
        return teller

    return register


def spent_since(moment: datetime) -> dict[str, int]:
    """The sum of what all of them tell."""
    spent: dict[str, int] = {}
    for teller in _TELLERS.values():
        for currency, minor in teller(moment).items():
            spent[currency] = spent.get(currency, 0) + minor
    return spent
