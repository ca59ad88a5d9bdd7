"""Codes that somebody else made: kept sealed and found by their digest, exactly like our own."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.access.actor import Actor
from marketplace.kernel.secrets import fingerprint
from redemption.models import RedemptionLine

RECEIVED_PURPOSE = "received code"
LAST = 4
TOO_SHORT_TO_SHOW = 8


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing a card is used with, as its maker calls it: a code, a PIN, a link."""

    label: str
    value: str

    def __repr__(self) -> str:
        """Without the value, which is worth money."""
        return f"Credential({self.label!r})"

    @property
    def is_link(self) -> bool:
        """Whether it opens in a browser."""
        return self.value.startswith("https://")


@dataclass(frozen=True, slots=True)
class Card:
    """What a provider gave for one unit, and how it says to use it."""

    credentials: tuple[Credential, ...]
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The card of one unit, with the order or the stock it came by.

    `valid_until`: none that we know of. What tells a code of the stock from others comes first.
    """

    unit_no: int
    issue: int
    card: Card
    valid_until: date | None
    order_id: int | None = None
    code_id: int | None = None

    @property
    def telling(self) -> Card:
        """What finds the same card a second time: of a code with a PIN the code alone."""
        return self.card if self.code_id is None else Card(self.card.credentials[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    """A code of the stock that counts no more, and whether the unit gets another.

    `gives_back`: its points come back instead.
    """

    line: RedemptionLine
    voucher_id: int
    code_id: int
    unit_no: int
    issue: int  # of the voucher that was in force
    reissue: bool
    reason: str
    actor: Actor
    gives_back: bool = False


Finder = Callable[[Collection[str]], set[str]]
Replacer = Callable[[Spoiled, datetime], Received | None]
_finders: list[Finder] = []
_replacers: list[Replacer] = []


def knows_codes(finder: Finder) -> Finder:
    """Register who has codes of others: which of these digests are among them."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def known_among(digests: Collection[str]) -> set[str]:
    """Those of the digests that somebody in the house has or had already."""
    return set().union(*(finder(digests) for finder in _finders))


def replaces_codes(replacer: Replacer) -> Replacer:
    """Register who takes a spoiled code of the stock out, and has the next; none: it follows."""
    if replacer not in _replacers:
        _replacers.append(replacer)
    return replacer


def replacement(spoiled: Spoiled, at: datetime) -> Received | None:
    """What takes the place of a spoiled code of the stock; none when nothing does (yet)."""
    (replacer,) = _replacers
    return replacer(spoiled, at)


def packed(card: Card) -> str:
    """A card as one text, to be sealed."""
    codes = [[one.label, one.value] for one in card.credentials]
    return json.dumps({"codes": codes, "how": card.how}, ensure_ascii=False)


def unpacked(text: str) -> Card:
    """The card again."""
    found = json.loads(text)
    codes = tuple(Credential(label, value) for label, value in found["codes"])
    return Card(codes, found["how"])


def digest_of(card: Card) -> str:
    """What finds the same code a second time, however it is grouped."""
    telling = _telling(card)
    bare = telling.value.strip()
    if not telling.is_link:
        bare = bare.replace("-", "").replace(" ", "").upper()
    return fingerprint(bare, RECEIVED_PURPOSE)


def last_signs(card: Card) -> str:
    """The last four signs, for talking about it; none of what is so short that they tell it."""
    value = _telling(card).value.strip()
    return value[-LAST:] if len(value) >= TOO_SHORT_TO_SHOW else "•" * LAST


def _telling(card: Card) -> Credential:
    """What tells one card from another, whatever comes first: the longest that is no link."""
    return max(card.credentials, key=lambda one: (not one.is_link, len(one.value.strip())))
