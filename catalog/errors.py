"""Why a reward cannot be had, said to the person who wants it."""

from collections.abc import Sequence

from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.web.filters import points_word

LONGEST_SHOWN = 40


class SoldOut(DomainError):
    """Fewer are left than are asked for."""

    code = "sold_out"

    def __init__(self, *, left: int) -> None:
        super().__init__(
            "The last one has just gone. Your points are unchanged."
            if left == 0
            else f"Only {left:,} left, fewer than you asked for. Your points are unchanged.",
            left=left,
        )


class NotOnSale(DomainError):
    """The variant or its reward was taken off the shelf."""

    code = "not_on_sale"

    def __init__(self) -> None:
        super().__init__(
            "This is no longer offered. Choose another amount, size or date, or another reward. "
            "Your points are unchanged."
        )


class LimitReached(DomainError):
    """The person had as many as one person may have."""

    code = "limit_reached"

    def __init__(self, *, limit: int, period_words: str) -> None:
        times = "once" if limit == 1 else f"{limit:,} times"
        when = "" if period_words == "per person" else f" {period_words}"
        super().__init__(
            f"You can get this {times}{when}, and you have. Your points are unchanged.",
            limit=limit,
            period=period_words,
        )


class PriceChanged(DomainError):
    """The price is another one than the person has seen."""

    code = "price_changed"

    def __init__(self, *, old: int, new: int) -> None:
        gap = f"{abs(new - old):,} {'more' if new > old else 'fewer'} than when you opened it"
        super().__init__(
            f"This now costs {points_word(new)}, {gap}. Nothing has been spent.", old=old, new=new
        )


class BadAmount(BadInput):
    """An amount below the lowest, above the highest or between the steps, or no clear amount.

    `words` says which there are; `typed` is what was entered.
    """

    code = "bad_amount"

    def __init__(self, words: str, *, typed: str = "", is_unclear: bool = False) -> None:
        shown = "".join(sign for sign in typed.strip() if sign.isprintable())[:LONGEST_SHOWN]
        self.advice = f"Enter {words}."
        if is_unclear:
            self.advice = f"“{shown}” can be read in two ways. Enter {words}, digits only."
        elif shown:
            self.advice = f"“{shown}” is not one of the amounts. Enter {words}."
        super().__init__(f"{self.advice} Nothing has been spent.")


class FixedAmount(BadInput):
    """An amount was entered where there is nothing to choose."""

    code = "bad_amount"

    def __init__(self) -> None:
        super().__init__("This comes in fixed amounts. Choose one of them. Nothing has been spent.")


class WrongDetails(BadInput):
    """What was asked for is missing, can't be read, or was never asked."""

    code = "wrong_details"

    def __init__(self, wrong: dict[str, str], unasked: Sequence[str]) -> None:
        said = [f"{label}: {text}" for label, text in wrong.items()]
        said += [f"Nobody asked for “{name[:40]}”; leave it out." for name in unasked[:3]]
        super().__init__(f"{' '.join(said)} Nothing has been spent.")


class DetailsChanged(DomainError):
    """What is asked for is not what the person was shown."""

    code = "details_changed"

    def __init__(self) -> None:
        super().__init__(
            "What we ask for has changed since you opened this page. "
            "Look at it again below; what you entered is kept. Nothing has been spent."
        )


class PromiseChanged(DomainError):
    """The value of a card, a trip's dates, or the terms of return are not those that were shown."""

    code = "promise_changed"

    def __init__(self, now: str, terms: str) -> None:
        super().__init__(
            f"This is {now or 'worth nothing in money'} by now, which is not what you were shown, "
            f"or its terms changed: {terms} Look at it again below. Nothing has been spent."
        )


class NotEligible(NotFound):
    """The reward is not, or no longer, open to this person: the same answer as for one unknown."""

    code = "not_eligible"

    def __init__(self) -> None:
        super().__init__(
            "This reward isn't open to you, or no longer is. Nothing has been spent. "
            "Your catalog shows everything that is."
        )


class StillLocked(DomainError):
    """The person can see the reward, but has something to reach first."""

    code = "locked"

    def __init__(self) -> None:
        super().__init__(
            "This is not open to you yet; its page says what opens it. Your points are unchanged."
        )


class CapacityTooLow(BadInput):
    """Capacity would fall below what is promised already."""

    code = "capacity_too_low"

    def __init__(self, *, wanted: int, promised: int) -> None:
        super().__init__(
            f"{promised:,} are set aside or gone already, so {wanted:,} is too few. "
            f"Enter {promised:,} or more.",
            wanted=wanted,
            promised=promised,
        )


class WaitsForIt(BadInput):
    """Whoever waits for one does not make more of them."""

    code = "waits_for_it"

    def __init__(self) -> None:
        super().__init__(
            "You wait for this yourself, so somebody else who manages the catalog says that there "
            "are more of it. Nothing was changed."
        )


class RewrittenMeanwhile(DomainError):
    """Somebody else rewrote the reward since the page was opened."""

    code = "rewritten_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this reward since you opened it. Nothing of yours is saved yet."
        )


class NothingToCount(BadInput):
    """There are as many as are asked for, so nothing can be added or taken away."""

    code = "nothing_to_count"

    def __init__(self) -> None:
        super().__init__(
            "There is no limit to this one, so nothing can be added or taken away. Set how many "
            "there are in all first."
        )


class CountedElsewhere(BadInput):
    """Something else counts this one, so nobody sets its stock by hand."""

    code = "counted_elsewhere"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Its stock is counted by {what}, so it can't be set by hand. Nothing was changed."
        )


class StockMoved(BadInput):
    """Somebody else changed the number since the page was opened."""

    code = "stock_moved"

    def __init__(self, *, seen: int | None, now: int | None) -> None:
        super().__init__(
            f"Somebody changed this from {_number(seen)} to {_number(now)} since you opened it. "
            "Nothing was changed; look at the new number and enter yours again.",
            seen=seen,
            now=now,
        )


class PriceMoved(BadInput):
    """Somebody else changed the price, or a planned one began, since the page was opened."""

    code = "price_moved"

    def __init__(self, *, seen: int, now: int) -> None:
        super().__init__(
            f"The price went from {seen:,} to {now:,} points since you opened this page. Nothing "
            "was changed; look at the new price and enter yours again.",
            seen=seen,
            now=now,
        )


def _number(units: int | None) -> str:
    return "no limit" if units is None else f"{units:,}"


class SlugTaken(BadInput):
    """Another reward has this address."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"Another reward is at “{slug}” already. Choose another address.", slug=slug
        )


class CannotPublish(BadInput):
    """Something a published reward needs is missing."""

    code = "cannot_publish"


class CannotDiscard(BadInput):
    """It is no draft any more, or somebody asked for it."""

    code = "cannot_discard"


class StockMismatch(RuntimeError):
    """More given back or sold than was set aside: a fault of ours, never shown as a refusal."""
