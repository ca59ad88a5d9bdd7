"""What every provider's catalog is read into, and what an adapter has to be able to do.

Ordering is a second protocol (redemption.ordering.adapter): a catalog is read without it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Protocol


class BadAnswer(Exception):
    """The whole answer can't be used; the text says why, without anything secret in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What can be done with an item once ordered. Pages read these, never a provider's name.

    `claim_days` is how long what was sent can be claimed, none where it does not run out.
    """

    can_cancel: bool = False
    can_resend: bool = False
    can_reissue: bool = False
    can_change_recipient: bool = False
    returns_code: bool = False
    returns_link: bool = False
    is_async: bool = False
    whole_amount: bool = False
    is_shipped: bool = False
    claim_days: int | None = None

    def as_stored(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "Capabilities":
        """What was stored, whatever a later version of Laurel has added or dropped."""
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})

    def words(self) -> list[str]:
        """What a person wants to know about it, a few words each."""
        said = [
            (self.returns_code, "Comes as a code"),
            (self.returns_link, "Comes as a link"),
            (self.is_shipped, "Is sent by post"),
            (self.is_async, "May take a while"),
            (self.whole_amount, "Whole amounts only"),
            (self.can_cancel, "Can be canceled"),
            (self.can_reissue, "Can be replaced when it does not work"),
            (self.can_change_recipient, "Can go to another address"),
            (self.claim_days is not None, f"To be claimed within {self.claim_days} days"),
        ]
        return [text for holds, text in said if holds]


@dataclass(frozen=True, slots=True)
class Amount:
    """What an item is worth in minor units of its currency, as Laurel counts them (yen whole).

    A fixed amount has `low` equal to `high` and no step.
    """

    currency: str
    low: int
    high: int
    step: int | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether there is only one amount."""
        return self.step is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderItem:
    """One thing that can be ordered, by the provider's own number, which never changes."""

    sku: str
    name: str
    amount: Amount
    countries: tuple[str, ...]
    is_donation: bool = False
    is_available: bool = True
    instructions: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderBrand:
    """A brand with its items; texts are plain, without markup and without turned letters.

    A disclaimer has to be shown wherever the brand is.
    """

    key: str
    name: str
    description: str = ""
    disclaimer: str = ""
    terms: str = ""
    items: tuple[ProviderItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item or a brand of the answer that can't be used, and why."""

    sku: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCatalog:
    """Everything a provider offers. `rates`: units of a currency for one of the provider's base."""

    brands: tuple[ProviderBrand, ...]
    refusals: tuple[Refusal, ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all brands."""
        return frozenset(brand.key for brand in self.brands)

    @property
    def items(self) -> list[ProviderItem]:
        """The items of all brands."""
        return [item for brand in self.brands for item in brand.items]


class CatalogAdapter(Protocol):
    """Reads one provider's way of telling its catalog. It never touches the network itself."""

    def headers(self, credentials: str) -> Mapping[str, str]:
        """What a request carries so that the provider knows who asks; never logged."""
        ...

    def read(self, answer: bytes) -> ProviderCatalog:
        """The catalog in an answer. Raises BadAnswer when nothing of it can be used."""
        ...
