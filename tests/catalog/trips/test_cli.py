"""`bin/laurel trips` says and does what the pages do."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.trips.cli import trips_cli
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from tests.support.ledger import open_funded_budget
from tests.support.trips import stock_group_trip

WRITES = {"add", "remove", "rooms", "terms", "zone", "copy"}


@pytest.fixture
def run(at, priya):
    def running(*arguments):
        by = ("--by", str(priya.email)) if arguments[0] in WRITES else ()
        answer = CliRunner().invoke(
            trips_cli, [str(one) for one in (arguments[0], *by, *arguments[1:])]
        )
        if answer.exception:
            raise answer.exception
        return answer.output

    return running


def test_a_trip_is_planned_from_the_command_line(run):
    trip = stock_group_trip()
    assert "0 of 8 places taken, 0 entries, 0 beds" in run("list")
    run("add", trip.sku, 2, "Tram 28", "--from", "10:00", "--to", "12:00", "--seats", 20)
    run("rooms", trip.sku, "Double", 2, 3)
    said = run("show", trip.sku)
    assert "10:00 to 12:00: Activity: Tram 28, 20 seats" in said
    assert "3 × Double for 2: 6 beds" in said
    assert "2 beds too few" in said
    number = said.split("10:00")[0].split()[-1]
    assert run("remove", trip.sku, number) == "It is removed.\n"
    run("rooms", trip.sku, "Double", 2, 0)
    assert "0 entries, 0 beds" in run("list")


def test_the_audit_names_who_planned_it(run, priya):
    trip = stock_group_trip()
    run("add", trip.sku, 2, "Tram 28")
    who = sa.select(AuditEntry.actor_id).order_by(AuditEntry.id.desc()).limit(1)
    assert session().scalar(who) == priya.id
    with pytest.raises(NotFound):
        run("zone", trip.sku, "Europe/Lisbon", "--by", "nobody@example.com")


def test_terms_that_are_not_named_stay(run):
    trip = stock_group_trip()
    open_funded_budget(slug="trades")
    points = ("--trade-points", 30_000, "--trade-budget", "trades")
    run("terms", trip.slug, "--guests", 2, *points)
    assert "nobody is passed over" in run("terms", trip.slug, "--accept-days", 7)
    said = run("terms", trip.slug, "--line", "skip_to_fit")
    assert "up to 2 guests" in said
    assert "a smaller one behind it may take them" in said


def test_the_time_zone_is_said_at_the_terminal(run):
    trip = stock_group_trip()
    said = f"{trip.sku}: times are those of Europe/Lisbon.\n"
    assert run("zone", trip.sku, "Europe/Lisbon") == said
    assert run("zone", trip.sku, "") == f"{trip.sku}: not said.\n"


def test_what_is_unknown_or_unreadable_says_what_to_do(run):
    trip = stock_group_trip()
    with pytest.raises(NotFound, match="Look with: trips list"):
        run("show", "NOWHERE-1")
    with pytest.raises(BadInput, match="Write it as 14:30"):
        run("add", trip.sku, 1, "Tram", "--from", "2pm")
    with pytest.raises(NotFound, match="no rooms of the kind"):
        run("rooms", trip.sku, "Suite", 2, 0)
