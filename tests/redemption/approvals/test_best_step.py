"""Whose yes counts where, when one person's fits several steps of a gate."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.approvals.matching import best_step
from redemption.approvals.models import ApprovalStep
from redemption.approvals.operations import passing
from redemption.approvals.states import StepState
from redemption.states import LineState
from tests.support.approvals import in_the_way, open_pool
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.redemption import approve, ask_for, line_of

OMAR, FELIX, GINA, JAN = 1, 2, 3, 4
G = StepState


def test_a_yes_goes_where_nobody_else_could_give_one():
    assert best_step(OMAR, [(10, {OMAR, FELIX}), (11, {OMAR})], needed=2) == 11
    assert best_step(FELIX, [(10, {OMAR, FELIX}), (11, {OMAR})], needed=2) == 10


def test_of_equal_ones_it_goes_where_the_fewest_others_are():
    steps = [(10, {OMAR, FELIX, GINA}), (11, {OMAR, JAN})]
    assert best_step(OMAR, steps, needed=1) == 11
    assert best_step(OMAR, list(reversed(steps)), needed=1) == 11


def test_of_the_very_same_it_is_the_first():
    assert best_step(OMAR, [(10, {OMAR, FELIX}), (11, {OMAR, FELIX})], needed=2) == 10


# Omar could answer the first two. The third is Felix's alone, so that Felix can't take the second.
NARROW = [(10, {OMAR, GINA}), (11, {OMAR, FELIX}), (12, {FELIX})]


def test_steps_that_only_others_are_asked_at_have_to_be_answered_too():
    assert best_step(OMAR, NARROW, needed=3) == 11


def test_control_by_his_own_steps_alone_omar_takes_what_gina_could_have_answered():
    assert best_step(OMAR, NARROW[:2], needed=2) == 10


@pytest.fixture
def three(house, at, unfulfilled):
    """A card that needs a yes of three pools; Felix and Gina."""
    felix, gina = actor(employ("Felix Braun")), actor(employ("Gina Rossi"))
    open_pool("first", house.omar.id, gina.id, name="First desk")
    open_pool("second", house.omar.id, felix.id, name="Second desk")
    open_pool("third", felix.id, name="Third desk")
    in_the_way("all:pool:first,pool:second,pool:third")
    return ask_for(house.maya, stock_gift_card()), felix, gina


def states_of(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalStep.state).where(ApprovalStep.line_id == line_id)
    return list(session().scalars(wanted.order_by(ApprovalStep.seq)))


def test_three_people_meet_a_gate_of_three_whoever_begins(house, three, queue, time):
    reference, felix, gina = three
    approve(house.omar, reference)
    assert states_of(reference) == [G.OPEN, G.DECIDED, G.OPEN]
    for who in (felix, gina):
        approve(who, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert line_of(reference).state is LineState.APPROVED
    assert ledger_violations() == []


def test_control_looking_at_his_own_steps_only_leaves_one_that_nobody_can_answer(
    house, three, monkeypatch
):
    reference, felix, gina = three
    really = passing.best_step

    def by_his_own(who, steps, needed):
        own = [(step, people) for step, people in steps if who in people]
        return really(who, own, len(own))

    monkeypatch.setattr(passing, "best_step", by_his_own)
    approve(house.omar, reference)
    assert states_of(reference) == [G.DECIDED, G.OPEN, G.OPEN]
    approve(felix, reference)
    with pytest.raises(DomainError):
        approve(gina, reference)
    assert G.OPEN in states_of(reference)
