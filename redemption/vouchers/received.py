"""Codes that somebody else made: kept sealed and found by their digest, exactly like our own."""

import json
from dataclasses import dataclass
from datetime import date

from marketplace.kernel.secrets import fingerprint

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
    """The card of one unit, with the order it came by. `valid_until`: none that we know of."""

    unit_no: int
    issue: int
    order_id: int
    card: Card
    valid_until: date | None


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
