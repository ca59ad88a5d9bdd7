"""A page over HTTP for one client, beside its statements said by a plain driver."""

import gzip
from dataclasses import dataclass

import click

from bench.browsing import Visiting
from bench.cast import Visitor
from bench.crowd import Rush, rush
from bench.house import House
from bench.recording import Take, listening, script_of
from bench.replaying import Replaying
from bench.report import Report
from bench.server import serving

MOST_KILOBYTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page may take; `is_timed`: enough people for the goal in milliseconds to count."""

    people: int
    statements: int
    milliseconds: int
    is_timed: bool


def look(house: House, visitor: Visitor, path: str) -> tuple[Take, bytes]:
    """One page inside this process, to hear its statements; the second look, with all warm."""
    engine = house.engine

    def see() -> tuple[Take, bytes]:
        browser = house.app.test_client(use_cookies=False)
        headers = {"Cookie": visitor.cookie}
        browser.get(path, headers=headers)
        with listening(engine) as take:
            page = browser.get(path, headers=headers)
        if page.status_code != 200:
            raise click.ClickException(f"The page was answered with {page.status}.")
        return take, page.data

    return house.as_a_server(see)


def look_and_rush(
    house: House,
    report: Report,
    visitor: Visitor,
    page: tuple[str, str],
    asked: Asked,
    how: tuple[float, int],
) -> None:
    """Report a page, by what it is and its address, after so many seconds with so many workers."""
    (what, path), (seconds, workers) = page, how
    take, body = look(house, visitor, path)
    kilobytes = len(gzip.compress(body)) / 1024
    report.facts[f"{what}, statements"] = take.statements
    report.facts[f"{what}, kB gzip"] = kilobytes
    floor = Replaying(house.plain_url, script_of(take))
    with serving(house, workers=workers) as port:
        visiting = Visiting((port,), path, (visitor.cookie,))
        rush(visiting, Rush(1, 1, 10), house.environment)
        each = Rush(1, seconds, 10**6)
        seen = rush(visiting, each, house.environment)
        least = rush(floor, each, house.environment)
    ratio = least.per_second / max(seen.per_second, 1e-9)
    report.add(
        f"{asked.people:,} people, {what}", seen.values("pages"), least.values("pages"), ratio
    )
    report.expect(f"Statements, {what}", take.statements, asked.statements, "statements")
    report.expect(f"Size, {what}", kilobytes, MOST_KILOBYTES, "kB")
    if asked.is_timed:
        median = seen.milliseconds(0.5)
        report.expect(f"Time, {what}", median, asked.milliseconds, "ms")
