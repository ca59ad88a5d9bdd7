"""The desk of a trip with many people over HTTP, and its lists, beside their statements."""

import time
from datetime import timedelta

from bench.cast import cast
from bench.house import House
from bench.looking import Asked, look_and_rush
from bench.report import Report
from bench.trip_seed import PARTY, SLUG, Planned, fill_trip, plan_trip
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.travel.activities.operations import hold_draw
from redemption.travel.activities.queries import choices_of
from redemption.travel.desk.manifests.operations import hand_over
from redemption.travel.desk.manifests.policies import Order
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.messages.operations import plan_message
from redemption.travel.desk.messages.policies import NewMessage
from redemption.travel.desk.rooming.operations import place_everyone
from redemption.travel.desk.transfers.operations import seat_everyone

ASKED_PEOPLE, MOST_STATEMENTS, MOST_MILLISECONDS, MOST_SECONDS = 500, 8, 200, 2
PAGES = (
    ("overview", "desk"),
    ("good standing", "desk/standing"),
    ("rooms", "desk/rooms"),
    ("flights", "desk/flights"),
    ("transfers", "desk/transfers"),
    ("activities", "desk/activities"),
    ("run sheet", "desk/run-sheet"),
    ("lists", "desk/lists"),
    ("messages", "desk/messages"),
    ("a new message", "desk/messages/new"),
    ("people", "people"),
    ("registrations", "registrations"),
    ("report", "report"),
)


def measure(house: House, *, people: int, seconds: float, workers: int) -> Report:
    """Room, seat and draw for everyone, look at every page, and hand every list over."""
    floor_is = "the same statements by a plain driver, rows fetched and thrown away"
    report = Report("trip", house.engine_name, floor_is)
    visitor = cast(house, 1, points=1)[0]
    trip = plan_trip(visitor.employee_id, people)
    fill_trip(house, trip, people // PARTY)
    is_timed = people >= ASKED_PEOPLE
    _carry_out(report, trip)
    house.gather_statistics()
    asked = Asked(
        people=people,
        statements=MOST_STATEMENTS,
        milliseconds=MOST_MILLISECONDS,
        is_timed=is_timed,
    )
    here = f"/manage/trips/{SLUG}/{trip.variant_id}"
    outing = choices_of(trip.variant_id)[0].item_id
    for what, address in (*PAGES, ("an activity", f"desk/activities/{outing}")):
        look_and_rush(
            house, report, visitor, (what, f"{here}/{address}"), asked, (seconds, workers)
        )
    for kind in ListKind:
        took = _seconds(lambda kind=kind: _give(trip, kind))
        report.facts[f"seconds for the {kind.label.lower()}"] = took
        if is_timed:
            report.expect(f"Time, {kind.label.lower()}", took, MOST_SECONDS, "s")
    return report


def _carry_out(report: Report, trip: Planned) -> None:
    """What planners do in one press for everyone, and how long each takes."""
    priya, departure, at = trip.priya, trip.variant_id, clock.now()
    yesterday = at.date() - timedelta(days=1)
    deeds = {
        "room everyone": lambda: place_everyone(priya, departure, at=at),
        "seat everyone": lambda: seat_everyone(priya, departure, at=at),
        "draw the activities": lambda: hold_draw(priya, departure, due_on=yesterday, at=at),
    }
    for what, deed in deeds.items():
        report.facts[f"seconds to {what}"] = _seconds(deed)
    words = NewMessage(
        variant_id=departure,
        audience="everyone",
        subject="Your room",
        text="{room}",
        send_at=at + timedelta(days=9),
    )
    _seconds(lambda: plan_message(priya, words, at=at))


def _seconds(work) -> float:  # noqa: ANN001
    began = time.monotonic()
    with transaction():
        work()
    return time.monotonic() - began


def _give(trip: Planned, kind: ListKind) -> None:
    order = Order(
        variant_id=trip.variant_id,
        kind=kind,
        file_kind=FileKind.XLSX,
        receiver="Bench",
        reason="To see how long it takes",
    )
    hand_over(trip.priya, order, at=clock.now())
