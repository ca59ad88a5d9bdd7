"""`bin/laurel bench …`: how fast the product is, beside what the database alone could do."""

import os
from collections.abc import Callable
from typing import Any

import click

from bench.house import furnished
from bench.machine import machine_facts
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


def _counts(name: str, default: tuple[int, ...] | int, text: str) -> Any:
    """An option that takes whole numbers from 1; several when it starts with several."""
    several = isinstance(default, tuple)
    how = {"type": click.IntRange(min=1), "show_default": True, "multiple": several}
    return click.option(*name.split(), default=default, help=text, **how)


def over_http(command: Callable[..., None]) -> Callable[..., None]:
    """Options of the benches that go through the web server."""
    seconds = click.option(
        "--seconds",
        default=8.0,
        type=click.FloatRange(min=0, min_open=True),
        show_default=True,
        help="How long each figure takes.",
    )
    return seconds(_counts("--workers", 1, "Web processes.")(command))


def _run(url: str | None, *, as_json: bool, measure: Callable[..., Report], **options: Any) -> None:
    load = os.getloadavg()[0]
    with furnished(url) as house:
        report = measure(house, **options)
    report.facts |= machine_facts()
    report.facts["processes that waited for them before"] = load
    report.show(as_json=as_json)


@bench_cli.command("ledger")
@_counts("--transfers", 1_000_000, "How many to check.")
@database_url
def ledger(*, database_url: str | None, as_json: bool, transfers: int) -> None:
    """Time `ledger check` over a million transfers, and its memory."""
    from bench.ledger import measure

    _run(database_url, as_json=as_json, measure=measure, transfers=transfers)


@bench_cli.command("catalog")
@_counts("--rewards sizes", (1_000, 10_000, 100_000), "How many rewards; may be repeated.")
@_counts("--people", 300_000, "People in the company.")
@_counts("--audiences", 50, "Sets of rules that half of the rewards are shared out to.")
@_counts("--clients", (1, 8), "How many at once; may be repeated.")
@over_http
@database_url
def catalog(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Fetch the storefront over HTTP: pages a second, p50, p99, statements, bytes."""
    from bench.catalog import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("import")
@_counts("--people", 300_000, "People in the first file.")
@_counts("--lines", 60_855, "Order lines in the second.")
@_counts("--orders", 3_796, "Orders the lines belong to.")
@database_url
def import_files(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Import people and order lines twice each: rows a second and memory."""
    from bench.imports import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("earning")
@_counts("--lines", 60_855, "Result lines.")
@_counts("--orders", 3_796, "Orders the lines belong to.")
@database_url
def earning(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Evaluate four rules over many result lines, twice: seconds of clock and processor."""
    from bench.earning import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("redemption")
@_counts("--clients", (1, 8, 32), "How many at once; may be repeated.")
@_counts("--most", 4_000, "Requests a figure, at most.")
@over_http
@database_url
def redemption(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Redeem over HTTP: redemptions a second, p50, p99, answers by status."""
    from bench.redemption import Load, measure

    _run(database_url, as_json=as_json, measure=measure, load=Load(**options))


@bench_cli.command("standings")
@_counts("--people", 10_000, "People in the contest.")
@over_http
@database_url
def standings(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Fetch the standings of a contest over HTTP: milliseconds, statements, bytes."""
    from bench.standings import measure

    _run(database_url, as_json=as_json, measure=measure, **options)


@bench_cli.command("trip")
@_counts("--people", 500, "Travelers on the departure, two a booking.")
@over_http
@database_url
def trip(*, database_url: str | None, as_json: bool, **options: Any) -> None:
    """Fetch the desk of a departure over HTTP and hand lists over: milliseconds, statements."""
    from bench.trip import measure

    _run(database_url, as_json=as_json, measure=measure, **options)
