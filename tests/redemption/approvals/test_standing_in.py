"""Wei answers for Omar while Omar is away: about what, until when, and never about himself."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.operations import set_price
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.calendars.operations import set_hours
from marketplace.calendars.policies import Hours
from marketplace.calendars.states import WORKING_WEEK
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.worth import Money
from marketplace.people.operations.employment import assign_manager, mark_left, revoke_role
from marketplace.web.filters import day
from redemption.approvals.away.cli import approval_away_cli
from redemption.approvals.away.jobs import end_absences
from redemption.approvals.away.queries import absence_row, waiting_under
from redemption.approvals.jobs import hand_on_deserted, tell_of_undecided
from redemption.approvals.models import ApprovalAssignee
from redemption.approvals.operations.notes import ask_question
from redemption.approvals.queries.decision import decision_page
from redemption.approvals.queries.inbox import count_waiting, waiting_for, waiting_requests
from redemption.approvals.queries.undecided import undecided
from redemption.notices import about_line
from redemption.queries.request_page import request_page
from redemption.refusals import AlreadyDecided, DecidedTwice, NotYourTurn, OwnRequest
from redemption.states import LineState
from tests.support.away import be_away, come_back, days
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.redemption import (
    approve,
    ask_for,
    decline,
    give_points,
    line_of,
    new_key,
    subjects_to,
    undo,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def card(house):
    return stock_gift_card(points=12_000)


@pytest.fixture
def nora(house):
    """Nora, who is asked about nothing herself."""
    return actor(employ("Nora Lindqvist"))


def inbox(who):
    at = clock.now()
    rows = waiting_requests(who, at=at)
    assert count_waiting(who, rows, at=at) == session().scalar(sa.select(waiting_for(who, at)))
    session().close()
    return [row.reference for row in rows]


def asked(reference):
    line_id = line_of(reference).id
    found = session().execute(
        sa.select(ApprovalAssignee.employee_id, ApprovalAssignee.because)
        .where(ApprovalAssignee.line_id == line_id)
        .order_by(ApprovalAssignee.id)
    )
    return [tuple(row) for row in found]


def story(who, reference):
    items = request_page(who, reference, at=clock.now()).story
    session().close()
    return [f"{item.what} {item.note}".strip() for item in items]


def test_nora_answers_what_waits_and_what_comes_and_the_answer_names_both(
    house, card, nora, queue, time
):
    before = ask_for(house.maya, card)
    be_away(house.omar, nora)
    after = ask_for(house.maya, card)
    assert inbox(nora) == inbox(house.omar) == [before, after]
    (row, _other) = waiting_requests(nora, at=clock.now())
    assert (row.in_place_of, row.asked_as) == ("Omar Haddad", "manager, for Omar Haddad")
    approve(nora, before)
    decline(nora, after, "Please ask in spring.")
    time.forward(seconds=31)
    queue.run_due()
    assert line_of(before).state is LineState.APPROVED
    assert "Yes from Nora Lindqvist for Omar Haddad" in story(house.maya, before)
    assert any(
        "Nora Lindqvist for Omar Haddad said no" in said for said in story(house.maya, after)
    )
    assert about_line(line_of(after).id).who == "Nora Lindqvist for Omar Haddad"
    found = session().execute(
        sa.select(AuditEntry.actor_id, AuditEntry.on_behalf_of_id).where(
            AuditEntry.action == "approval.approve"
        )
    )
    assert [tuple(row) for row in found] == [(nora.id, house.omar.id)]
    assert ledger_violations() == []


def test_the_page_of_the_request_says_who_answers_for_whom_and_until_when(house, card, nora):
    be_away(house.omar, nora)
    reference = ask_for(house.maya, card)
    assert "Nora Lindqvist answers for Omar Haddad until" in story(house.maya, reference)[-1]


def test_it_begins_with_the_first_day_and_ends_with_the_last_where_omar_works(
    house, card, nora, ada, time
):
    with transaction():
        set_hours(ada, "Lisbon", Hours("Asia/Tokyo", WORKING_WEEK, 540, 1020), at=clock.now())
    reference = ask_for(house.maya, card)
    be_away(house.omar, nora, on=days(1, 1))
    today = clock.now().date()
    midnight = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)  # in Tokyo
    time.forward(seconds=(midnight - clock.now()).total_seconds() - 1)
    assert inbox(nora) == []
    time.forward(seconds=1)
    assert (inbox(nora), clock.now().date()) == ([reference], today)
    time.forward(seconds=86_399)
    assert inbox(nora) == [reference]
    time.forward(seconds=1)
    assert inbox(nora) == []
    with pytest.raises(NotFound):
        approve(nora, reference)


@pytest.mark.parametrize(
    ("limits", "reaches"),
    [
        ({}, True),
        ({"kinds": frozenset({"gift_card", "learning"})}, True),
        ({"kinds": frozenset({"individual_travel"})}, False),
        ({"most_points": 12_000}, True),
        ({"most_points": 11_999}, False),
        ({"most_money": Money(12_000, "USD")}, True),
        ({"most_money": Money(11_999, "USD")}, False),
        ({"most_money": Money(10_000_000, "EUR")}, False),  # nobody can compare it
    ],
)
def test_limits_are_kinds_points_and_money_and_beyond_them_others_are_asked(
    house, card, nora, limits, reaches
):
    assert (card.cash_minor, card.currency) == (12_000, "USD")
    waiting = ask_for(house.maya, card)
    be_away(house.omar, nora, **limits)
    assert inbox(nora) == ([waiting] if reaches else [])
    reference = ask_for(house.maya, card)
    assert inbox(nora) == ([waiting, reference] if reaches else [])
    assert (asked(reference) == [(house.omar.id, "")]) is reaches
    if not reaches:
        with pytest.raises(NotFound):
            approve(nora, waiting)


def test_maya_never_answers_her_own_request_for_omar(house, card):
    reference = ask_for(house.maya, card)
    be_away(house.omar, house.maya)
    assert inbox(house.maya) == []
    with pytest.raises(OwnRequest):
        approve(house.maya, reference)
    again = ask_for(house.maya, card)  # she is no help: somebody else is asked
    assert house.omar.id not in {who for who, _why in asked(again)}


def test_who_decides_another_step_answers_there_only(house):
    """Wei is the travel approver of the trip, so he does not say Omar's yes, too."""
    reference = ask_for(house.maya, stock_lisbon_trip(points=20_000))
    be_away(house.omar, house.wei)
    assert inbox(house.wei) == []
    with pytest.raises(NotYourTurn):
        approve(house.wei, reference)
    other = ask_for(house.maya, stock_lisbon_trip(points=20_000, name="Porto weekend"))
    assert [who for who, _why in asked(other)] == [house.wei.id, house.priya.id]


def test_one_who_answers_for_two_says_one_yes(house, nora, queue, time):
    reference = ask_for(house.maya, stock_lisbon_trip(points=20_000))
    be_away(house.omar, nora)
    be_away(house.wei, nora)
    approve(nora, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert inbox(nora) == []
    with pytest.raises(DecidedTwice):
        approve(nora, reference)
    assert inbox(house.wei) == [reference]


def test_who_set_the_terms_of_the_reward_answers_for_nobody_about_it(house, card):
    waiting = ask_for(house.maya, card)
    be_away(house.omar, house.priya)
    assert inbox(house.priya) == [waiting]
    with transaction():
        set_price(house.priya, card.variant_id, 11_000, at=clock.now())
    assert inbox(house.priya) == []
    with pytest.raises(NotFound):
        approve(house.priya, waiting)
    cheaper = offer(house.maya, card.variant_id, at=clock.now())
    session().close()
    assert house.omar.id not in {who for who, _why in asked(ask_for(house.maya, cheaper))}


def test_whom_priya_names_for_omar_does_not_answer_what_priya_asks_for(house, card, nora):
    with transaction():
        give_points(house.priya.id, 50_000)
        assign_manager(house.priya.id, house.omar.id, actor=Actor.system(), at=clock.now())
    priya = actor(house.priya.id)
    mayas, own = ask_for(house.maya, card), ask_for(priya, card)
    be_away(house.omar, nora, by=priya)
    assert inbox(nora) == [mayas]
    with pytest.raises(NotFound):
        approve(nora, own)
    assert inbox(house.omar) == [mayas, own]


def test_omar_still_may_answer_and_whoever_is_first_counts(house, card, nora):
    first, second = ask_for(house.maya, card), ask_for(house.maya, card)
    be_away(house.omar, nora)
    approve(house.omar, first)
    approve(nora, second)
    with pytest.raises(AlreadyDecided, match="by Omar Haddad"):
        approve(nora, first)
    with pytest.raises(AlreadyDecided, match="by Nora Lindqvist for Omar Haddad"):
        approve(house.omar, second)
    assert (inbox(nora), inbox(house.omar)) == ([], [])


def test_nora_may_take_her_answer_back_also_once_she_answers_no_more(house, card, nora):
    reference = ask_for(house.maya, card)
    absence = be_away(house.omar, nora)
    decision = approve(nora, reference)
    come_back(house.omar, absence)
    assert decision_page(nora, reference, at=clock.now()).decided is not None
    session().close()
    undo(nora, decision)
    assert (inbox(nora), inbox(house.omar)) == ([], [reference])
    assert ledger_violations() == []


@pytest.mark.parametrize("who", ["omar", "nora", "priya"])
def test_any_of_them_ends_it_early_and_then_nora_answers_nothing(house, card, nora, who):
    reference = ask_for(house.maya, card)
    absence = be_away(house.omar, nora)
    ends = {"omar": house.omar, "nora": nora, "priya": house.priya}[who]
    assert (come_back(ends, absence), come_back(ends, absence)) == (True, False)
    assert inbox(nora) == []
    with pytest.raises(NotFound):
        approve(nora, reference)


@pytest.mark.parametrize("who", ["omar", "nora"])
def test_it_ends_when_either_leaves(house, card, nora, queue, who):
    reference = ask_for(house.maya, card)
    absence = be_away(house.omar, nora)
    gone = house.omar if who == "omar" else nora
    with transaction():
        mark_left(gone.id, on=clock.now().date(), actor=Actor.system(), at=clock.now())
    assert inbox(nora) == []
    with pytest.raises(NotFound):
        approve(nora, reference)
    end_absences()
    row = absence_row(None, absence, sees_all=True)
    assert (row.is_live(clock.now()), row.ended_because) == (False, f"{gone.name} has left")


def test_omar_is_away_and_nobody_answers_so_somebody_else_is_asked_and_maya_reads_why(house, card):
    be_away(house.omar)
    reference = ask_for(house.maya, card)
    last = clock.now() + timedelta(days=4)
    why = f"Omar Haddad is away until {day(last)}"
    assert asked(reference) == [(house.wei.id, why)]
    assert f"{why}, so Wei Zhang is asked." in story(house.maya, reference)[-1]
    (row,) = waiting_requests(house.wei, at=clock.now())
    assert row.asked_as == f"travel approver, in place of the manager: {why}"


def test_where_nobody_else_is_left_who_is_away_is_asked_all_the_same(house, card):
    for who, role in ((house.wei, Role.TRAVEL_APPROVER), (house.priya, Role.PROGRAM_MANAGER)):
        with transaction():
            revoke_role(who.id, role, actor=Actor.system(), at=clock.now())
    be_away(house.omar)
    assert asked(ask_for(house.maya, card)) == [(house.omar.id, "")]


def test_a_stand_in_who_is_away_too_is_none(house, card, nora):
    be_away(house.omar, nora)
    be_away(nora)
    assert [who for who, _why in asked(ask_for(house.maya, card))] == [house.wei.id]


def test_a_stand_in_answers_for_those_who_named_them_and_for_nobody_behind(house, card, nora):
    """Omar names Nora, Nora names Lena: Lena answers for Nora and not for Omar."""
    lena = actor(employ("Lena Vogt"))
    be_away(house.omar, nora)
    be_away(nora, lena)
    reference = ask_for(house.maya, card)
    assert [who for who, _why in asked(reference)] == [house.wei.id]
    with pytest.raises(NotFound):
        approve(lena, reference)


def test_what_waits_for_omar_is_handed_on_once_he_is_away_alone(house, card, queue):
    reference = ask_for(house.maya, card)
    hand_on_deserted()
    assert [who for who, _why in asked(reference)] == [house.omar.id]
    be_away(house.omar)
    hand_on_deserted()
    hand_on_deserted()
    (_omar, (wei, why)) = asked(reference)
    assert (wei, why.startswith("Omar Haddad is away until")) == (house.wei.id, True)
    assert inbox(house.wei) == inbox(house.omar) == [reference]


def test_nora_asks_maya_something_for_omar(house, card, nora, queue):
    reference = ask_for(house.maya, card)
    be_away(house.omar, nora)
    line = line_of(reference)
    session().close()
    with transaction():
        ask_question(nora, line.id, "Which one?", request_key=new_key(), at=clock.now())
    queue.run_due()
    assert "Nora Lindqvist has a question" in subjects_to(house.maya)


def test_nora_and_omar_both_get_the_letters(house, card, nora, queue):
    waiting = ask_for(house.maya, card)
    queue.run_due()
    absence = be_away(house.omar, nora, note="Mind the budget.")
    queue.run_due()
    ask_for(house.maya, card)
    queue.run_due()
    assert subjects_to(nora) == ["You answer for Omar Haddad", "Maya Chen asks for your yes"]
    assert subjects_to(house.omar) == ["Maya Chen asks for your yes"] * 2
    first, second = letters_to(nora)
    assert "1 request waits already" in first.text
    assert "Omar Haddad is away until" in second.text
    come_back(house.omar, absence)
    queue.run_due()
    assert subjects_to(nora)[-1] == "You answer for Omar Haddad no longer"
    assert waiting


def test_how_many_wait_under_it_is_what_the_inbox_shows(house, card, nora):
    ask_for(house.maya, card)
    absence = be_away(house.omar, nora)
    assert waiting_under(absence, at=clock.now()) == len(inbox(nora)) == 1


def letters_to(who):
    session().close()
    return session().query(Letter).filter_by(employee_id=who.id).order_by(Letter.id).all()


def take_roles_away(house):
    for who, role in ((house.wei, Role.TRAVEL_APPROVER), (house.priya, Role.PROGRAM_MANAGER)):
        with transaction():
            revoke_role(who.id, role, actor=Actor.system(), at=clock.now())


def test_what_nobody_can_decide_is_told_to_priya_every_night_until_somebody_can(
    house, card, nora, ada, queue, sign_in, time
):
    reference = ask_for(house.maya, card)
    take_roles_away(house)
    be_away(house.omar, nora, most_points=100)
    queue.run_due()
    tell_of_undecided()
    tell_of_undecided()
    assert subjects_to(ada) == ["A request waits for nobody"]  # no program manager is left
    (letter,) = letters_to(ada)
    why = f"Omar Haddad is away until {day(clock.now() + timedelta(days=4))}"
    assert (reference in letter.text, why in letter.text) == (True, True)
    page = sign_in(ada.id).get("/approvals/away/undecided").text
    assert ("Name who answers for Omar Haddad" in page, lint_page(page)) == (True, [])
    session().close()
    said = CliRunner().invoke(approval_away_cli, ["undecided"]).output
    assert said == f"{reference}: Maya Chen, Lumen Books gift card: {why}\n"
    be_away(house.omar, nora)
    assert undecided(at=clock.now()) == []
    session().close()
    time.forward(seconds=86_400)
    tell_of_undecided()
    assert len(subjects_to(ada)) == 1


def test_what_a_program_manager_can_decide_is_handed_to_her_and_told_to_nobody(
    house, card, nora, queue
):
    """Nora answers no more while Omar is still away: somebody else is asked in the night."""
    reference = ask_for(house.maya, card)
    absence = be_away(house.omar, nora)
    be_away(house.omar, on=days(0, 9))
    come_back(nora, absence)
    assert [one.reference for one in undecided(at=clock.now())] == [reference]
    session().close()
    tell_of_undecided()
    assert undecided(at=clock.now()) == []
    session().close()
    queue.run_due()
    assert not [one for one in subjects_to(house.priya) if "for nobody" in one]
    assert house.wei.id in {who for who, _why in asked(reference)}
