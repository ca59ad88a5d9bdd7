"""The storefront with a small and a large catalog, beside the statements of the same page."""

import gzip
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import click

from bench.browsing import Visiting
from bench.cast import Visitor, cast
from bench.catalog_seed import crowd_in, fill_shelves
from bench.crowd import Rush, rush
from bench.house import House
from bench.recording import Take, listening, script_of
from bench.replaying import Replaying
from bench.report import Report
from bench.server import serving

PATH = "/rewards"
POINTS = 12_000
MOST_STATEMENTS, MOST_KILOBYTES, MOST_MILLISECONDS = 6, 30, 60


@dataclass(frozen=True, slots=True)
class Load:
    """How many look at once, for how long, served by how many processes."""

    clients: Sequence[int]
    seconds: float
    workers: int


def measure(
    house: House, *, sizes: Sequence[int], people: int, audiences: int, **load: Any
) -> Report:
    """Pages a second with each number of rewards and of clients; `load` as in `Load`."""
    how = Load(**load)
    floor_is = "the same statements by a plain driver, rows fetched and thrown away"
    report = Report("catalog", house.engine_name, floor_is)
    visitors = cast(house, max(how.clients), points=POINTS)
    crowd_in(house, people)
    for size in sizes:
        variants = fill_shelves(house, size, audiences)
        take, page = _look(house, visitors[0])
        report.facts |= {
            f"{size:,} rewards, variants": variants,
            f"{size:,} rewards, statements a page": take.statements,
            f"{size:,} rewards, bytes a page": len(page),
            f"{size:,} rewards, bytes gzip": len(gzip.compress(page)),
        }
        report.expect("Statements a page", take.statements, MOST_STATEMENTS, "statements")
        report.expect("A page, gzip", len(gzip.compress(page)) / 1024, MOST_KILOBYTES, "kB")
        _rush(house, report, take, visitors, size, how)
    return report


def _look(house: House, visitor: Visitor) -> tuple[Take, bytes]:
    """One page inside this process, to hear its statements; the second look, with all warm."""
    engine = house.engine

    def look() -> tuple[Take, bytes]:
        browser = house.app.test_client(use_cookies=False)
        headers = {"Cookie": visitor.cookie}
        browser.get(PATH, headers=headers)
        with listening(engine) as take:
            page = browser.get(PATH, headers=headers)
        if page.status_code != 200:
            raise click.ClickException(f"The page was answered with {page.status}.")
        return take, page.data

    return house.as_a_server(look)


def _rush(
    house: House, report: Report, take: Take, visitors: list[Visitor], size: int, how: Load
) -> None:
    cookies = tuple(visitor.cookie for visitor in visitors)
    floor = Replaying(house.plain_url, script_of(take))
    with ExitStack() as servers:
        own = [servers.enter_context(serving(house, workers=1)) for _ in range(how.workers)]
        page = Visiting(tuple(own), PATH, cookies)
        rush(page, Rush(how.workers, 1, 10), house.environment)
        for number in how.clients:
            each = Rush(number, how.seconds, 10**6)
            seen = rush(page, each, house.environment)
            least = rush(floor, each, house.environment)
            what = f"{size:,} rewards, {number} clients"
            report.add(
                what,
                seen.values("pages"),
                least.values("pages"),
                least.per_second / max(seen.per_second, 1e-9),
            )
            report.expect(f"{what}, p95", seen.milliseconds(0.95), MOST_MILLISECONDS, "ms")
