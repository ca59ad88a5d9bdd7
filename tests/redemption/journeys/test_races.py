"""Choosing dates in two tabs, an answer and a cancellation at once; two at the desk at once."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.queries import offer
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.approvals.operations.deciding import Answer, decide
from redemption.approvals.states import Verdict
from redemption.journeys.models import JourneyBooking
from redemption.journeys.operations import booking, changing
from redemption.models import RedemptionLine
from redemption.operations.ending import cancel_redemption
from redemption.policies import as_offered
from redemption.states import RESERVED
from tests.support.ledger import give_points
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import UNDO, approve, line_of, new_key, points_now
from tests.support.shortages import task_of
from tests.support.travel_dates import MADE, ask_other_dates, wish, wish_for

pytestmark = pytest.mark.race


@pytest.fixture
def asked(travel):
    reference = wish(travel.maya, travel.porto, travel.lena)
    ask_other_dates(travel.omar, reference)
    return reference


def _chooses(travel, reference):
    """What a tab of Maya's sends: other dates at the price that holds."""
    line_id, at = line_of(reference).id, clock.now()
    goes_on = changing.continues(line_id, at=at)
    priced = offer(travel.maya, travel.porto.variant_id, at=goes_on.priced_at)
    wanted = wish_for(travel.lena, nights=2)
    order = as_offered(priced, wish=wanted, continues=goes_on)
    session().close()

    def choose():
        return changing.choose_dates(
            travel.maya, line_id, wanted, order, request_key=new_key(), at=clock.now()
        )

    return choose


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_tabs_and_a_cancellation_one_counts(app, travel, asked, attempt):
    choose, line = _chooses(travel, asked), line_of(asked)
    line_id, digest = line.id, line.content_hash
    session().close()

    def act(number):
        if number == 3:
            return _say_yes(travel, line_id, digest)
        with transaction():
            if number < 2:
                return choose()
            return cancel_redemption(travel.maya, asked, request_key=new_key(), at=clock.now())

    answers = all_at_once(app, 4, act)
    done = [answer for answer in answers[:3] if isinstance(answer, str)]
    refused = [answer for answer in answers[:3] if not isinstance(answer, str)]
    assert len(done) == 1, answers
    assert all(isinstance(one, DomainError) for one in refused), answers
    assert points_now(travel.maya).held == (0 if done == [asked] else 40_000)
    assert ledger_violations() == []


def _say_yes(travel, line_id, digest):
    said = Answer(Verdict.APPROVE, digest)
    with transaction():
        return decide(
            travel.omar, line_id, said, request_key=new_key(), undo_for=UNDO, at=clock.now()
        )


def test_control_without_lock_and_guarded_moves_only_the_last_wall_stands(
    app, travel, asked, monkeypatch
):
    def no_lock(line_id, _among):
        return session().get(RedemptionLine, line_id, populate_existing=True)

    monkeypatch.setattr(changing, "lock_line", no_lock)
    for guarded in ("move_journey", "end_locked"):
        monkeypatch.setattr(changing, guarded, lambda *_what, **_more: None)
    give_points(travel.maya.id, 100_000)
    choose = _chooses(travel, asked)

    def act(_number):
        with transaction():
            return choose()

    answers = in_turn(app, 2, act)
    assert isinstance(answers[0], str)
    assert isinstance(answers[1], IntegrityError)  # one request takes the place of one
    live = sa.select(sa.func.count()).where(RedemptionLine.state.in_(RESERVED))
    assert session().scalar(live) == 2  # the first was never ended


@pytest.fixture
def approved(travel, queue, time):
    reference = wish(travel.maya, travel.porto, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    return reference


def test_two_at_the_desk_book_it_once(app, travel, approved):
    task_id = task_of(approved).id
    session().close()

    def act(_number):
        with transaction():
            return booking.record_booking(
                travel.ana, task_id, MADE, request_key=new_key(), at=clock.now()
            )

    answers = all_at_once(app, 3, act)
    assert answers.count(1) == 1, answers
    assert all(one == 1 or isinstance(one, DomainError) for one in answers), answers
    assert session().scalar(sa.select(sa.func.count(JourneyBooking.id))) == 1
    assert ledger_violations() == []
