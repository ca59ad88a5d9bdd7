"""Who rides what: parties together, by their flights, and never more than there are seats."""

from collections import Counter
from datetime import date, datetime, time

import pytest

from catalog.trips.errors import InUse
from catalog.trips.operations import add_item, change_item, remove_item
from catalog.trips.plan import NewItem
from catalog.trips.states import ItemKind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.bookings.operations import cancel
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers import operations
from redemption.travel.desk.transfers.errors import NotEnoughSeats
from redemption.travel.desk.transfers.operations import get_off, get_on, seat_everyone
from redemption.travel.desk.transfers.policies import Bus, Party, best_for, seats_for
from redemption.travel.desk.transfers.queries import transfers_on
from tests.support.desk import fill
from tests.support.racing import all_at_once, in_turn
from tests.support.tampering import named_when

DAY = date(2027, 5, 13)
CROWD = 6


def _at(hour, minute=0, *, day=13):
    return datetime.combine(date(2027, 5, day), time(hour, minute))


def _bus(tour, name, at, seats):
    new = NewItem(day=1, kind=ItemKind.TRANSFER, name=name, starts_at=at, seats=seats)
    with transaction():
        return add_item(tour.priya, tour.trip.variant_id, new, at=clock.now())


def _fly(traveler_ids, at=time(11, 5), flight="LH1170"):
    with transaction() as now:
        for one in traveler_ids:
            now.add(
                Ticket(
                    traveler_id=one, direction=Direction.OUT, leg=1, carrier="", flight=flight,
                    from_airport="FRA", to_airport="LIS", departs_on=DAY, departs_at=time(9, 10),
                    arrives_on=DAY, arrives_at=at, locator="", ticket_name="", number="",
                    changed_at=clock.now(),
                )
            )  # fmt: skip


def _found(tour):
    session().close()
    return transfers_on(tour.trip.variant_id, DAY)


def _get_on(tour, item_id, people):
    session().close()
    with transaction():
        return get_on(tour.priya, tour.trip.variant_id, item_id, people, at=clock.now())


def test_everyone_rides_the_first_bus_half_an_hour_after_landing(tour):
    early, late = _bus(tour, "Early", time(11, 20), 40), _bus(tour, "Late", time(12), 40)
    (ben,) = fill(tour.trip, [2])
    _fly(ben.travelers)
    session().close()
    with transaction():
        assert seat_everyone(tour.priya, tour.trip.variant_id, at=clock.now()) == 2
    riding = {one.id: len(one.people) for one in _found(tour).transfers}
    assert riding == {early: 0, late: 2}
    session().close()
    with pytest.raises(BadInput, match="Nobody got on"), transaction():
        seat_everyone(tour.priya, tour.trip.variant_id, at=clock.now())
    assert ledger_violations() == []


def test_a_party_stays_together_and_takes_the_next_bus_with_room():
    landing = _at(11, 5)
    buses = [Bus(1, _at(12), 3), Bus(2, _at(13), 3)]
    parties = [Party((1, 2), landing), Party((3, 4), landing), Party((5,), landing)]
    assert list(seats_for(Direction.OUT, parties, buses)) == [(1, (1, 2)), (2, (3, 4)), (1, (5,))]


def test_home_goes_the_last_bus_two_hours_before_the_flight():
    flight = _at(18, 20, day=16)
    buses = [Bus(n, _at(hour, day=16), None) for n, hour in ((1, 15), (2, 16), (3, 17))]
    assert list(seats_for(Direction.HOME, [Party((1,), flight)], buses)) == [(2, (1,))]


def test_the_bus_that_fits_a_flight_is_offered_first_and_none_where_none_does():
    flight = _at(18, 20, day=16)
    buses = [Bus(n, _at(hour, day=16), None) for n, hour in ((1, 15), (2, 16), (3, 17))]
    assert best_for(Direction.HOME, flight, buses) == 2
    assert best_for(Direction.OUT, _at(17, 10, day=16), buses) is None


def test_a_bus_without_an_hour_is_for_every_flight_of_its_day():
    landing = _at(23, 5)
    bus = Bus(1, _at(0), None, is_timed=False)
    assert list(seats_for(Direction.OUT, [Party((1,), landing)], [bus])) == [(1, (1,))]


def test_a_full_bus_takes_nobody_of_a_group_that_is_too_large(tour):
    bus = _bus(tour, "Bus", time(12), 3)
    ben, cleo = fill(tour.trip, [2, 2])
    assert _get_on(tour, bus, ben.travelers) == 2
    assert _get_on(tour, bus, ben.travelers) == 0  # they are on it
    with pytest.raises(NotEnoughSeats, match="has 1 seats left, and 2 people"):
        _get_on(tour, bus, cleo.travelers)
    assert len(_found(tour).transfers[0].people) == 2
    session().close()
    with transaction():
        get_off(tour.priya, tour.trip.variant_id, bus, ben.travelers[:1], at=clock.now())
    assert _get_on(tour, bus, cleo.travelers) == 2
    assert ledger_violations() == []


def test_seats_are_free_when_a_booking_is_given_back(tour):
    bus = _bus(tour, "Bus", time(12), 2)
    ben, cleo = fill(tour.trip, [2, 2])
    _get_on(tour, bus, ben.travelers)
    session().close()
    with transaction():
        cancel(session().get_one(Booking, ben.booking_id), actor_id=None, at=clock.now())
    assert _get_on(tour, bus, cleo.travelers) == 2
    assert named_when("I27-transfers") == set()
    with pytest.raises(NotFound):
        _get_on(tour, bus, ben.travelers)


def test_a_transfer_with_people_keeps_its_seats_in_the_plan(tour):
    bus = _bus(tour, "Bus", time(12), 2)
    (ben,) = fill(tour.trip, [2])
    _get_on(tour, bus, ben.travelers)
    session().close()
    smaller = NewItem(day=1, kind=ItemKind.TRANSFER, name="Bus", seats=1)
    with pytest.raises(InUse, match="2 seats of “Bus”"), transaction():
        change_item(tour.priya, tour.trip.variant_id, bus, smaller, at=clock.now())
    with pytest.raises(InUse), transaction():
        remove_item(tour.priya, tour.trip.variant_id, bus, at=clock.now())


def _outcomes(run, app, tour, bus, people):
    session().close()

    def work(number):
        with transaction():
            who = [people[number]]
            return get_on(tour.priya, tour.trip.variant_id, bus, who, at=clock.now())

    return Counter(getattr(answer, "code", answer) for answer in run(app, CROWD, work))


@pytest.mark.race
def test_the_last_seat_goes_to_one(app, tour):
    bus = _bus(tour, "Bus", time(12), 1)
    people = [one.travelers[0] for one in fill(tour.trip, [1] * CROWD)]
    outcomes = _outcomes(all_at_once, app, tour, bus, people)
    assert outcomes == {1: 1, "not_enough_seats": CROWD - 1}
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_guard_everyone_gets_on(app, tour, monkeypatch):
    monkeypatch.setattr(operations, "_count", lambda item, by: None)
    bus = _bus(tour, "Bus", time(12), 1)
    people = [one.travelers[0] for one in fill(tour.trip, [1] * CROWD)]
    assert _outcomes(in_turn, app, tour, bus, people) == {1: CROWD}
    assert {one.id for one in ledger_violations(["I27-transfers"])} == {"I27-transfers"}


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE transfer_loads SET taken = 7",
        "DELETE FROM transfer_seats",
        "UPDATE itinerary_items SET seats = 1",
        "UPDATE bookings SET state = 'cancelled'",
    ],
)
def test_the_check_finds_transfers_that_were_tampered_with(tour, forged):
    bus = _bus(tour, "Bus", time(12), 2)
    (ben,) = fill(tour.trip, [2])
    _get_on(tour, bus, ben.travelers)
    assert named_when("I27-transfers", forged) == {"I27-transfers"}


def test_priya_puts_a_flight_on_a_bus_and_takes_somebody_off(tour, priya):
    bus = _bus(tour, "Bus to the hotel", time(12), 4)
    (ben,) = fill(tour.trip, [2], names=["Ben Osei"])
    _fly(ben.travelers)
    _bus(tour, "Too early", time(8), 4)
    page = priya.get(f"{tour.path}/transfers")
    assert "2 people, 2 without a seat" in page.words
    assert f'<option value="{bus}" selected>' in page.html
    on = priya.press(page, f"/flights/out/LH1170/{DAY.isoformat()}", item=str(bus))
    assert "2 people are on it." in on.words
    off = priya.press(on, f"/{bus}/off", people=str(ben.travelers[1]))
    assert "1 person is off Bus to the hotel." in off.words
    nobody = priya.press(off, f"/{bus}/off")
    assert nobody.status == 422
    seated = priya.press(off, "/seat")
    assert "1 person has a seat now." in seated.words
