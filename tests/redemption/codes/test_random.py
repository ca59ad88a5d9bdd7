"""Random loads, requests, crashes, refunds, reveals and bad codes: none twice, none lost."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs_engine import run_handler
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodeReport, StockCode
from redemption.codes.operations import giving, taking_back
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from redemption.codes.states import CodeState
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_rest
from redemption.states import LineState, RefundCause
from tests.support.codes import csv, load, shown, voucher_of, withdraw
from tests.support.redemption import cancel, give_points, line_of, new_key

GIVEN_BACK = Part(RefundCause.CANCELED, "canceled", note="Given back")
RUNS = [(seed, 60) for seed in (1, 7)]
TOO_SOON = 10  # days: within the guard of the pool
LONG = [(seed, 1_500) for seed in range(4)]


class Killed(BaseException):
    """The worker dies here; nothing after it runs."""


class Walk:
    """Everybody does something, in an order that only the seed knows."""

    def __init__(self, cinema, queue, time, monkeypatch, seed):
        self.cinema, self.queue, self.time = cinema, queue, time
        self.patch, self.dice = monkeypatch, random.Random(seed)
        self.made = 0
        self.requests: list[str] = []
        self.loaded: list[str] = []
        self.batches: list[int] = []
        self.read: dict[str, str] = {}

    def step(self):
        deeds = (
            *(self.load, self.ask, self.ask, self.ask, self.show, self.show, self.take_back),
            *(self.refund, self.broken, self.withdraw, self.wait, self.crash),
        )
        try:
            self.dice.choice(deeds)()
        except DomainError:
            session().close()
        self.queue.run_due()

    def load(self):
        count = self.dice.randint(1, 6)
        rows = []
        for _ in range(count):
            self.made += 1
            code, days = f"WALK-{self.made:06}", self.dice.choice((10, 30, 200, None))
            last = (clock.today() + timedelta(days=days)).isoformat() if days else ""
            rows.append(f"{code},{last}")
            if days != TOO_SOON:
                self.loaded.append(code)
        again = self.dice.sample(self.loaded, min(2, len(self.loaded)))
        rows += [f"{code}," for code in again]
        content = csv(*rows, head="code,use by")
        self.batches.append(load(self.cinema.priya, self.cinema.pool_id, content))

    def ask(self):
        self.requests.append(self.cinema.ask(quantity=self.dice.randint(1, 3)))

    def one(self):
        return self.dice.choice(self.requests) if self.requests else ""

    def show(self):
        if reference := self.one():
            for code in shown(self.cinema.maya, reference):
                assert self.read.setdefault(code, reference) == reference, f"{code} was shown twice"

    def take_back(self):
        if reference := self.one():
            cancel(self.cinema.maya, reference)

    def refund(self):
        if not (reference := self.one()):
            return
        line_id = line_of(reference).id
        with transaction():
            if line := lock_line(line_id, {LineState.FULFILLED}):
                priya = self.cinema.priya.id
                refund_rest(line, GIVEN_BACK, actor_id=priya, at=clock.now())

    def broken(self):
        if not (reference := self.one()):
            return
        voucher_id = voucher_of(reference).id
        with transaction():
            key = new_key()
            report_code(self.cinema.maya, voucher_id, "No.", request_key=key, at=clock.now())
        newest = sa.select(sa.func.max(CodeReport.id))
        report_id = session().scalar(newest)
        with transaction():
            replace_reported(
                self.cinema.priya, report_id, "No.", request_key=new_key(), at=clock.now()
            )

    def withdraw(self):
        if self.batches:
            withdraw(self.cinema.priya, self.dice.choice(self.batches))

    def wait(self):
        self.time.forward(days=self.dice.choice((0, 1, 9)), minutes=11)
        session().close()
        run_handler("codes.watch", {})

    def crash(self):
        """A worker dies somewhere on the way of a request; another does it again."""
        if not self.requests:
            return
        point = self.dice.choice(("codes.claimed", "codes.issued"))
        line_id = line_of(self.one()).id
        session().close()

        def die(name):
            if name == point:
                raise Killed

        with self.patch.context() as patched:
            patched.setattr(giving, "crashpoint", die)
            try:
                with transaction():
                    fulfill_line(line_id, at=clock.now())
            except Killed:
                session().close()
        run_handler("redemption.fulfill", {"line_id": line_id})
        session().close()


@pytest.fixture
def walk(cinema, queue, time, monkeypatch):
    give_points(cinema.maya.id, 50_000_000)

    def begin(seed):
        return Walk(cinema, queue, time, monkeypatch, seed)

    return begin


@pytest.mark.parametrize(("seed", "steps"), RUNS)
def test_no_code_is_given_twice_and_none_is_lost(walk, seed, steps):
    go(walk(seed), steps)


@pytest.mark.soak
@pytest.mark.parametrize(("seed", "steps"), LONG)
def test_the_same_for_long(walk, seed, steps):
    go(walk(seed), steps)


def go(one, steps):
    for number in range(steps):
        one.step()
        if number % 20 == 19:
            session().close()
            assert ledger_violations() == []
    one.time.forward(minutes=20)
    session().close()
    run_handler("codes.watch", {})
    one.queue.run_due()
    session().close()
    assert ledger_violations() == []
    found = list(session().scalars(sa.select(StockCode)))
    assert len(found) == len(one.loaded), "a code was lost, or came twice"
    free = {one_code.last4 for one_code in found if one_code.state is CodeState.FREE}
    assert not free & {code[-4:] for code in one.read}, "a code that was read is free again"


def test_control_where_a_seen_code_goes_back_the_walk_notices(walk, monkeypatch):
    """The negative control: nobody asks whether a code was read."""
    monkeypatch.setattr(taking_back, "_seen_among", lambda _codes: set())
    one = walk(3)
    for deed in (one.load, one.load, one.load, one.ask, one.queue.run_due, one.show, one.refund):
        deed()
    session().close()
    assert "I34-seen" in {found.id for found in ledger_violations()}
