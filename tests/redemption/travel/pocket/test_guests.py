"""Rui reads the trip by his own link: what is his, whom to call, and of Maya only the name."""

from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from catalog.trips.models import RoomType
from marketplace.kernel.db import session, transaction
from redemption.bookings.models import Booking
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.desk.rooming.models import TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.pocket.operations import put_contact
from redemption.travel.pocket.queries.contacts import NewContact
from redemption.travel.pocket.queries.guests import pocket_by_link
from redemption.travel.registration.errors import LinkIsOver
from redemption.travel.registration.links import token_for
from redemption.travel.registration.operations import filling
from tests.redemption.travel.pocket.test_theirs import OUT
from tests.support.browsing import words_on
from tests.support.calendars import events_in
from tests.support.invitations import give_back
from tests.support.page_lint import lint_page
from tests.support.registration import begin, fill, mine, party
from tests.support.vault import CANARIES

GUIDE = NewContact(name="Inês", role="Guide", phone="+351 912 000 000", is_emergency=True)


@pytest.fixture
def rui(journey, time):
    """The token of Rui, who flies by himself; Maya has a flight, a seat and a confirmation."""
    begin(journey.maya, journey.reference)
    for position in (1, 2):
        fill(journey.maya, journey.reference, position=position)
    with transaction():
        filling.call_guest(mine(journey.maya, journey.reference, 2), "Rui")
    maya, guest = (one.traveler_id for one in party(journey.maya, journey.reference).members)
    journey.plan(put_contact, GUIDE, at=time())
    with transaction():
        hers = OUT | {"traveler_id": maya, "flight": "TP999", "locator": "MAYAS1"}
        his = OUT | {"traveler_id": guest, "locator": "RUIS22"}
        rows = [one | {"changed_at": time()} for one in (hers, his)]
        session().execute(sa.insert(Ticket), rows)
        kind = {"variant_id": journey.variant_id, "name": "Double", "sleeps": 2, "rooms": 2}
        session().execute(sa.insert(RoomType).values(id=1, note="", **kind))
        room = {"variant_id": journey.variant_id, "room_type_id": 1, "sleeps": 2, "taken": 1}
        rooms = [room | {"id": n, "number": n, "label": f"Room {n}"} for n in (1, 2)]
        session().execute(sa.insert(TripRoom), rooms)
        beds = [{"traveler_id": who, "room_id": n} for n, who in ((1, maya), (2, guest))]
        session().execute(sa.insert(TripBed), beds)
        place = {"item_id": journey.tram, "traveler_id": maya, "at": time()}
        session().execute(sa.insert(ActivityPlace).values(**place))
        session().execute(sa.update(Booking).values(confirmation="HOTEL-777"))
    return token_for(guest, 1)


HERS = ("TP999", "MAYAS1", "Room 1", "HOTEL-777")


def test_rui_reads_his_own_flight_and_room_and_whom_to_call(journey, rui, browser):
    answer = browser().get(f"/guests/{rui}/itinerary")
    assert answer.status_code == 200
    assert lint_page(answer.text) == []
    page = words_on(answer.text)
    for words in ("Lisbon together", "Tram 28", "TP201, JFK to LIS", "RUIS22", "Double, Room 2"):
        assert words in page
    assert "With Maya Chen" in page
    assert "Inês" in page
    assert "You have a place" not in page
    for words in (*HERS, journey.reference, *CANARIES):
        assert words not in answer.text


def test_the_page_leaves_no_trace(rui, browser):
    for page in ("itinerary", "itinerary.pdf", "itinerary.ics"):
        answer = browser().get(f"/guests/{rui}/{page}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_his_calendar_and_his_paper_hold_no_key(journey, rui, browser):
    calendar = browser().get(f"/guests/{rui}/itinerary.ics")
    assert calendar.mimetype == "text/calendar"
    events = {one.text("SUMMARY"): one for one in events_in(calendar.data)}
    assert "TP201, JFK to LIS" in events
    assert "With Maya Chen." in events["Lisbon together"].text("DESCRIPTION")
    assert len({one.value("UID") for one in events.values()}) == len(events)
    for words in (*HERS, rui, journey.reference, journey.reference.lower()):
        assert words.encode() not in calendar.data
    with pikepdf.open(BytesIO(browser().get(f"/guests/{rui}/itinerary.pdf").data)) as paper:
        assert paper.Root.MarkInfo.Marked
        assert len(paper.pages) == 2


def test_a_link_that_ended_leads_to_no_itinerary(journey, rui, browser, queue):
    give_back(journey.maya)
    queue.run_due()
    answer = browser().get(f"/guests/{rui}/itinerary")
    assert answer.status_code == 404
    assert "This link does not hold any more" in words_on(answer.text)


def test_it_ends_with_the_trip(journey, rui, time):
    session().close()
    assert pocket_by_link(rui, at=time()).guest_of == "Maya Chen"
    time.forward(days=200)
    with pytest.raises(LinkIsOver):
        pocket_by_link(rui, at=time())


def test_who_tries_many_links_waits(rui, browser):
    client = browser()
    answers = {client.get(f"/guests/{n:064x}/itinerary").status_code for n in range(40)}
    assert answers == {404, 429}
    assert client.get(f"/guests/{rui}/itinerary").status_code == 200


def test_a_guest_without_a_name_is_the_guest_of_somebody(journey, time):
    begin(journey.maya, journey.reference)
    guest = party(journey.maya, journey.reference).members[1].traveler_id
    found = pocket_by_link(token_for(guest, 1), at=time())
    assert found.trip.travelers == ("Guest of Maya Chen",)
