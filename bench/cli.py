"""`bin/laurel bench …`: how fast the product is, beside what the database alone could do."""

import os
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
    load = os.getloadavg()[0]
    with furnished(url) as house:
        report = measure(house, **options)
    report.facts["processors"] = os.cpu_count() or 1
    report.facts["processes that waited for them before"] = load
    report.show(as_json=as_json)


@bench_cli.command("ledger")
@click.option("--transfers", default=1_000_000, show_default=True, help="How many to check.")
@database_url
def ledger(*, database_url: str | None, as_json: bool, transfers: int) -> None:
    """`ledger check` over a million transfers: seconds and memory."""
    from bench.ledger import measure

    _run(database_url, as_json=as_json, measure=measure, transfers=transfers)


@bench_cli.command("catalog")
@click.option(
    "--rewards", "sizes", multiple=True, type=int, default=(1_000, 10_000), show_default=True
)
@click.option("--clients", multiple=True, type=int, default=(1, 8), show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="How long each figure takes.")
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@database_url
def catalog(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Pages of the storefront over HTTP: pages a second, p50, p99, statements, bytes."""
    from bench.catalog import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("import")
@click.option("--people", default=300_000, show_default=True, help="People in the first file.")
@click.option("--lines", default=60_855, show_default=True, help="Order lines in the second.")
@click.option("--orders", default=3_796, show_default=True, help="Orders the lines belong to.")
@database_url
def import_files(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Files of people and of results through the import commands: rows a second and memory."""
    from bench.imports import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("redemption")
@click.option("--clients", multiple=True, type=int, default=(1, 8, 32), show_default=True)
@click.option("--seconds", default=8.0, show_default=True, help="How long each figure takes.")
@click.option("--most", default=4_000, show_default=True, help="Requests a figure, at most.")
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@database_url
def redemption(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Redemptions over HTTP: redemptions a second, p50, p99, answers by status."""
    from bench.redemption import Load, measure

    _run(database_url, as_json=as_json, measure=measure, load=Load(**options))
