"""Our smallest units and Stripe's, which are the same but for a few currencies.

Stripe counts most currencies in hundredths, those without smaller coins in whole ones, and a few in
thousandths that must end in 0. Icelandic krónur and Ugandan shillings have no coins and are still
counted in hundredths.
"""

from marketplace.kernel.parsing import currency_places

WHOLE = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def stripe_places(currency: str) -> int:
    """How many decimal places Stripe counts a currency in."""
    if currency in WHOLE:
        return 0
    return 3 if currency in THOUSANDTHS else 2


def to_stripe(minor: int, currency: str) -> int:
    """Our smallest units as Stripe's. Raises ValueError where they don't divide."""
    there = _moved(minor, stripe_places(currency) - currency_places(currency))
    if currency in THOUSANDTHS and there % 10:
        raise ValueError(f"{currency} is paid in steps of ten of its smallest units.")
    return there


def from_stripe(minor: int, currency: str) -> int:
    """Stripe's smallest units as ours. Raises ValueError where they don't divide."""
    return _moved(minor, currency_places(currency) - stripe_places(currency))


def _moved(minor: int, places: int) -> int:
    if places >= 0:
        return minor * 10**places
    moved, rest = divmod(minor, 10**-places)
    if rest:
        raise ValueError("This amount can't be counted in whole smallest units.")
    return moved
