"""Several workers and one code: it is claimed once, and whoever comes second waits."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.codes.errors import BatchMoved
from redemption.codes.models import StockCode
from redemption.codes.operations import giving, loading
from redemption.codes.states import CodeState
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.states import LineState
from redemption.vouchers.models import Voucher
from tests.support.codes import check, codes, csv, load, open_cinema, states_now, waits, withdraw
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import cancel, line_of

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]


def fulfilling(line_id, **words):
    with transaction():
        return fulfill_line(line_id, at=clock.now(), **words)


def asked(cinema, queue, count):
    """Requests that nobody has begun with."""
    references = [cinema.ask() for _ in range(count)]
    queue.clear()
    lines = [line_of(reference).id for reference in references]
    db.session.remove()
    return references, lines


def age_all_but(*kept):
    """The other codes became too old since they were promised."""
    with transaction():
        session().execute(
            sa.update(StockCode)
            .where(StockCode.last4.not_in(kept))
            .values(valid_until=sa.func.coalesce(StockCode.valid_until, clock.today()))
        )


def test_six_workers_and_one_code_give_it_once(app, cinema, queue):
    cinema.load(*(f"CODE-000{n}" for n in range(6)))
    references, lines = asked(cinema, queue, 6)
    age_all_but("0003")
    results = all_at_once(app, 6, lambda number: fulfilling(lines[number]))
    assert not [result for result in results if isinstance(result, Exception)]
    states = sorted(line_of(reference).state for reference in references)
    assert states == sorted([LineState.FULFILLED] + 5 * [LineState.FULFILLING])
    assert [code.last4 for code in codes(CodeState.ISSUED)] == ["0003"]
    assert len(waits()) == 5


def test_twelve_workers_and_twelve_codes_give_each_once(app, cinema, queue):
    cinema.load(*(f"CODE-00{n}" for n in range(10, 22)))
    references, lines = asked(cinema, queue, 12)
    results = all_at_once(app, 12, lambda number: fulfilling(lines[number]))
    assert not [result for result in results if isinstance(result, Exception)]
    left = [line_of(one).state for one in references].count(LineState.FULFILLING)
    assert left == len(waits())
    for line_id in lines:
        fulfilling(line_id)
    assert {line_of(one).state for one in references} == {LineState.FULFILLED}
    assert len(codes(CodeState.ISSUED)) == 12
    session().close()
    assert ledger_violations() == []


def test_control_without_the_guard_two_workers_give_the_same_code(app, cinema, queue, monkeypatch):
    """Both have looked before either has claimed: the second claims what the first has."""
    cinema.load("CODE-0001", "CODE-0002")
    _references, lines = asked(cinema, queue, 2)
    first = codes(CodeState.FREE)[0]
    seen = (first.id, first.fingerprint)
    session().close()

    def careless(_pool, unit, _at):
        session().execute(
            sa.update(StockCode)
            .where(StockCode.id == seen[0])
            .values(
                state=CodeState.CLAIMED,
                line_id=unit.line_id,
                unit_no=unit.unit_no,
                issue=unit.issue,
                version=StockCode.version + 1,
            )
        )
        return session().get_one(StockCode, seen[0], populate_existing=True)

    monkeypatch.setattr(giving, "claim", careless)
    results = in_turn(app, 2, lambda number: fulfilling(lines[number]))
    assert isinstance(results[1], Exception), "the unique fingerprint is the second wall"
    assert "fingerprint" in str(results[1])


def test_the_same_file_from_four_sides_is_loaded_once(app, cinema, queue):
    content = csv(*(f"CODE-{n:04}" for n in range(40)))
    batches = [check(cinema.priya, cinema.pool_id, content) for _ in range(4)]
    db.session.remove()

    def loaded(number):
        with transaction():
            return loading.load_batch(cinema.priya, batches[number], at=clock.now())

    results = all_at_once(app, 4, loaded)
    assert sum(one for one in results if isinstance(one, int)) == 40
    assert cinema.stock() == (40, 0, 0)
    assert ledger_violations() == []


def test_one_batch_from_four_sides_is_loaded_once(app, cinema, queue):
    batch_id = check(cinema.priya, cinema.pool_id, csv("CODE-0001", "CODE-0002"))
    db.session.remove()

    def loaded(_number):
        with transaction():
            return loading.load_batch(cinema.priya, batch_id, at=clock.now())

    results = all_at_once(app, 4, loaded)
    assert results.count(2) == 1
    assert [type(one) for one in results if one != 2] == 3 * [BatchMoved]
    assert cinema.stock() == (2, 0, 0)


def test_the_same_codes_for_two_cards_at_once_stand_in_one_stock(app, cinema, queue):
    other = open_cinema(cinema.house, name="Harbor Table gift card")
    rows = [f"CODE-{n:04}" for n in range(60)]
    mine = check(cinema.priya, cinema.pool_id, csv(*rows))
    theirs = check(other.priya, other.pool_id, csv(*reversed(rows)))
    db.session.remove()

    def loaded(number):
        with transaction():
            batch_id = (mine, theirs)[number]
            return loading.load_batch(cinema.priya, batch_id, at=clock.now())

    results = all_at_once(app, 2, loaded)
    assert sum(results) == 60
    assert ledger_violations() == []


def test_withdrawing_while_others_claim_takes_nothing_from_them(app, cinema, queue):
    batch_id = cinema.load(*(f"CODE-{n:04}" for n in range(12)))
    references, lines = asked(cinema, queue, 5)

    def work(number):
        if number == 5:
            return withdraw(cinema.priya, batch_id)
        return fulfilling(lines[number])

    results = all_at_once(app, 6, work)
    assert not [result for result in results if isinstance(result, Exception)]
    for line_id in lines:
        fulfilling(line_id, again=True)  # who found none is before a person by now
    assert {line_of(one).state for one in references} == {LineState.FULFILLED}
    states = list(states_now().values())
    assert (states.count("issued"), states.count("withdrawn")) == (5, results[5])
    session().close()
    assert ledger_violations() == []


def test_taking_back_and_giving_at_once_leaves_each_code_with_one(app, cinema, queue):
    cinema.load("CODE-0001")
    for _round in range(4):
        reference = cinema.ask()
        queue.clear()
        line_id = line_of(reference).id
        fulfilling(line_id)
        db.session.remove()
        results = all_at_once(
            app,
            2,
            lambda n, r=reference, own=line_id: cancel(cinema.maya, r) if n else fulfilling(own),
        )
        assert results[1] == reference
        assert states_now() == {"0001": "free"}
        given = session().scalar(sa.select(sa.func.count()).where(Voucher.state != "void"))
        assert given == 0
    assert load(cinema.priya, cinema.pool_id, csv("CODE-0002"))
    session().close()
    assert ledger_violations() == []
