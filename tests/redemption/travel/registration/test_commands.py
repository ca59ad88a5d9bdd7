"""`bin/laurel registrations`."""

import pytest
from click.testing import CliRunner

from catalog.models import Variant
from marketplace.kernel.db import session
from redemption.travel.activities.queries import draw_facts, drawn_file
from redemption.travel.registration.cli import registrations_cli
from redemption.travel.registration.states import Section
from tests.support.registration import fill, party, wish_for

PRIYA = ("--by", "priya.nair@evergreen.example")


def run(*words):
    return CliRunner().invoke(registrations_cli, words)


@pytest.fixture
def sku(club):
    found = session().get_one(Variant, club.trip.variant_id).sku
    session().close()
    return found


def test_the_terminal_says_who_is_missing_what(club, booking, sku):
    fill(club.maya, booking, Section.TRAVELER, Section.ROOM)
    told = run("list", sku).output.splitlines()
    assert told[0].endswith("Maya Chen: to be sent, missing documents, travel, needs, activities")
    assert told[-1] == "2 travelers on 1 booking."


def test_days_are_set_and_sections_opened_there_too(club, booking, sku):
    assert run("deadline", sku, "room", "2027-02-01", *PRIYA).output == "1 Feb 2027.\n"
    assert run("deadline", sku, "room", "2027-02-01", *PRIYA).output == "It was so before.\n"
    assert run("deadline", sku, "room", *PRIYA).output == "The usual day.\n"
    traveler = str(party(club.maya, booking).members[1].traveler_id)
    again = run("reopen", traveler, "needs", "2027-05-11", "The kitchen asks.", *PRIYA)
    assert again.output == "Guest of Maya Chen can change it until 11 May 2027.\n"


def test_a_link_is_made_for_guests_alone(club, booking):
    maya, guest = party(club.maya, booking).members
    assert "/guests/" in run("link", str(guest.traveler_id)).output
    assert "employees sign in" in str(run("link", str(maya.traveler_id)).exception)


def test_the_draw_is_held_and_done_again_from_its_list(club, booking, items, sku, time, tmp_path):
    wish_for(club.maya, booking, items[0], items[1])
    assert "Draw after that day" in str(run("draw", sku, *PRIYA).exception)
    time.forward(days=(party(club.maya, booking).starts_on - time().date()).days - 29)
    assert run("draw", sku, *PRIYA).output == "2 places given. Everyone gets a letter.\n"
    facts, file = draw_facts(club.trip.variant_id), tmp_path / "draw.csv"
    file.write_bytes(drawn_file(club.trip.variant_id))
    asked = ("verify-draw", str(file), "--commitment", facts.commitment, "--seed")
    assert run(*asked, facts.seed).output.splitlines() == [
        f"round 1: entry 1 has {items[0]}, its wish 1",
        f"round 2: entry 1 has {items[1]}, its wish 2",
    ]
    assert "not the one that was promised" in str(run(*asked, "5eed").exception)
