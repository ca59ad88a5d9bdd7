"""Exact figures: fractions that rank, and the hundredths of a percent that people read."""

from fractions import Fraction

from marketplace.programs.contests.states import ContestForm

WHOLE = 10_000  # hundredths of a percent in one


def ratio(form: ContestForm, amount: int, base: int) -> Fraction:
    """The exact figure of a form that compares: growth over `base`, or the part of it reached."""
    return Fraction(amount - base if form is ContestForm.GROWTH else amount, base)


def hundredths(exact: Fraction) -> int:
    """A ratio in hundredths of a percent, half away from zero: 25.405% is 2541."""
    above = abs(exact.numerator) * WHOLE * 2 + exact.denominator
    rounded = above // (2 * exact.denominator)
    return rounded if exact >= 0 else -rounded


def percent(figure: int, *, signed: bool = False) -> str:
    """Hundredths of a percent as people read them: 25.41 %, or +25.41 % where growth is meant."""
    whole, rest = divmod(abs(figure), 100)
    sign = "−" if figure < 0 else "+" if signed else ""
    return f"{sign}{whole:,}.{rest:02}%"


def reaches(form: ContestForm, amount: int, base: int | None, least: int) -> bool:
    """Whether a figure is at least so much, compared exactly: no rounding lets anyone in."""
    if base is None:
        return amount >= least
    return ratio(form, amount, base) * WHOLE >= least


def amount_to_match(mine: tuple[int, int | None], other: tuple[int, int | None]) -> int:
    """How much more of the amount draws level with another figure; both are (amount, base)."""
    (my_amount, my_base), (amount, base) = mine, other
    if not base or not my_base:
        return amount - my_amount
    return -(-amount * my_base // base) - my_amount  # rounded up
