"""`bin/laurel bench …`: how fast the product is, beside what the database alone could do."""

from collections.abc import Callable
from typing import Any

import click

from bench.house import furnished
from bench.report import Report


@click.group("bench")
def bench_cli() -> None:
    """Measure, each on a database of its own that is empty before and after.

    Every figure stands beside its floor, measured in the same run: the same work done by the
    database alone. The ratio of the two travels between machines; the figures do not.
    """


def database_url(command: Callable[..., None]) -> Callable[..., None]:
    """Options that every bench takes."""
    shown = click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
    address = click.option(
        "--database-url",
        metavar="URL",
        help="An EMPTY PostgreSQL database; without it a temporary SQLite file.",
    )
    return address(shown(command))


def _run(url: str | None, *, as_json: bool, measure: Callable[..., Report], **options: Any) -> None:
    with furnished(url) as house:
        report = measure(house, **options)
    report.show(as_json=as_json)


@bench_cli.command("ledger")
@click.option("--transfers", default=1_000_000, show_default=True, help="How many to check.")
@database_url
def ledger(*, database_url: str | None, as_json: bool, transfers: int) -> None:
    """`ledger check` over a million transfers: seconds and memory."""
    from bench.ledger import measure

    _run(database_url, as_json=as_json, measure=measure, transfers=transfers)
