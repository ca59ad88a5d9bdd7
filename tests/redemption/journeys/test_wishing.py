"""Maya asks for dates of a package; what she asked for is kept and weighed."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.packages.errors import NoTermsYet, TermsChanged, WrongWish
from catalog.packages.operations import set_terms
from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from redemption.approvals.away.policies import Days
from redemption.approvals.queries.decision import decision_page
from redemption.journeys.errors import NoCover
from redemption.journeys.queries.cover import cover_meant
from redemption.journeys.queries.weighing import weigh_wish
from redemption.journeys.states import JourneyState
from redemption.states import LineState
from tests.support.away import be_away
from tests.support.catalog import stock_lisbon_trip
from tests.support.invitations import accept, invite
from tests.support.packages import PORTO, stock_package
from tests.support.people import employ
from tests.support.redemption import (
    approve,
    ask_for,
    give_points,
    line_of,
    points_now,
    stock_of,
)
from tests.support.travel_dates import MADE, book, journey_named, wish, wish_for
from tests.support.trips import stock_group_trip


def test_dates_are_kept_with_the_request_and_the_price_is_promised(travel):
    reference = wish(travel.maya, travel.porto, travel.lena)
    journey, line = journey_named(reference), line_of(reference)
    assert journey.guaranteed_until == date(2026, 12, 23)
    assert journey.state is JourneyState.WISHED
    assert line.snapshot["departure"]["ends_on"] == "2027-05-17"
    assert line.snapshot["wish"]["cover"] == "Lena Novak"
    assert points_now(travel.maya).held == 40_000
    assert ledger_violations() == []


def test_a_wish_outside_of_the_terms_changes_nothing(travel):
    for changes, error in (
        ({"nights": 9}, WrongWish),
        ({"first_on": date(2026, 11, 30)}, WrongWish),
        ({"seen_terms": 7}, TermsChanged),
        ({"cover_id": travel.maya.id}, NoCover),
        ({"cover_id": 10**6}, NoCover),
    ):
        with pytest.raises(error):
            wish(travel.maya, travel.porto, travel.lena, **changes)
    with pytest.raises(WrongWish, match="Enter the first night"):
        ask_for(travel.maya, travel.porto)
    with pytest.raises(NoTermsYet):
        wish(travel.maya, stock_package("Unsaid", terms=None), travel.lena)
    assert points_now(travel.maya).held == 0
    assert stock_of(travel.porto.variant_id) == (2, 0, 0)


def test_terms_that_change_later_leave_the_promise_as_it_is(travel, at):
    reference = wish(travel.maya, travel.porto, travel.lena)
    with transaction():
        wanted = replace(PORTO, guarantee_days=1)
        set_terms(Actor.system(), travel.porto.reward_id, wanted, seen=1, at=at)
    assert journey_named(reference).guaranteed_until == date(2026, 12, 23)


def test_nobody_stands_in_for_themselves_by_the_database_too(travel):
    reference = wish(travel.maya, travel.porto, travel.lena)
    told = {"line": line_of(reference).id, "who": travel.maya.id}
    with pytest.raises(IntegrityError), transaction():
        session().execute(
            sa.text("UPDATE journeys SET cover_id = :who WHERE line_id = :line"), told
        )


def test_who_stands_in_is_meant_by_name_or_e_mail(travel):
    employ("Lena Novakova")
    assert cover_meant(travel.maya, "Lena Novak") == travel.lena.id
    assert cover_meant(travel.maya, " lena.novak@evergreen.example ") == travel.lena.id
    assert cover_meant(travel.maya, "Maya Chen") == travel.maya.id  # refused when it is sent
    with pytest.raises(NoCover, match="can be several people: Lena Novak"):
        cover_meant(travel.maya, "Lena")
    with pytest.raises(NoCover, match="No colleague at work is called"):
        cover_meant(travel.maya, "Nobody")


def test_an_approver_weighs_who_is_away_in_these_days(travel, at):
    iris = actor_of(employ("Iris Vale"))
    with transaction():
        give_points(iris.id, 100_000)
    theirs = wish(iris, travel.porto, travel.maya, first_on=date(2027, 5, 16), second_on=None)
    mine = wish(travel.maya, travel.porto, travel.lena)
    assert weigh_wish(line_of(mine).id).also_away == ()  # nobody has said yes to Iris yet
    told = {"state": LineState.APPROVED, "line": line_of(theirs).id}
    session().close()
    with transaction():
        session().execute(
            sa.text("UPDATE redemption_lines SET state = :state WHERE id = :line"), told
        )
    be_away(travel.lena, on=Days(date(2027, 5, 10), date(2027, 5, 15)))
    weighed = decision_page(travel.omar, mine, at=at).wished
    assert weighed.also_away == ("Iris Vale, 16 May 2027 to 19 May 2027",)
    assert weighed.cover_away == ("10 May 2027 to 15 May 2027",)
    assert weighed.guaranteed_until == date(2026, 12, 23)


def test_a_wish_is_written_down_once(travel):
    order = {"wish": wish_for(travel.lena)}
    first = ask_for(travel.maya, travel.porto, key="the-same-form", **order)
    assert ask_for(travel.maya, travel.porto, key="the-same-form", **order) == first
    assert points_now(travel.maya).held == 40_000


def test_who_goes_on_a_trip_by_invitation_is_away_and_travels_too(travel, at):
    trip = stock_group_trip()  # 13 to 16 May 2027
    iris = actor_of(employ("Iris Vale"))
    invite(travel.house.priya, trip, [travel.maya.id, travel.lena.id, iris.id])
    for who in (travel.maya, travel.lena, iris):
        accept(who)
    mine = wish(travel.maya, travel.porto, travel.lena)
    page = decision_page(travel.omar, mine, at=at)
    assert page.wished.cover_away == ("13 May 2027 to 16 May 2027",)
    assert page.also_away == ("Iris Vale, 13 May 2027 to 16 May 2027",)
    assert page.other_trips == ("Lisbon together on 13 May 2027",)
    assert "second trip in 2027" in page.verdict.text


def test_who_is_away_then_is_said_of_every_trip_with_dates(travel, at):
    trip = stock_group_trip()
    others = [actor_of(employ(f"Iris {name}")) for name in ("Ash", "Bell", "Cole", "Dean", "Ede")]
    zed = actor_of(employ("Zoe Zed"))
    invite(travel.house.priya, trip, [one.id for one in (*others, zed)], guests=0)
    for who in (*others, zed):
        accept(who)
    mine = ask_for(travel.maya, stock_lisbon_trip())
    page = decision_page(travel.omar, mine, at=at)
    assert page.also_away[0] == "Iris Ash, 13 May 2027 to 16 May 2027"
    assert page.also_away[-1] == "and 1 more"


def test_a_journey_is_on_the_dates_that_were_booked(travel, queue, time, at):
    iris = actor_of(employ("Iris Vale", manager_id=travel.omar.id))
    with transaction():
        give_points(iris.id, 100_000)
    theirs = wish(iris, travel.porto, travel.maya)
    for who in (travel.omar, travel.wei):
        approve(who, theirs)
        time.forward(minutes=1)
        queue.run_due()
    dates = {"starts_on": date(2027, 6, 3), "ends_on": date(2027, 6, 6)}
    book(travel.ana, theirs, replace(MADE, **dates))
    may = wish(travel.maya, travel.porto, travel.lena)
    assert weigh_wish(line_of(may).id).also_away == ()
    june = wish(travel.maya, stock_package("By the sea"), travel.lena, first_on=date(2027, 6, 4))
    assert weigh_wish(line_of(june).id).also_away == ("Iris Vale, 3 Jun 2027 to 6 Jun 2027",)
