"""`bin/laurel recognition …`: who thanks whom."""

import sys
from datetime import date

import click

from marketplace.kernel.commands import DAY
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import write_csv
from marketplace.recognition.queries.report import (
    TABLES,
    Asked,
    RecognitionReport,
    recognition_report,
    report_table,
)
from marketplace.web.filters import points_word

SHOWN = 10


@click.group("recognition")
def recognition_cli() -> None:
    """Recognition: who thanks whom."""


@recognition_cli.command("report")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--program", default="", help="Short name of one program; without, all thanks.")
@click.option("--csv", "as_csv", is_flag=True, help="One table as CSV.")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default=TABLES[0],
    show_default=True,
    help="Which table as CSV.",
)
def report(first: date, last: date, program: str, *, as_csv: bool, table: str) -> None:
    """Who gives, who never hears it, rings of two and three, and what crosses departments."""
    if last < first:
        raise BadInput("The last day comes before the first. Enter a last day that is not earlier.")
    found = recognition_report(Asked(first, last, program))
    if as_csv:
        columns, rows = report_table(found, table)
        for piece in write_csv(rows, columns):
            sys.stdout.buffer.write(piece)
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: RecognitionReport) -> list[str]:
    crossing = "" if found.crossing is None else f", {found.crossing}% across departments"
    gave, at_work, never = len(found.givers), found.at_work, len(found.never_got)
    lines = [
        f"{found.times:,} thanks with {points_word(found.points)}{crossing}.",
        f"{gave:,} of {at_work:,} people gave, {never:,} never heard it.",
    ]
    lines += [
        f"  {pair.one} ↔ {pair.other}: {pair.there:,} there, {pair.back:,} back, {pair.share}%"
        for pair in found.crossings[:SHOWN]
    ]
    lines.append(f"{len(found.rings):,} rings of two or three.")
    lines += [
        f"  {ring.who}: {ring.times:,} thanks, {points_word(ring.points)}, "
        f"{ring.share}% of what they gave"
        for ring in found.rings[:SHOWN]
    ]
    return lines
