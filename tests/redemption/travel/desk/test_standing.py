"""Good standing once more before they leave: who is fine, who is not, and what planners decide."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.awards.operations import Entitled, settle_awards
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotAllowed, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Account, AccountBalance
from marketplace.people.operations.employment import grant_role
from marketplace.people.queries import actor_of
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.states import LineState
from redemption.travel.desk.standing.errors import DecidedAlready, LooksMoved, NobodyToConfirm
from redemption.travel.desk.standing.jobs import look_at_due
from redemption.travel.desk.standing.policies import Known, doubts_about, is_looked_at, is_news
from redemption.travel.desk.standing.queries import (
    due_departures,
    mark_of,
    standings_on,
    waiting_departures,
)
from redemption.travel.desk.standing.states import StandingState
from redemption.travel.invitations.states import InvitationState
from tests.support.desk import fill
from tests.support.entitlements import won as winning
from tests.support.invitations import accept, invite, leave, states_of
from tests.support.ledger import note_program, open_funded_budget
from tests.support.redemption import approve, ask_for, line_of, points_now, subjects_to
from tests.support.standing import confirm, gives_notice, look_at, settle, standing_of
from tests.support.tampering import walls_down
from tests.support.trips import with_terms
from tests.support.waiting import somebody

PROGRAM = 7
S = StandingState
FINE = Known(is_active=True, left_on=None, has_right=True, taken_back=0, owed=0)
OVER = date(2027, 5, 16)
DAY = datetime(2027, 4, 13, 9, 20, tzinfo=UTC)


@pytest.fixture
def going(tour):
    """Ben with a guest, Cleo and Dara, who go by invitation."""
    return fill(tour.trip, [2, 1, 1], names=["Ben Osei", "Cleo Marsh", "Dara Novak"])


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, []),
        ({"is_active": False, "left_on": date(2027, 4, 1)}, ["no longer works here"]),
        ({"left_on": OVER}, ["leaves on 16 May 2027, before the trip is over"]),
        ({"left_on": date(2027, 5, 31)}, ["leaves on 31 May 2027, after the trip"]),
        ({"has_right": False}, ["the right they won does not hold any more"]),
        ({"taken_back": 1_200}, ["1,200 points of what they won it with were taken back"]),
        ({"owed": 1}, ["owes 1 point that were taken back"]),
    ],
)
def test_each_thing_against_it_is_said(known, words):
    who = {name: getattr(FINE, name) for name in Known.__dataclass_fields__} | known
    assert [doubt.words for doubt in doubts_about(Known(**who), ends_on=OVER)] == words


def test_only_what_was_not_known_at_the_decision_is_news():
    def doubts(**known):
        who = {name: getattr(FINE, name) for name in Known.__dataclass_fields__} | known
        return tuple(doubts_about(Known(**who), ends_on=OVER))

    assert not is_news(doubts(owed=300), "owes")
    assert not is_news((), "owes")
    assert is_news(doubts(owed=300, left_on=OVER), "owes")
    assert is_news(doubts(left_on=OVER), "leaves:2027-05-31")


@pytest.mark.parametrize(
    ("on", "is_due"),
    [
        (date(2027, 4, 12), False),
        (date(2027, 4, 13), True),
        (date(2027, 5, 12), True),
        (date(2027, 5, 13), False),
    ],
)
def test_the_look_begins_so_many_days_before_and_ends_when_they_leave(tour, on, is_due):
    assert is_looked_at(date(2027, 5, 13), 30, on=on) is is_due
    assert [one.variant_id for one in due_departures(on=on)] == [tour.trip.variant_id] * is_due


def test_the_trip_says_how_many_days_before(tour):
    with_terms(tour.trip, standing_days=60)
    assert due_departures(on=date(2027, 3, 13)) == []
    assert len(due_departures(on=date(2027, 3, 14))) == 1


def test_on_the_day_everyone_is_looked_at_and_planners_hear_of_it_once(tour, going, queue, time):
    _ben, cleo, _dara = going
    gives_notice(cleo.employee_id, OVER)
    time.at = DAY
    assert look_at_due(at=clock.now()) == 1
    found = standings_on(tour.trip.variant_id)
    assert [row.name for row in found.doubtful] == ["Cleo Marsh"]
    assert [row.name for row in found.fine] == ["Ben Osei", "Dara Novak"]
    queue.run_due()
    assert subjects_to(tour.priya) == ["Look at who goes: Lisbon together"]
    look_at_due(at=clock.now())
    queue.run_due()
    assert len(subjects_to(tour.priya)) == 1
    assert [row.people for row in waiting_departures(on=DAY.date())] == [3]


def test_planners_are_reminded_a_week_before_of_what_nobody_decided(tour, going, queue, time):
    time.at = DAY
    look_at_due(at=clock.now())
    queue.run_due()
    confirm(tour.priya, tour.trip)
    fill(tour.trip, [1], names=["Eve Lund"])
    time.at = datetime(2027, 5, 5, 8, tzinfo=UTC)
    look_at_due(at=clock.now())
    queue.run_due()
    time.at = datetime(2027, 5, 6, 8, tzinfo=UTC)
    look_at_due(at=clock.now())
    queue.run_due()
    assert len(subjects_to(tour.priya)) == 3  # the day, Eve who came late, a week before
    confirm(tour.priya, tour.trip)
    time.at = datetime(2027, 5, 6, 12, tzinfo=UTC)
    look_at_due(at=clock.now())
    queue.run_due()
    assert len(subjects_to(tour.priya)) == 3


def test_one_press_confirms_all_who_are_fine_and_nobody_else(tour, going):
    ben, cleo, _dara = going
    gives_notice(cleo.employee_id, date(2027, 5, 31))
    look_at(tour.trip)
    fine = standings_on(tour.trip.variant_id).to_confirm(tour.priya.id)
    assert confirm(tour.priya, tour.trip, seen=mark_of(fine)) == 2
    states = [standing_of(tour.trip, one.booking_id).stands for one in going]
    assert states == [S.FINE, S.OPEN, S.FINE]
    assert standing_of(tour.trip, ben.booking_id).who == "Priya Nair"
    with pytest.raises(NobodyToConfirm):
        confirm(tour.priya, tour.trip)
    deed = sa.select(AuditEntry.details).where(AuditEntry.action == "standing.confirmed")
    assert session().scalars(deed).one() == {"people": 2}
    assert ledger_violations() == []


def test_who_is_fine_no_longer_since_the_page_was_opened_is_not_confirmed(tour, going):
    look_at(tour.trip)
    seen = mark_of(standings_on(tour.trip.variant_id).to_confirm(tour.priya.id))
    gives_notice(going[1].employee_id, OVER)
    with pytest.raises(LooksMoved):
        confirm(tour.priya, tour.trip, seen=seen)
    assert standing_of(tour.trip, going[0].booking_id).state is S.OPEN


def test_nobody_has_to_wait_for_the_day(tour, going):
    assert standing_of(tour.trip, going[0].booking_id).state is None
    assert confirm(tour.priya, tour.trip) == 3


def test_what_comes_up_afterwards_opens_it_again_and_what_was_known_does_not(tour, going):
    ben, cleo, _dara = going
    gives_notice(cleo.employee_id, date(2027, 5, 31))
    settle(tour.priya, tour.trip, cleo.booking_id, S.KEPT, reason="It is their last trip")
    confirm(tour.priya, tour.trip)
    assert look_at(tour.trip) == 0
    gives_notice(ben.employee_id, OVER)
    assert standing_of(tour.trip, ben.booking_id).is_doubtful
    assert look_at(tour.trip) == 1
    row = standing_of(tour.trip, ben.booking_id)
    assert (row.state, row.note, row.who) == (S.OPEN, "Something new came up", "Laurel")
    gives_notice(cleo.employee_id, OVER)
    assert look_at(tour.trip) == 1
    gives_notice(cleo.employee_id, None)
    assert confirm(tour.priya, tour.trip) == 1
    assert ledger_violations() == []


def test_a_place_by_invitation_is_withdrawn_and_is_for_the_next(tour, queue):
    ben, cleo = somebody("Ben Osei"), somebody("Cleo Marsh")
    invite(tour.priya, tour.trip, [ben.id, cleo.id], at_once=1)
    accept(ben, guests=1)
    (row,) = standings_on(tour.trip.variant_id).rows
    gives_notice(ben.id, OVER)
    name = settle(tour.priya, tour.trip, row.booking_id, reason="You leave before the trip")
    assert name == "Ben Osei"
    assert states_of(tour.trip.variant_id) == [InvitationState.WITHDRAWN, InvitationState.INVITED]
    session().close()
    assert session().get_one(Booking, row.booking_id).state is BookingState.CANCELLED
    out = standing_of(tour.trip, row.booking_id)
    assert (out.stands, out.note) == (S.WITHDRAWN, "You leave before the trip")
    assert look_at(tour.trip) == 0
    with pytest.raises(DecidedAlready):
        settle(tour.priya, tour.trip, row.booking_id, S.KEPT, seen=S.WITHDRAWN)
    assert ledger_violations() == []


def test_a_place_that_was_bought_is_withdrawn_with_all_of_its_points(tour, queue, time):
    maya = tour.house.maya
    before = points_now(maya).available
    asked = ask_for(maya, tour.trip)
    for approver in (tour.house.omar, tour.house.wei):
        approve(approver, asked)
        time.forward(seconds=31)
        queue.run_due()
    (row,) = standings_on(tour.trip.variant_id).rows
    assert (row.way, row.why) == ("For points", "")
    settle(tour.priya, tour.trip, row.booking_id, reason="An open case")
    assert line_of(asked).state is LineState.CANCELLED
    assert points_now(maya).available == before
    queue.run_due()
    assert f"Your request {asked} was canceled" in subjects_to(maya)
    assert ledger_violations() == []


def test_nobody_decides_about_their_own_place(tour, going):
    ben = going[0]
    with transaction():
        grant_role(ben.employee_id, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())
    planner = actor_of(ben.employee_id)
    assert confirm(planner, tour.trip) == 2
    assert standing_of(tour.trip, ben.booking_id).state is S.OPEN
    with pytest.raises(NobodyToConfirm):
        confirm(planner, tour.trip)
    with pytest.raises(NotAllowed):
        settle(planner, tour.trip, ben.booking_id, S.KEPT)
    assert ledger_violations() == []


def test_a_stale_page_decides_nothing(tour, going):
    ben = going[0]
    confirm(tour.priya, tour.trip)
    with pytest.raises(DecidedAlready):
        settle(tour.priya, tour.trip, ben.booking_id)
    settle(tour.priya, tour.trip, ben.booking_id, seen=S.FINE)
    with pytest.raises(NotFound):
        settle(tour.priya, tour.trip, 999_999)
    assert ledger_violations() == []


def test_who_left_and_whose_place_stays_by_the_rule_of_the_company_is_listed(tour, going):
    leave(going[0].employee_id)
    row = standing_of(tour.trip, going[0].booking_id)
    assert row.why == "no longer works here"


def test_points_that_were_taken_back_and_are_owed_are_known(tour, going):
    who = going[0].employee_id
    with transaction() as now:
        account = Account(kind="member", owner_id=who, opened_at=clock.now())
        now.add(account)
        now.flush()
        now.add(AccountBalance(account_id=account.id, posted=-300, held=0, floor=-300))
    assert standing_of(tour.trip, going[0].booking_id).why == "owes 300 points that were taken back"


@pytest.fixture
def won(tour):
    """Ben won his place in a contest that gave him 500 points as well; he goes."""
    ben, budget = somebody("Ben Osei"), open_funded_budget(1_000)
    with transaction():
        note_program(PROGRAM, budget, ben.id)
        right = winning(ben.id, variant_id=tour.trip.variant_id)
        grant_entitlements(PROGRAM, [right], actor=Actor.system(), at=clock.now())
    accept(ben)
    (row,) = standings_on(tour.trip.variant_id).rows
    assert (row.way, row.why) == ("Won", "")
    return ben, budget, row.booking_id


def _deserves(ben, budget, points):
    explanation = {"event": "Order", "rule": "All", "formula": "1"}
    wanted = Entitled(
        program_id=PROGRAM, rule_version=1, employee_id=ben.id, subject="SO-1", points=points,
        budget_id=budget, occurred_on=date(2026, 11, 2), reason="Order", explanation=explanation,
    )  # fmt: skip
    session().close()
    with transaction():
        settle_awards([wanted], actor=Actor.system(), at=clock.now())


def test_points_of_the_contest_that_were_taken_back_since_are_known(tour, won, time):
    ben, budget, booking_id = won
    _deserves(ben, budget, 500)
    time.forward(hours=1)
    _deserves(ben, budget, 300)
    row = standing_of(tour.trip, booking_id)
    assert row.why == "200 points of what they won it with were taken back"
    _deserves(ben, budget, 600)
    assert standing_of(tour.trip, booking_id).why == ""


def test_a_right_that_does_not_hold_any_more_is_known(tour, won):
    _ben, _budget, booking_id = won
    with walls_down() as now:
        now.execute(sa.text("UPDATE entitlements SET state = 'withdrawn'"))
        row = standings_on(tour.trip.variant_id).of(booking_id)
        assert row.why == "the right they won does not hold any more"


def test_a_winner_who_is_withdrawn_loses_the_right_to_the_next(tour, won):
    _ben, _budget, booking_id = won
    settle(tour.priya, tour.trip, booking_id)
    session().close()
    assert session().scalars(sa.select(Entitlement.state)).one() is EntitlementState.WITHDRAWN
    assert ledger_violations() == []
