"""`bin/laurel trip-desk`: what the browser does, the terminal does too."""

from datetime import date, time

import pytest
from click.testing import CliRunner

from catalog.models import Variant
from catalog.trips.operations import add_item
from catalog.trips.plan import NewItem
from catalog.trips.states import ItemKind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.travel.desk.cli import trip_desk_cli
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.tickets.states import Direction
from tests.support.desk import fill, plan_rooms


def run(*words):
    session().close()
    return CliRunner().invoke(trip_desk_cli, [str(word) for word in words])


@pytest.fixture
def sku(tour):
    plan_rooms(tour.priya, tour.trip, ("Double", 2, 3))
    found = session().get_one(Variant, tour.trip.variant_id).sku
    session().close()
    return found


def test_beds_are_given_moved_and_taken_back(tour, sku):
    (ben,) = fill(tour.trip, [2], names=["Ben Osei"])
    by = ("--by", tour.priya.email)
    assert run("place", sku, *by).output == "2 people have a bed now.\n"
    assert "Double 1 (Double, 2 of 2): Ben Osei, Guest of Ben Osei" in run("rooms", sku).output
    moved = run("move", sku, f"{ben.reference}/2", "Double", *by)
    assert moved.output == "Guest of Ben Osei to Double 2.\n"
    assert "sleeps in another room than Ben Osei" in run("rooms", sku).output
    assert "Taken back: Guest of Ben Osei to Double 2." in run("undo", sku, *by).output
    assert "2 of 2 people have a bed." in run("rooms", sku).output
    assert "no ticket" in run("show", sku).output
    nobody = run("move", sku, "B-NOBODY/1", "Double", *by)
    assert "Nobody on this departure has the number" in str(nobody.exception)
    nowhere = run("move", sku, f"{ben.reference}/1", "Castle", *by)
    assert "No room or kind of room is called Castle" in str(nowhere.exception)


def test_people_ride_by_their_flight(tour, sku):
    (ben,) = fill(tour.trip, [1], names=["Ben Osei"])
    bus = NewItem(day=1, kind=ItemKind.TRANSFER, name="Bus", starts_at=time(12), seats=4)
    with transaction() as now:
        item_id = add_item(tour.priya, tour.trip.variant_id, bus, at=clock.now())
        now.add(
            Ticket(
                traveler_id=ben.travelers[0], direction=Direction.OUT, leg=1, carrier="",
                flight="LH1170", from_airport="FRA", to_airport="LIS",
                departs_on=date(2027, 5, 13), departs_at=time(9), arrives_on=date(2027, 5, 13),
                arrives_at=time(11), locator="", ticket_name="", number="", changed_at=clock.now(),
            )
        )  # fmt: skip
    by = ("--by", tour.priya.email)
    assert "There: LH1170 FRA-LIS" in run("tickets", sku).output
    assert run("seat", sku, *by).output == "1 people have a seat now.\n"
    off = run("ride", sku, f"{ben.reference}/1", item_id, "--off", *by)
    assert off.output == "Ben Osei is off.\n"
    assert run("ride", sku, f"{ben.reference}/1", item_id, *by).output == "Ben Osei rides.\n"


def test_a_list_is_handed_over_and_listed(tour, sku, tmp_path):
    fill(tour.trip, [2], names=["Ben Osei"])
    file = tmp_path / "rooms.csv"
    about = ("--to", "Hotel Mar", "--reason", "To keep rooms", "--by", tour.priya.email)
    assert "2 rows for Hotel Mar" in run("hand-over", sku, "rooming", file, *about).output
    assert "Ben Osei" in file.read_text("utf-8-sig")
    assert "to Hotel Mar by Priya Nair: To keep rooms" in run("lists", sku).output
    wrong = run("hand-over", sku, "rooming", tmp_path / "rooms.doc", *about)
    assert "ends in .csv or .xlsx" in str(wrong.exception)


def test_a_message_is_written_stopped_or_sent(tour, sku):
    fill(tour.trip, [1], names=["Ben Osei"])
    by = ("--by", tour.priya.email)
    later = run("message", sku, "Hello {name}", "In {place}", "--at", "2027-01-05T09:00", *by)
    assert later.output.endswith("goes at its time.\n")
    number = later.output.split()[1]
    assert "2027-01-05 09:00 UTC, planned: Hello {name}" in run("messages", sku).output
    assert run("cancel-message", sku, number, *by).output == "It does not go out.\n"
    run("message", sku, "Hello {name}", "In {place}", *by)
    assert run("send-due").output == "1 messages were due.\n"
    assert "sent: Hello {name}" in run("messages", sku).output
