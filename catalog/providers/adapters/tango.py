"""The Tango-shaped catalog of 2016: brands with rewards, every amount in hundredths.

`{"success": true, "brands": [{"description", "image_url", "rewards": [{"sku", "type",
"is_variable", "denomination" | "min_price" and "max_price", "currency_code", "available",
"countries"}]}], "xrates": {"rates": {…}}}`. Fields it does not know are passed over.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.bounds import MOST_MINOR
from catalog.providers.adapter import (
    Amount,
    BadAnswer,
    Capabilities,
    ProviderBrand,
    ProviderCatalog,
    ProviderItem,
    Refusal,
)
from catalog.providers.texts import plain, plain_line
from marketplace.kernel.parsing import CannotRead, currency_places

HUNDREDTHS = 100
MOST_ITEMS, MOST_BRANDS, MOST_REFUSED = 20_000, 5_000, 20_000
LARGEST = 10**12
NAME, SKU, DESCRIPTION, TERMS = 120, 100, 2_000, 4_000
_SKU = re.compile(r"[\x21-\x7e]{1,100}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_KINDS = frozenset({"reward", "donation"})

Object = dict[str, Any]


class _Refused(Exception):
    """One item can't be used; the text says why."""


class TangoAdapter:
    """Reads such an answer. What can't be used of it is named, and the rest goes its way."""

    def headers(self, credentials: str) -> Mapping[str, str]:
        """Basic sign-in with `name:key`."""
        return basic_sign_in(credentials)

    def read(self, answer: bytes) -> ProviderCatalog:
        """The catalog in an answer. Raises BadAnswer."""
        found = _object_of(answer)
        told = found.get("brands")
        if found.get("success") is not True or not isinstance(told, list):
            raise BadAnswer("The answer is no catalog: it lacks “success” or a list of “brands”.")
        if len(told) > MOST_BRANDS:
            raise BadAnswer(f"The answer has {len(told):,} brands; {MOST_BRANDS:,} are the most.")
        reading = _Reading()
        brands = tuple(brand for one in told if (brand := reading.brand(one)))
        return ProviderCatalog(
            brands=brands, refusals=tuple(reading.refusals), rates=_rates_of(found.get("xrates"))
        )


def basic_sign_in(credentials: str) -> dict[str, str]:
    """The header that says who asks, from `name:key`; none without credentials."""
    if not credentials:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def _object_of(answer: bytes) -> Object:
    try:
        found = json.loads(answer, parse_constant=_no_number)
    except (ValueError, RecursionError) as broken:
        raise BadAnswer("The answer is no whole JSON: it may have been cut off.") from broken
    if not isinstance(found, dict):
        raise BadAnswer("The answer is no JSON object.")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


class _Reading:
    """One answer while it is read: what was refused, and which numbers were seen."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []
        self.skus: set[str] = set()
        self.keys: set[str] = set()

    def brand(self, told: Any) -> ProviderBrand | None:
        """A brand with the items that can be used; None when nothing of it can."""
        name = plain_line(_text(told, "description"), NAME) if isinstance(told, dict) else ""
        rewards = told.get("rewards") if isinstance(told, dict) else None
        if not name or not isinstance(rewards, list):
            self._refuse("", name, "A brand without a name or without a list of rewards.")
            return None
        if name in self.keys:
            self._refuse("", name, "Two brands have this name.")
            return None
        self.keys.add(name)
        items = tuple(self._items(rewards, name))
        words = {field: plain(_text(told, field), TERMS) for field in ("disclaimer", "terms")}
        return ProviderBrand(key=name, name=name, items=items, **words) if items else None

    def _items(self, rewards: list[Any], brand: str) -> Iterator[ProviderItem]:
        for told in rewards:
            sku = _text(told, "sku")[:SKU] if isinstance(told, dict) else ""
            try:
                yield self._item(told, brand)
            except _Refused as refused:
                self._refuse(plain_line(sku, SKU), brand, str(refused))

    def _item(self, told: Any, brand: str) -> ProviderItem:
        if not isinstance(told, dict):
            raise _Refused("It is no JSON object.")
        sku, kind, available = (told.get(name) for name in ("sku", "type", "available"))
        if not isinstance(sku, str) or not _SKU.fullmatch(sku):
            raise _Refused("It has no usable sku.")
        if len(self.skus) >= MOST_ITEMS:
            raise _Refused(f"More than {MOST_ITEMS:,} items.")
        if sku in self.skus:
            raise _Refused("Another item has the same sku; the first one counts.")
        if not isinstance(kind, str) or kind not in _KINDS:
            raise _Refused(f"Its type is {_shown(kind)}, not reward or donation.")
        if not isinstance(available, bool):
            raise _Refused(f"Whether it is available is {_shown(available)}, not true or false.")
        amount, countries = amount_of(told), _countries_of(told.get("countries"))
        self.skus.add(sku)
        is_donation = kind == "donation"
        return ProviderItem(
            sku=sku,
            name=plain_line(_text(told, "description"), NAME) or brand,
            amount=amount,
            countries=countries,
            is_donation=is_donation,
            is_available=available,
            instructions=plain(_text(told, "redemption_instructions"), DESCRIPTION),
            capabilities=Capabilities(
                returns_code=not is_donation,
                can_resend=not is_donation,
                can_reissue=not is_donation,
                whole_amount=not amount.is_fixed,
            ),
        )

    def _refuse(self, sku: str, name: str, reason: str) -> None:
        if len(self.refusals) >= MOST_REFUSED:
            raise BadAnswer(f"More than {MOST_REFUSED:,} things in the answer can't be used.")
        self.refusals.append(Refusal(sku=sku, name=name or "Without a name", reason=reason))


def amount_of(told: Object) -> Amount:
    """A fixed amount exactly; a range in whole units of its currency within what is offered."""
    currency = told.get("currency_code")
    try:
        places = currency_places(currency) if isinstance(currency, str) else -1
    except CannotRead:
        places = -1
    if places < 0 or not isinstance(currency, str):
        raise _Refused(f"Its currency is {_shown(currency)}, which is none.")
    is_variable = told.get("is_variable")
    if is_variable is False:
        face = _minor(_whole(told, "denomination"), places)
        return _within(Amount(currency, face, face))
    if is_variable is not True:
        raise _Refused(f"Whether its amount varies is {_shown(is_variable)}, not true or false.")
    low, high = _whole(told, "min_price"), _whole(told, "max_price")
    if low > high:
        raise _Refused(f"Its lowest amount {low:,} is above its highest {high:,}.")
    unit = 10**places
    low_units, high_units = -(-low // HUNDREDTHS), high // HUNDREDTHS
    if low_units > high_units:
        raise _Refused("No whole amount lies between its lowest and its highest.")
    step = unit if low_units < high_units else None  # one whole amount is no choice
    return _within(Amount(currency, low_units * unit, high_units * unit, step))


def _within(amount: Amount) -> Amount:
    if amount.high > MOST_MINOR:
        raise _Refused("Its amount is larger than any reward can be over.")
    return amount


def _minor(hundredths: int, places: int) -> int:
    """Hundredths as the minor units of a currency with so many decimals, exactly."""
    minor, rest = divmod(hundredths * 10**places, HUNDREDTHS)
    if rest:
        raise _Refused(f"{hundredths:,} hundredths are no whole number of its smallest unit.")
    return minor


def _whole(told: Object, name: str) -> int:
    given = told.get(name)
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 12:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= LARGEST:
        raise _Refused(f"Its {name} is {_shown(given)}, not a whole number above zero.")
    return given


def _countries_of(told: Any) -> tuple[str, ...]:
    """Two capital letters each; NA is Namibia and not nothing."""
    if not isinstance(told, list) or not told:
        raise _Refused("It names no country.")
    if wrong := [one for one in told if not (isinstance(one, str) and _COUNTRY.fullmatch(one))]:
        raise _Refused(f"{_shown(wrong[0])} is no country of two capital letters.")
    return tuple(sorted(set(told)))


def _rates_of(told: Any) -> dict[str, Decimal]:
    rates = told.get("rates") if isinstance(told, dict) else None
    found: dict[str, Decimal] = {}
    for currency, text in (rates if isinstance(rates, dict) else {}).items():
        try:
            currency_places(currency)
            rate = Decimal(text) if isinstance(text, str) and len(text) <= 24 else Decimal(0)
        except (CannotRead, InvalidOperation):
            continue
        if rate.is_finite() and Decimal("1e-9") <= rate <= Decimal("1e9"):
            found[currency] = rate
    return found


def _text(told: Object, name: str) -> str:
    given = told.get(name)
    return given if isinstance(given, str) else ""


def _shown(given: Any) -> str:
    """What stood there, short enough for a report."""
    return "missing" if given is None else f"“{plain_line(str(given), 40)}”"
