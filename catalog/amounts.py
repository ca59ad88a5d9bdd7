"""Amounts of one's own choice: from a lowest to a highest, in steps, priced in proportion."""

from dataclasses import dataclass

from babel.numbers import get_currency_name

from catalog.errors import BadAmount
from marketplace.kernel.parsing import PLAIN, CannotRead, currency_places, parse_minor
from marketplace.web.filters import LOCALE


@dataclass(frozen=True, slots=True)
class Rate:
    """What amounts of one's own choice cost: `points` for `minor`, in minor units.

    A rate over a large amount says the price of a small one more exactly than the other way round.
    """

    points: int
    minor: int

    def price_of(self, minor: int) -> int:
        """The points an amount costs: its share, rounded up to whole points."""
        return -(-self.points * minor // self.minor)


def written(minor: int, currency: str) -> str:
    """An amount as one enters it: 1250, EUR → 12.50; 1250, JPY → 1250."""
    places = currency_places(currency)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}.{rest:0{places}}" if rest else f"{whole}"


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Which amounts there are: `lowest`, and every `step` from there to `highest`, minor units."""

    lowest: int
    highest: int
    step: int
    currency: str

    @property
    def words(self) -> str:
        """`10 to 500 euros in steps of 5`."""
        low, high, step = (
            _grouped(minor, self.currency) for minor in (self.lowest, self.highest, self.step)
        )
        name = get_currency_name(self.currency, count=2, locale=LOCALE)
        return f"{low} to {high} {name} in steps of {step}"

    def holds(self, minor: int) -> bool:
        """Whether this is one of the amounts."""
        return self.lowest <= minor <= self.highest and (minor - self.lowest) % self.step == 0

    def checked(self, minor: int | None) -> int:
        """The amount when it is one of them. Raises BadAmount."""
        if minor is None or not self.holds(minor):
            raise BadAmount(self.words)
        return minor

    def read(self, text: str) -> int:
        """The amount in what somebody entered. Raises BadAmount for anything else."""
        try:
            minor = parse_minor(text, PLAIN, self.currency)
        except CannotRead as unreadable:
            raise BadAmount(self.words) from unreadable
        return self.checked(minor)


def _grouped(minor: int, currency: str) -> str:
    whole, dot, rest = written(minor, currency).partition(".")
    return f"{int(whole):,}{dot}{rest}"
