"""`bin/laurel results …`, `points …` and `programs …`: figures in, points out."""

import sys
from datetime import date
from typing import Any

import click

from marketplace.access.actor import Actor
from marketplace.imports.console import import_file, takes_a_file
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import write_csv
from marketplace.people.queries import person_named
from marketplace.programs.models import Metric
from marketplace.programs.operations.hand import (
    enter_result,
    result_named,
    withdraw_result,
)
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.results import Reported
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries import PointsRow, metric_named, points_report
from marketplace.programs.queries.desk import people_obstacles, program_of, program_rows
from marketplace.programs.states import Direction, MetricUnit
from marketplace.programs.words import amount_from_text

COLUMNS = (
    *("external_id", "name", "program", "rule", "awards", "points"),
    *("rank", "total", "total_rank"),
)


@click.group("results")
def results_cli() -> None:
    """Results: figures reported for a metric."""


@results_cli.command("import")
@takes_a_file
@click.option("--metric", required=True, help="Short name of the metric the amounts are of.")
@click.option(
    "--complete",
    is_flag=True,
    help="The file is all there is between its first and last day: what is missing is taken back.",
)
def import_results(**given: Any) -> None:
    """Import the results of FILE and settle what they bring. The same file counts once."""
    import_file("results", **given)


@results_cli.command("add-metric")
@click.argument("slug")
@click.argument("name")
@click.option("--currency", help="Three letters when it is money; without, it counts pieces.")
@click.option("--lower", is_flag=True, help="Less is better.")
@click.option("--source", default="", help="Where its results come from.")
def add_metric(slug: str, name: str, currency: str | None, source: str, *, lower: bool) -> None:
    """Make a metric called NAME that commands find by SLUG; safe to repeat."""
    unit = MetricUnit.MONEY if currency else MetricUnit.COUNT
    direction = Direction.LOWER if lower else Direction.HIGHER
    with transaction():
        define_metric(slug, name, unit, currency, direction=direction, source=source)
    click.echo(f"The metric {slug} is there.")


@results_cli.command("record")
@click.option("--metric", required=True, help="Short name of the metric.")
@click.option("--reference", required=True, help="What the result is called; it counts once.")
@click.option("--reason", required=True, help="Why it is done by hand; kept in its history.")
@click.option("--person", help="Their e-mail or staff number.")
@click.option("--day", type=DAY, help="When it happened.")
@click.option("--amount", help="In the metric's currency (1250.50), or pieces.")
@click.option("--group", default="", help="The order it belongs to.")
@click.option("--dimension", "dimensions", multiple=True, metavar="NAME=VALUE", help="A detail.")
@click.option("--withdraw", is_flag=True, help="Let the result count for nothing.")
def record(metric: str, reference: str, reason: str, **given: Any) -> None:
    """Enter a result by hand, or correct or withdraw the one of this reference; safe to repeat."""
    at, actor = clock.now(), Actor.system()
    with transaction():
        found = metric_named(metric)
        if given["withdraw"]:
            known = result_named(found.id, reference)
            if known is None:
                raise BadInput(f"{metric} has no result “{reference}”. Nothing was changed.")
            report = withdraw_result(known.id, reason=reason, actor=actor, at=at)
        else:
            fact = _fact(found, reference, given)
            report = enter_result(found.id, fact, reason=reason, actor=actor, at=at)
    what = "Entered" if report.is_new else "Changed" if report.is_changed else "Nothing new"
    click.echo(
        f"{what}: {report.points_given:,} points given, {report.points_taken_back:,} taken back"
        + (f"; {report.waiting:,} wait for the budget." if report.waiting else ".")
    )


def _fact(metric: Metric, reference: str, given: dict[str, Any]) -> Reported:
    missing = [name for name in ("person", "day", "amount") if given[name] is None]
    if missing:
        raise BadInput(f"Give {' and '.join(f'--{name}' for name in missing)} too.")
    pairs = [text.partition("=")[::2] for text in given["dimensions"]]
    if not all(name and value for name, value in pairs):
        raise BadInput("Write --dimension NAME=VALUE. Nothing was changed.")
    return Reported(
        employee_id=person_named(given["person"]).id,
        on_day=given["day"],
        amount=amount_from_text(given["amount"], metric.currency),
        group_ref=given["group"] or reference,
        external_ref=reference,
        dimensions=dict(pairs),
    )


@click.group("points")
def points_cli() -> None:
    """Points: what was earned."""


@points_cli.command("report")
@click.option("--from", "first", type=DAY, required=True, help="First day of the results.")
@click.option("--to", "last", type=DAY, required=True, help="Last day of the results.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
def report(first: date, last: date, *, as_csv: bool) -> None:
    """Points per person and rule for results of a span of days, with ranks; ties share one."""
    rows = points_report(first, last)
    if as_csv:
        values = ([getattr(row, name) for name in COLUMNS] for row in rows)
        for piece in write_csv(values, COLUMNS):
            sys.stdout.buffer.write(piece)
        return
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        click.echo(_line(row, width))
    people = len({row.external_id for row in rows})
    click.echo(f"{sum(row.points for row in rows):,} points for {people:,} people.")


def _line(row: PointsRow, width: int) -> str:
    awards = "1 award" if row.awards == 1 else f"{row.awards:,} awards"
    ranks = f"{row.rank:,} here, {row.total_rank:,} in all"
    return f"{row.name:<{width}}  {row.points:>10,}  {ranks}; {awards}, {row.program}: {row.rule}"


@click.group("programs")
def programs_cli() -> None:
    """Programs: what turns results into points."""


@programs_cli.command("list")
@click.option("--discarded", is_flag=True, help="The drafts that were discarded instead.")
def list_programs(*, discarded: bool) -> None:
    """Every program with its state, what it paid, what its budget has left, and who is missing."""
    missing = people_obstacles()
    for row in program_rows(discarded=discarded):
        click.echo(
            f"{row.slug:<24} {row.kind.value:<12} {row.state.value:<10} {row.paid:>12,} points "
            f"to {row.people:,} people; {row.budget} has {row.budget_left:,} left"
        )
        if row.slug in missing:
            click.echo(f"{'':<24} {missing[row.slug]}")


@programs_cli.command("settle")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Report without writing.")
def settle(slug: str, *, dry_run: bool) -> None:
    """Grant or take back what is missing between deserved and granted; safe to repeat."""
    program = program_of(slug)
    with transaction(undo=dry_run):
        report = settle_program(program.id, actor=Actor.system(), at=clock.now())
    click.echo(
        f"{report.points_given:,} points given, {report.points_taken_back:,} taken back, "
        f"{report.unchanged:,} unchanged, {report.kept:,} kept by the rule's terms"
        + (f"; {report.waiting:,} wait for the budget." if report.waiting else ".")
    )
