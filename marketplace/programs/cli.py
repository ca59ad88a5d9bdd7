"""`bin/laurel points report`: who earned what, by what rule."""

import sys
from datetime import date, datetime

import click

from marketplace.programs.queries import points_report


class Day(click.ParamType):
    """A day as 2020-04-01."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day or say how to write it."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            self.fail(f"{value!r} is no day. Write it as 2020-04-01.", param, ctx)


@click.group("points")
def points_cli() -> None:
    """Points: what was earned."""


@points_cli.command("report")
@click.option("--from", "first", type=Day(), required=True, help="First day of the results.")
@click.option("--to", "last", type=Day(), required=True, help="Last day of the results.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
def report(first: date, last: date, *, as_csv: bool) -> None:
    """Points per person and program for results of a span of days."""
    rows = points_report(first, last)
    columns = ["external_id", "name", "program", "awards", "points"]
    if as_csv:
        from marketplace.kernel.tabular.writing import write_csv

        for piece in write_csv(([getattr(row, name) for name in columns] for row in rows), columns):
            sys.stdout.buffer.write(piece)
        return
    width = max((len(row.name) for row in rows), default=4)
    for row in rows:
        click.echo(f"{row.name:<{width}}  {row.points:>10,}  {row.program}, {row.awards:,} awards")
    people = len({row.external_id for row in rows})
    click.echo(f"{sum(row.points for row in rows):,} points for {people:,} people.")
