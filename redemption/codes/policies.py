"""Rules about codes in stock that need no database: what can be one, when one is too old."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from catalog.states import Kind
from redemption.vouchers.received import Card, Credential, digest_of, last_signs

FED = frozenset({Kind.GIFT_CARD, Kind.EXPERIENCE})
MOST_ROWS = 10_000  # a file; three to five seconds
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024  # of a spreadsheet; as long to read as so many rows
PACE_DAYS = 90
KEPT_UNLOADED = timedelta(days=1)
SHORTEST, LONGEST, LONGEST_LINK, LONGEST_PIN = 4, 64, 500, 32

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./_#:*-]*[A-Za-z0-9#*])?").fullmatch
_LINK = re.compile(r"https://[!-~]+").fullmatch
_SHORTENED = re.compile(r"[0-9][.,][0-9]+[Ee]\+?[0-9]+").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a pool is looked after.

    `low_at`: the alarm is raised when so many are left; `guard_days`: a code that ends within so
    many days is not handed out; `how`: how to use one, a step a line, shown beside each code.
    """

    low_at: int = 10
    guard_days: int = 14
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is known of where codes came from; the cost is that of one, in minor units."""

    unit_cost_minor: int | None = None
    cost_currency: str | None = None
    supplier: str = ""
    reference: str = ""


def code_obstacle(code: str) -> str:
    """Why this can be no code, and what to do; empty when it can."""
    if code.startswith("https://"):
        return "" if _LINK(code) and len(code) <= LONGEST_LINK else "This link can't be read."
    if _SHORTENED(code):
        return (
            "A spreadsheet has shortened this number. Format the column as text and paste the "
            "codes again."
        )
    if not _PLAIN(code):
        return (
            "A code has letters A to Z, digits, blanks and the signs - . / _ # : *, and begins "
            "with a letter or digit."
        )
    if not SHORTEST <= len(bare(code)) <= LONGEST:
        return f"A code has {SHORTEST} to {LONGEST} letters and digits."
    return ""


def pin_obstacle(pin: str) -> str:
    """Why this can be no PIN; empty when it can, or when there is none."""
    if not pin or (_PLAIN(pin) and len(pin) <= LONGEST_PIN):
        return ""
    return f"A PIN has at most {LONGEST_PIN} letters A to Z and digits."


def bare(code: str) -> str:
    """A code without what only groups it."""
    return code.replace("-", "").replace(" ", "")


def card_of(code: str, pin: str, how: str = "") -> Card:
    """What a person gets of it."""
    label = "Link" if code.startswith("https://") else "Code"
    more = (Credential("PIN", pin),) if pin else ()
    return Card((Credential(label, code), *more), how)


def without_code(words: str, card: Card) -> str:
    """What somebody wrote, without the code or PIN that they may have copied into it."""
    for one in card.credentials:
        signs = [re.escape(sign) for sign in bare(one.value)]
        if len(signs) >= SHORTEST:
            written = re.compile(r"[\s-]*".join(signs), re.IGNORECASE)
            words = written.sub(f"(the {one.label.lower()})", words)
    return words


def digest(code: str) -> str:
    """What finds this code a second time, however it is grouped; a PIN does not make it another."""
    return digest_of(card_of(code, ""))


def tail(code: str) -> str:
    """The last four signs of a code, none of one that is so short that they tell it."""
    return last_signs(card_of(code, ""))


def sealed_for(fingerprint: str) -> str:
    """What a code is bound to while it is in stock."""
    return f"stock_codes:cipher:{fingerprint}"


def rows_sealed_for(digest_of_file: str, pool_id: int) -> str:
    """What the rows of a checked file are bound to."""
    return f"code_batches:sealed:{pool_id}:{digest_of_file}"


def first_day_needed(today: date, guard_days: int) -> date:
    """A code is handed out only when it still counts on this day."""
    return today + timedelta(days=guard_days)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long what is free lasts at the pace of the last days; no pace, no figure."""

    a_month: Decimal
    days_left: int | None


def forecast(free: int, given: int, days: int = PACE_DAYS) -> Forecast:
    """`given` were handed out in so many `days`."""
    pace = Decimal(given) / days
    left = int(free / pace) if given else None
    return Forecast((pace * 30).quantize(Decimal("0.1")), left)


def discount_percent(cost_minor: int, face_minor: int) -> Decimal:
    """How much less than its face value a code costs, in percent; below 0 when it costs more."""
    return (Decimal(face_minor - cost_minor) * 100 / face_minor).quantize(Decimal("0.1"))
