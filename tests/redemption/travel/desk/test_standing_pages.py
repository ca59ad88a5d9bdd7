"""Good standing at the desk, as a browser without JavaScript sees it, and in the terminal."""

from datetime import date

from click.testing import CliRunner

from catalog.models import Variant
from marketplace.kernel.db import session
from redemption.travel.desk.standing.cli import standing_cli
from redemption.travel.desk.standing.states import StandingState
from tests.support.desk import fill
from tests.support.query_count import statements_sent
from tests.support.standing import gives_notice, look_at, standing_of

S = StandingState
NAMES = ["Ben Osei", "Cleo Marsh", "Dara Novak"]


def _three(tour):
    going = fill(tour.trip, [2, 1, 1], names=NAMES)
    gives_notice(going[1].employee_id, date(2027, 5, 16))
    session().close()
    return going


def test_priya_confirms_who_is_fine_and_decides_about_the_other(priya, tour):
    ben, cleo, _dara = _three(tour)
    page = priya.get(f"{tour.path}/standing")
    assert "Cleo leaves on 16 May 2027, before the trip is over" in page.words
    assert "Everyone is looked at from 13 Apr 2027 on" in page.words
    page = priya.press(page, "/standing/confirm")
    assert "2 people are confirmed." in page.words
    assert standing_of(tour.trip, ben.booking_id).state is S.FINE
    person = f"{tour.path}/standing/{cleo.booking_id}"
    nothing = priya.press(priya.get(person), f"/{cleo.booking_id}")
    assert nothing.status == 422
    assert "Choose whether they go." in nothing.words
    assert "Say why, in a sentence." in nothing.words
    after = priya.press(
        priya.get(person), f"/{cleo.booking_id}", decision="withdrawn", reason="You leave before"
    )
    assert "Cleo Marsh does not go, and reads why." in after.words
    assert "Place withdrawn" in after.words
    assert "they go no more" in priya.get(person).words


def test_a_list_that_changed_meanwhile_is_said_above(priya, tour):
    _ben, _cleo, dara = _three(tour)
    page = priya.get(f"{tour.path}/standing")
    gives_notice(dara.employee_id, date(2027, 6, 1))
    page = priya.press(page, "/standing/confirm")
    assert page.status == 422
    assert "Who is fine changed since you opened this page" in page.words
    assert "1 person is confirmed." in priya.press(page, "/standing/confirm").words


def test_the_list_shows_one_kind_at_a_time(priya, tour):
    _three(tour)
    page = priya.get(f"{tour.path}/standing?view=decide")
    assert "Cleo Marsh" in page.words
    assert "Ben Osei" not in page.words
    assert "Nobody here." in priya.get(f"{tour.path}/standing?view=decided").words


def test_what_waits_is_on_the_page_of_everything_one_manages(priya, tour):
    _three(tour)
    assert "Nothing to look at" in priya.get("/manage/standing").words
    look_at(tour.trip)
    session().close()
    assert "1 departure waits for a look at good standing" in priya.get("/manage").words
    waiting = priya.get("/manage/standing").words
    assert "Lisbon together" in waiting
    assert "3" in waiting


def test_a_trip_of_five_hundred_stays_quick(priya, tour):
    fill(tour.trip, [1] * 500)
    session().close()
    priya.get("/manage")
    with statements_sent(session().get_bind()) as sent:
        page = priya.get(f"{tour.path}/standing")
    assert "50 of 500 people" in page.words
    assert len(sent) <= 6
    session().close()
    with statements_sent(session().get_bind()) as sent:
        priya.press(page, "/standing/confirm")
    assert len(sent) < 60


def test_the_terminal_does_the_same(tour):
    ben, cleo, dara = _three(tour)
    sku = session().get_one(Variant, tour.trip.variant_id).sku
    by = ("--by", tour.priya.email)

    def run(*words):
        session().close()
        return CliRunner().invoke(standing_cli, [str(word) for word in words])

    listed = run("list", sku).output
    assert f"{cleo.reference}  Cleo Marsh (invited): leaves on 16 May 2027" in listed
    assert "1 to decide, 2 fine and not confirmed, 0 decided." in listed
    assert run("confirm", sku, *by).output == "2 confirmed.\n"
    assert run("keep", sku, cleo.reference, "Their last trip", *by).output == "Cleo Marsh goes.\n"
    gone = run("withdraw", sku, dara.reference, "An open case", *by)
    assert gone.output == "Dara Novak does not go. The place is for the next.\n"
    assert "3 decided" in run("list", sku).output
    assert run("look").output == "0 departures leave soon.\n"
    assert "has the booking B-NOBODY" in str(run("keep", sku, "B-NOBODY", "x", *by).exception)
    assert ben.reference in run("list", sku).output
