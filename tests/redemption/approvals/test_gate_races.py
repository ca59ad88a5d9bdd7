"""Several at one gate at the same moment: n yeses of n people, with the guards off as control."""

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.approvals.models import ApprovalStep
from redemption.approvals.operations import deciding, passing
from redemption.approvals.states import StepState
from redemption.states import LineState
from tests.crash.world import points_in
from tests.support.approvals import in_the_way, open_pool
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import (
    approve,
    ask_for,
    decline,
    furnish,
    line_of,
    new_key,
    points_now,
    undo,
)

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]
OPERATIONS = ROOT / "redemption" / "approvals" / "operations"
DESK = ("Ines Duarte", "Jan Novak", "Kira Lund", "Lena Vogt")


def _desk():
    people = [actor(employ(name, roles=(Role.FINANCE,))) for name in DESK]
    open_pool("travel-desk", *(who.id for who in people))
    return people


def _steps(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalStep.state, ApprovalStep.decided_by_id)
    rows = session().execute(wanted.where(ApprovalStep.line_id == line_id)).all()
    session().close()
    return rows


def _race_for_two(app, house, desk):
    """All four of a desk say yes at once, where two of them are needed."""
    card = stock_gift_card(name=new_key())
    reference = ask_for(house.maya, card)
    line_of(reference)
    session().close()
    results = all_at_once(app, len(desk), lambda number: approve(desk[number], reference))
    return reference, results


def _two_of_them(reference, results):
    winners = [result for result in results if isinstance(result, int)]
    people = {row.decided_by_id for row in _steps(reference) if row.decided_by_id is not None}
    return len(winners) == len(people) == 2


def test_four_at_once_give_the_two_yeses_of_two_people(app, at, queue, time):
    house, desk = furnish(), _desk()
    in_the_way("2:pool:travel-desk")
    for _round in range(4):
        reference, results = _race_for_two(app, house, desk)
        assert _two_of_them(reference, results), results
        refused = {result.code for result in results if isinstance(result, DomainError)}
        assert refused == {"already_decided"}
        time.forward(seconds=31)
        queue.run_due()
        assert line_of(reference).state is LineState.APPROVED
    assert ledger_violations() == []


def _race_of_either(app, house, felix):
    """The manager and finance say yes at once, where one of them is enough."""
    reference = ask_for(house.maya, stock_gift_card(name=new_key()))
    line_of(reference)
    session().close()
    both = (house.omar, felix)
    results = all_at_once(app, 2, lambda number: approve(both[number], reference))
    return reference, results


def test_of_two_at_once_where_one_is_enough_the_other_is_told_they_are_not_needed(
    app, at, queue, time
):
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance")
    for _round in range(4):
        reference, results = _race_of_either(app, house, felix)
        assert sorted(isinstance(result, int) for result in results) == [False, True], results
        assert [r.code for r in results if isinstance(r, DomainError)] == ["not_needed"]
        assert sorted(row.state for row in _steps(reference)) == [
            StepState.CLOSED,
            StepState.DECIDED,
        ]
    assert ledger_violations() == []


def test_control_without_letting_others_off_both_say_yes(app, at, queue, time, monkeypatch):
    monkeypatch.setattr(deciding, "balance_gate", lambda _step, *, at: None)
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance")
    reference, results = _race_of_either(app, house, felix)
    assert [isinstance(result, int) for result in results] == [True, True]
    assert [row.state for row in _steps(reference)] == [StepState.DECIDED, StepState.DECIDED]


def _yes_against_no(app, house, felix, time, run=all_at_once):
    """The last yes a gate needs takes effect while a no given before it does too."""
    reference = ask_for(house.maya, stock_gift_card(name=new_key(), points=20_000))
    decisions = [decline(felix, reference), approve(house.omar, reference)]
    time.forward(seconds=31)
    session().close()

    def take_effect(number):
        with transaction():
            return deciding.apply_decision(decisions[1 - number], at=clock.now())

    return reference, run(app, 2, take_effect)


def test_a_no_beside_the_last_yes_declines_whoever_is_faster(app, at, queue, time):
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance")
    for _round in range(6):
        reference, results = _yes_against_no(app, house, felix, time)
        assert results[1] is True, results
        assert line_of(reference).state is LineState.DECLINED
        assert points_now(house.maya).available == 100_000
    assert ledger_violations() == []


def test_control_a_gate_that_does_not_wait_for_a_no_is_passed_over_it(
    app, at, queue, time, monkeypatch
):
    def by_yeses_alone(step):
        return passing.given_yeses(step.line_id, step.gate) >= step.needed

    monkeypatch.setattr(deciding, "is_passed", by_yeses_alone)
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance")
    reference, _results = _yes_against_no(app, house, felix, time, in_turn)
    assert line_of(reference).state is not LineState.DECLINED
    assert "I40" in {violation.id for violation in ledger_violations()}


POINTS = sorted({*points_in(OPERATIONS / "deciding.py"), *points_in(OPERATIONS / "passing.py")})


class Died(Exception):
    """The process is gone; what it had not committed is too."""


def _dies_once(monkeypatch, point, *, half_done=False):
    """Die at a named point the first time; `half_done`: with all that was written until then."""
    deaths = []

    def die(name):
        if name == point and not deaths:
            deaths.append(name)
            if half_done:
                session().connection().connection.commit()
            raise Died(name)

    for module in (deciding, passing):
        monkeypatch.setattr(module, "crashpoint", die)
    return deaths


def _again(work):
    """Do it, and do it again where the process died."""
    try:
        return work()
    except Died:
        session().rollback()
        assert ledger_violations() == []
        session().close()
        return work()


def _apply(decision_id):
    with transaction():
        return deciding.apply_decision(decision_id, at=clock.now())


def _to_the_second_gate(house, felix, time):
    """A yes, its undo, a yes and its effect, whatever dies in between; the states of the steps."""
    reference = ask_for(house.maya, stock_gift_card(name=new_key()))
    decision_id = _again(lambda: approve(felix, reference))
    _again(lambda: undo(felix, decision_id))
    decision_id = _again(lambda: approve(felix, reference))
    time.forward(seconds=31)
    session().close()
    _again(lambda: _apply(decision_id))
    return sorted(row.state for row in _steps(reference))


@pytest.mark.parametrize("point", POINTS)
def test_who_dies_at_a_named_point_of_an_answer_leaves_nothing_half_done(
    app, at, queue, time, monkeypatch, point
):
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance", "travel_approver")
    deaths = _dies_once(monkeypatch, point)
    states = _to_the_second_gate(house, felix, time)
    assert (deaths, states) == ([point], [StepState.APPROVED, StepState.CLOSED, StepState.OPEN])
    assert ledger_violations() == []


def test_control_what_is_kept_of_a_process_that_died_is_half_done(
    app, at, queue, time, monkeypatch
):
    house, felix = furnish(), actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    in_the_way("any:manager,finance", "travel_approver")
    _dies_once(monkeypatch, "redemption.undo.reopened", half_done=True)
    with pytest.raises((AssertionError, DomainError)):
        _to_the_second_gate(house, felix, time)
