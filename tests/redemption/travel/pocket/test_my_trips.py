"""One list of Maya's trips with what comes next, and the trip that is near on the home page."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from catalog.models import Departure
from catalog.trips import operations as planning
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.bookings.operations import book_line
from redemption.fulfillment.queries import booking_of
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.models import NoShow
from redemption.travel.pocket.operations import have_seen
from redemption.travel.pocket.queries.maybes import my_maybes
from redemption.travel.pocket.queries.mine import my_trips
from redemption.travel.pocket.queries.near import near
from redemption.travel.registration.operations.planning import put_deadlines
from redemption.travel.registration.states import Section
from tests.redemption.travel.pocket.conftest import TRAM
from tests.support.browsing import words_on
from tests.support.invitations import give_back, invite
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for, cancel, give_points, line_of
from tests.support.registration import begin, fill, party, send
from tests.support.trips import stock_group_trip
from tests.support.waiting import deliver, join

DAY_ONE = datetime(2027, 5, 13, 10, tzinfo=UTC)


def go_to(time, moment):
    time.forward(seconds=(moment - time()).total_seconds())


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return words_on(answer.text)


@pytest.fixture
def maya(journey, time):
    begin(journey.maya, journey.reference)
    return journey.maya


def test_each_trip_says_what_is_due_next_and_when(journey, maya, sign_in):
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "“Name as in the passport” until 14 Mar 2027, and 4 more to fill in." in page
    assert "Your guest: 0 of 3 filled in." in page
    assert "Something changed" not in page


def test_a_registration_that_is_sent_is_done_and_the_guests_stays_to_be_done(
    journey, maya, sign_in
):
    fill(maya, journey.reference)
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "Look at it once more and send it" in page
    send(maya, journey.reference)
    fill(maya, journey.reference, position=2)
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "All done: your registration is sent." in page
    assert "Your guest: 3 of 3 filled in, not sent." in page


def test_what_was_missed_is_said(journey, maya, sign_in, time):
    go_to(time, DAY_ONE.replace(month=4))
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "“How you travel”, “Your room” are over since 14 Mar 2027. Write to" in page


def test_news_are_on_the_card_until_she_has_seen_them(journey, maya, time):
    assert not my_trips(maya, on=clock.today()).ahead[0].has_news
    journey.plan(planning.remove_item, journey.tram, at=time())
    session().close()
    assert my_trips(maya, on=clock.today()).ahead[0].has_news
    time.forward(minutes=1)
    session().close()
    with transaction():
        have_seen(maya, journey.reference, until=time())
    assert not my_trips(maya, on=clock.today()).ahead[0].has_news


def test_what_is_called_off_given_back_and_over_stands_apart(journey, maya, sign_in, time):
    with transaction():
        off = sa.update(Departure).where(Departure.variant_id == journey.variant_id)
        session().execute(off.values(canceled_at=time()))
    assert "Called off on" in read(sign_in(maya.id), "/trips/bookings")
    with transaction():
        session().execute(off.values(canceled_at=None))
    give_back(maya)
    assert "You gave your places back on" in read(sign_in(maya.id), "/trips/bookings")
    session().close()
    assert my_trips(maya, on=DAY_ONE.date().replace(month=6)).off == []


def test_who_is_back_is_asked_how_it_was_unless_they_did_not_come(journey, maya, sign_in, time):
    go_to(time, DAY_ONE.replace(day=18))
    session().close()
    assert close_trips(time().date()) == 1
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "How was it? A few questions wait for you until 15 Jun 2027." in page
    with transaction():
        me = party(maya, journey.reference).members[0].traveler_id
        session().execute(sa.insert(NoShow).values(traveler_id=me, at=time()))
    assert "How was it?" not in read(sign_in(maya.id), "/trips/bookings")


def test_an_invitation_and_a_place_in_line_are_not_settled_yet(journey, maya, sign_in, time):
    azores, madeira = stock_group_trip("Azores together"), stock_group_trip("Madeira together")
    invite(journey.priya, azores, [maya.id])
    deliver(madeira, -8)
    join(maya, madeira)
    found = my_maybes(maya, at=time())
    assert [(one.name, one.is_invitation) for one in found] == [
        ("Azores together", True),
        ("Madeira together", False),
    ]
    assert found[0].until is not None
    page = read(sign_in(maya.id), "/trips/bookings")
    assert "Not settled yet" in page
    assert "In line" in page
    assert page.index("Not settled yet") < page.index("You go")
    assert my_maybes(journey.club.ben, at=time()) == []
    go_to(time, DAY_ONE)
    page = read(sign_in(maya.id), "/trips/bookings")
    assert page.index("You go") < page.index("Not settled yet")


def test_a_trip_asked_for_with_points_is_not_settled_before_a_yes(journey, maya, sign_in, time):
    give_points(maya.id, 200_000)
    reference = ask_for(maya, stock_group_trip("Azores together"))
    (asked,) = my_maybes(maya, at=time())
    assert (asked.name, asked.reference, asked.is_package) == ("Azores together", reference, False)
    page = sign_in(maya.id).get("/trips/bookings").text
    assert f'href="/redemptions/{reference}"' in page
    assert "Waiting for approval" in page
    session().close()
    cancel(maya, reference)
    assert my_maybes(maya, at=time()) == []


def test_nobody_sees_the_trips_of_others(journey, maya, sign_in):
    page = read(sign_in(journey.club.ben.id), "/trips/bookings")
    assert "No trip ahead" in page
    assert journey.reference not in page


def test_a_trip_within_sixty_days_stands_on_the_home_page(journey, maya, sign_in, time):
    go_to(time, datetime(2027, 3, 1, 10, tzinfo=UTC))
    assert "Lisbon together: in" not in read(sign_in(maya.id), "/")
    go_to(time, datetime(2027, 3, 14, 10, tzinfo=UTC))
    page = read(sign_in(maya.id), "/")
    assert "Lisbon together: in 60 days" in page
    assert "“Name as in the passport” is needed until 14 Mar 2027. Fill it in" in page
    assert "Before you go" not in page  # the card of the trip says it


def test_the_card_says_what_comes_next(journey, maya, sign_in, time):
    fill(maya, journey.reference)
    go_to(time, datetime(2027, 5, 12, 10, tzinfo=UTC))
    page = read(sign_in(maya.id), "/")
    assert "Lisbon together: tomorrow" in page
    assert "Your registration is not sent yet. Look at it and send it" in page
    send(maya, journey.reference)
    assert "Everything is done. You go to Lisbon" in read(sign_in(maya.id), "/")
    journey.plan(planning.add_item, TRAM, at=time())
    assert "Something changed since you last looked." in read(sign_in(maya.id), "/")
    go_to(time, datetime(2027, 5, 13, 23, 30, tzinfo=UTC))  # past midnight there
    assert "Lisbon together: day 2 of 4" in read(sign_in(maya.id), "/")


def test_a_section_that_was_set_or_opened_again_counts_on_the_card(journey, maya, time, sign_in):
    filled = (Section.TRAVELER, Section.DOCUMENTS, Section.TRAVEL, Section.NEEDS)
    fill(maya, journey.reference, *filled)
    go_to(time, datetime(2027, 4, 20, 10, tzinfo=UTC))
    session().close()
    assert near(maya, at=time()).trip.left == ()
    with transaction():
        ends_on = party(maya, journey.reference).ends_on
        days = {Section.ROOM: DAY_ONE.date().replace(day=1)}
        put_deadlines(journey.priya, journey.variant_id, days, ends_on=ends_on, at=time())
    session().close()
    (left,) = near(maya, at=time()).trip.left
    assert (left.section, left.due_on.day) == (Section.ROOM, 1)


def test_the_home_page_of_others_says_nothing(journey, maya, time):
    go_to(time, datetime(2027, 5, 1, 10, tzinfo=UTC))
    session().close()
    found = near(journey.club.ben, at=time())
    assert (found.invited, found.trip) == (None, None)


def test_the_page_of_a_bought_place_leads_on(journey, sign_in, time):
    ben = journey.club.ben
    give_points(ben.id, 100_000)
    request = ask_for(ben, journey.club.trip)
    line = line_of(request)
    with transaction():
        book_line(line, at=time())
    found = booking_of(line.id, line.snapshot)
    assert found.is_to_register(time().date())
    assert not found.is_to_register(DAY_ONE.date())
    page = sign_in(ben.id).get(f"/trips/bookings/{found.reference}")
    here = f"/trips/bookings/{found.reference}/itinerary"
    assert here in page.text
    assert f'href="/redemptions/{request}"' in sign_in(ben.id).get(here).text
