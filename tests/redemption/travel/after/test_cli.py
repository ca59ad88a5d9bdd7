"""`bin/laurel after` says and does what the pages do."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.errors import BadInput
from redemption.travel.after.cli import after_cli
from redemption.travel.after.queries.report import heads_of

WRITES = {"cost", "came", "gallery"}


@pytest.fixture
def run(at, club):
    def running(*arguments):
        by = ("--by", club.priya.email) if arguments[0] in WRITES else ()
        answer = CliRunner().invoke(after_cli, [str(one) for one in (*arguments, *by)])
        if answer.exception:
            raise answer.exception
        return answer.output

    return running


def test_a_trip_is_closed_and_added_up_from_the_command_line(trip, run):
    sku = trip.club.trip.sku
    assert run("close", "--on", "2027-05-17") == "4 bookings closed.\n"
    run("cost", sku, "hotel", "300.01", "--per", "room", "--units", 3, "--currency", "EUR")
    run("cost", sku, "flights", "199.50", "--per", "person", "--currency", "EUR")
    ben = next(one for one in heads_of(trip.variant_id) if one.name == "Ben Osei")
    assert run("came", sku, ben.traveler_id, "--not") == "It is noted.\n"
    assert run("came", sku, ben.traveler_id, "--not") == "That was said before.\n"
    said = run("report", sku)
    assert "4 of 5 came." in said
    assert "Ben Osei: €379.51, did not come" in said
    assert "€1,897.53 in all, €379.50 for each." in said


def test_an_amount_that_can_not_be_read_is_refused(trip, run):
    with pytest.raises(BadInput):
        run("cost", trip.club.trip.sku, "hotel", "much", "--currency", "EUR")


def test_pictures_and_answers(over, run):
    sku = over.club.trip.sku
    assert "https://pictures.example/lisbon" in run(
        "gallery", sku, "https://pictures.example/lisbon"
    )
    over.answer(over.club.maya, overall=9, keep="The fado")
    said = run("survey", sku)
    assert "1 of 4 answered." in said
    assert "shown from 5 answers on" in said
    assert "fado" not in said
