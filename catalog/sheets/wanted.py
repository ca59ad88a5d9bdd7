"""What a row asks for, in the words of the catalog: its tiers, departments and amounts."""

from collections.abc import Iterable

from catalog.amounts import amount_text
from catalog.sheets.columns import MONEY, OF_REWARD, OF_VARIANT
from catalog.sheets.queries import KnownCatalog, Values
from catalog.sheets.refusals import RowRefused
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor

NAMED = 12


class Names:
    """What tiers and departments are called here, however a file writes them."""

    def __init__(self, known: KnownCatalog) -> None:
        slugs = {slug: name for name, slug in known.tiers.items()}
        self._known = {
            "tier": _folded({name: name for name in known.tiers} | slugs),
            "departments": _folded({name: name for name in known.departments}),
        }

    def of(self, column: str, text: str) -> str:
        """The name that a text means. Raises RowRefused with those there are."""
        names = self._known[column]
        if text.casefold() not in names:
            some = ", ".join(list(dict.fromkeys(names.values()))[:NAMED]) or "none yet"
            raise RowRefused(column, text, "This is not known here.", f"One of: {some}.")
        return names[text.casefold()]


def _folded(names: dict[str, str]) -> dict[str, str]:
    return {text.casefold(): name for text, name in names.items()}


def reward_values(said: Values, names: Names) -> Values:
    """What a row says about its reward. Raises RowRefused."""
    own = {name: said[name] for name in OF_REWARD if name in said and name != "reward"}
    if "tier" in own:
        own["tier"] = names.of("tier", own["tier"])
    if own.get("departments"):
        own["departments"] = sorted({names.of("departments", one) for one in own["departments"]})
    if own.get("limit_per_person") is None and "limit_per_person" in own:
        own["limit_period"] = None
    elif own.get("limit_per_person") and not own.get("limit_period"):
        own["limit_period"] = "ever"
    return own


def variant_values(said: Values, now: Values) -> Values:
    """What a row says about its amount, size or date that is `now` so. Raises RowRefused."""
    wanted = {name: said[name] for name in OF_VARIANT if name in said}
    for name, currency_name in MONEY.items():
        if wanted.get(name) is not None:
            currency = wanted.get(currency_name) or now.get(currency_name)
            wanted[name] = _amount(name, wanted[name], currency)
    for currency_name in dict.fromkeys(MONEY.values()):
        _settle_currency(wanted, now, currency_name)
    return wanted


def _settle_currency(wanted: Values, now: Values, currency_name: str) -> None:
    """An empty currency stays as it is, and goes with the last of its amounts."""
    after = {**now, **wanted}
    amounts = (after.get(name) for name, of in MONEY.items() if of == currency_name)
    if any(amount is not None for amount in amounts):
        if wanted.get(currency_name) is None:
            wanted.pop(currency_name, None)
    else:
        wanted.pop(currency_name, None)
        if now.get(currency_name):
            wanted[currency_name] = None


def _amount(name: str, text: str, currency: str | None) -> str | None:
    if currency is None:
        fact, enter = "The currency of this amount is missing.", "Three letters beside it: EUR."
        raise RowRefused(name, text, fact, enter)
    try:
        return amount_text(parse_minor(text, PLAIN, currency), currency)
    except CannotRead as refusal:
        raise RowRefused(name, text, refusal.problem, refusal.enter) from refusal


def differences(wanted: Values, now: Values, names: Iterable[str]) -> Values:
    """What is wanted otherwise than it is; of the other prices those that are not planned yet."""
    changes = {n: wanted[n] for n in names if n in wanted and wanted[n] != now.get(n)}
    if added := [one for one in changes.pop("prices", ()) if one not in now.get("prices", ())]:
        changes["prices"] = added
    return changes
