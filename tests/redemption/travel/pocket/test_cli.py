"""`bin/laurel itineraries` says and does what the pages do."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.errors import NotFound
from redemption.travel.pocket.cli import itineraries_cli


@pytest.fixture
def run(at, journey):
    def running(*arguments):
        by = ("--by", journey.club.priya.email) if arguments[0] in {"contact", "forget"} else ()
        answer = CliRunner().invoke(itineraries_cli, [str(one) for one in (*arguments, *by)])
        if answer.exception:
            raise answer.exception
        return answer.output

    return running


def test_contacts_are_named_and_the_itinerary_reads_them(journey, run):
    sku = journey.club.trip.sku
    run("contact", sku, "Inês", "--role", "Guide", "--phone", "+351 912 000 000", "--emergency")
    assert "Emergency: Inês, Guide, +351 912 000 000\n1 contact.\n" in run("contacts", sku)
    said = run("show", journey.reference, "--of", journey.maya.email)
    assert "Lisbon together, Lisbon: being booked, in Lisbon time" in said
    assert "Day 2, Friday, 14 May 2027" in said
    assert "10:00 to 12:30  Tram 28" in said
    assert "Emergency: Inês" in said
    run("forget", sku, "Inês")
    assert run("contacts", sku) == "0 contacts.\n"
    with pytest.raises(NotFound):
        run("forget", sku, "Inês")


def test_nobody_reads_the_itinerary_of_others(journey, run):
    with pytest.raises(NotFound):
        run("show", journey.reference, "--of", journey.club.ben.email)
