"""What commands take in: days and whole numbers, read as strictly as everywhere else."""

from datetime import date

import click

from marketplace.kernel.parsing import CannotRead, parse_date, parse_whole_number


class Day(click.ParamType):
    """A day as 2026-04-01."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day or say how to write it."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except CannotRead as unreadable:
            self.fail(f"{value!r}: {unreadable}", param, ctx)


class WholeNumber(click.ParamType):
    """A whole number from `low` to `high`, in digits."""

    name = "number"

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read the number or say what to enter."""
        if isinstance(value, int):
            return value
        try:
            return parse_whole_number(str(value), low=self.low, high=self.high)
        except CannotRead as unreadable:
            self.fail(f"{value!r}: {unreadable}", param, ctx)


DAY = Day()
BY = click.option("--by", required=True, metavar="WHO", help="Who does it, by id or e-mail.")
