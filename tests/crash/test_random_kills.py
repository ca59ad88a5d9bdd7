"""Workers killed at random, over and over: nothing is lost, and nothing done twice.

Cards of ours, of a provider and from codes in stock, badges, certificates, parcels, trips, answers
that take effect, reminders, requests that end unanswered, points that expire, baskets, gifts, what
is missing, what is sent back, goodwills and turns in a line, all at once. A failure names the seed,
with which the same kills come again (within what the machine allows). `-m soak` kills 1,000.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import sleep
from types import MappingProxyType

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.mail import Letter, LetterState
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Transfer
from marketplace.ledger.states import TransferKind
from redemption.approvals.states import Verdict
from redemption.bookings.models import Booking
from redemption.credentials.models import BadgeCredential
from redemption.models import RedemptionLine
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import OrderState
from redemption.states import LineState
from redemption.vouchers.models import Certificate, Voucher
from tests.crash import mix, world
from tests.crash.mortal import AFTER_JOBS, AFTER_MS, AHEAD
from tests.support import redemption
from tests.support.approvals import in_the_way
from tests.support.catalog import stock_badge
from tests.support.ledger import give_points
from tests.support.ordering import (
    HOOK_KEY,
    KEY,
    known_here,
    offer_of,
    open_account,
    simulated,
)
from tests.support.people import employ_ana
from tests.support.redemption import answer, ask_for, furnish, line_of

pytestmark = pytest.mark.crash

KILLS = [10, pytest.param(1_000, marks=[pytest.mark.soak, pytest.mark.timeout(7_200)])]
KILLS_A_BATCH, KILLS_A_DRAIN = 10, 100  # a batch is 150 jobs; after a drain comes a new one
LATER = timedelta(minutes=11)  # longer than any lease
BY_THE_CLOCK = (
    "redemption.apply_due_decisions",
    "redemption.approval_clock",
    "redemption.expire",
    "redemption.hand_on",
    "ledger.expire_points",
    "ordering.sweep",
    "fulfillment.sweep",
    "credentials.sign_waiting",
    *mix.BY_THE_CLOCK,
)
MORTAL = "tests.crash.mortal:be_mortal"
CARELESS = "tests.crash.mortal:be_late_and_careless"
LATE = "tests.crash.mortal:be_late"
TWO = "tests.crash.mortal:be_two"
S = LineState


@dataclass
class Mixed:
    """What is asked for in batches, by workers that die; `time` is where all clocks stand."""

    raised: world.Workers
    time: clock.SteppedClock
    people: redemption.House
    offers: list
    started: object
    others: mix.Mix
    unanswered: list[str] = field(default_factory=list)
    batches: int = 0

    def ask_for_everything(self) -> None:
        """One of each kind, a yes, a no, a request nobody answered, and points that ran out."""
        maya, omar, self.batches = self.people.maya, self.people.omar, self.batches + 1
        trip = world.another_trip(self.batches)
        world.ask(maya.id, [*self.offers, offer_of("B-50"), trip])
        for verdict in (Verdict.APPROVE, Verdict.DECLINE):
            reference = ask_for(maya, self.offers[0])
            self._answer(omar, reference, verdict)
        with clock.stepped(self.time.at - timedelta(days=20)):
            self.unanswered.append(ask_for(maya, self.offers[0]))
            give_points(maya.id, 100, days=5)
        session().close()
        self.others.do_everything(self.time)

    def _answer(self, omar, reference, verdict) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(redemption, "UNDO", timedelta(0))
            answer(omar, reference, verdict, "It is November.")

    def promise_by_the_clock(self, scheduler: str = "test") -> None:
        """What a scheduler would promise now."""
        with transaction():
            for name in BY_THE_CLOCK:
                enqueue(name, key=f"{scheduler}:{self.time.at.isoformat()}")
        session().close()

    def kill(self, dice: random.Random) -> bool:
        """Kill a worker a moment after one of its jobs began; whether it was still there."""
        moment = {AFTER_JOBS: str(dice.randrange(12)), AFTER_MS: str(dice.uniform(0, 60))}
        return self.dies(MORTAL, moment)

    def dies(self, how: str, moment: Mapping[str, str] = MappingProxyType({})) -> bool:
        """Let a worker begin that somebody kills; whether it was still there."""
        self._set(moment)
        killed = self.raised.dies(how)
        self.time.forward(seconds=LATER.total_seconds())
        return killed

    def drain(self, how: str = LATE, turns: int = 2) -> None:
        """Let a sound worker do the rest: leases end, and so many have their turn in each line."""
        for later in (LATER, *[mix.A_TURN] * turns, LATER):
            self.promise_by_the_clock()
            self._set({})
            self.raised.work_until(world.is_quiet, first=how)
            self.time.forward(seconds=later.total_seconds())

    def _set(self, more: Mapping[str, str]) -> None:
        ahead = (self.time.at - self.started()).total_seconds()
        self.raised.environment |= {AHEAD: str(ahead)} | more


@pytest.fixture
def slow_provider(monkeypatch):
    """A provider that knows no reference again and takes its time to say what it did."""
    with simulated("10000000", forgetful=-1) as (simulator, address):
        order = simulator.store.order

        def slowly(*arguments, **more):
            kept = order(*arguments, **more)
            sleep(0.04)  # what the kill has to meet
            return kept

        monkeypatch.setattr(simulator.store, "order", slowly)
        yield simulator, address


@pytest.fixture
def mixed(slow_provider, raised, mail, url, monkeypatch):
    """The house, its people, what they ask for, and the provider."""
    simulator, address = slow_provider
    with world.house(url, mail.port, raised):
        known_here(monkeypatch)
        raised.environment["LAUREL_PROVIDER_CREDENTIALS"] = (
            f"cardhouse={KEY},cardhouse.webhook={HOOK_KEY}"
        )
        with clock.stepped(clock.now() - timedelta(days=30)) as time:
            people = furnish(points=100_000_000)
            employ_ana()
            in_the_way("manager")
            offers = [*world.one_of_each(), stock_badge()]
            others = mix.Mix(people, offers[0])
            time.at = clock._system_time()
            open_account(address)
            yield Mixed(raised, time, people, offers, clock._system_time, others), simulator


def begun_again() -> int:
    """How often a job was begun by another worker because its own had died."""
    session().close()
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    again = f"SELECT SUM(recovery_attempts - 1) FROM {schema}workflow_status"
    return int(session().scalar(sa.text(again)) or 0)


def count(model, *which) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(model).where(*which))


@pytest.mark.parametrize("kills", KILLS)
def test_nothing_is_lost_and_nothing_is_done_twice(mixed, mail, kills):
    house, simulator = mixed
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    killed = 0
    for number in range(kills):
        if number % KILLS_A_BATCH == 0:
            house.ask_for_everything()
            house.promise_by_the_clock()
        killed += house.kill(dice)
        if number % KILLS_A_DRAIN == KILLS_A_DRAIN - 1:
            # Or the next would only begin what was left by hundreds before them. Turns take days,
            # and after ninety the check asks why parcels are still not sent.
            house.drain(turns=0)
    assert killed >= kills * 0.8, f"seed {seed}: most workers ended before they were killed"
    house.drain()
    assert begun_again() >= kills, f"seed {seed}: the kills met hardly any work"
    assert_one_of_everything(house, simulator, f"seed {seed}")
    assert_letters(mail, kills)
    assert ledger_violations() == [], f"seed {seed}"


def test_two_workers_and_two_schedulers_do_everything_once(mixed, mail):
    house, simulator = mixed
    for _ in range(2):
        house.ask_for_everything()
    house.promise_by_the_clock("another")
    house.drain(TWO)
    assert_one_of_everything(house, simulator, "two")
    assert_letters(mail, kills=0)
    assert ledger_violations() == []


# What one batch leaves: card, certificate, badge, the provider's card and what Omar approved; a
# parcel and a trip; what he declined, and what nobody answered.
LINES = Counter({S.FULFILLED: 5, S.FULFILLING: 2, S.DECLINED: 1, S.EXPIRED: 1}) + mix.LINES
MOVES = Counter({TransferKind.CAPTURE: 5, TransferKind.RELEASE: 2, TransferKind.EXPIRY: 1})


def assert_one_of_everything(house: Mixed, simulator, seed: str) -> None:
    n = house.batches
    assert mix.by(RedemptionLine.state) == times(n, LINES), seed
    assert {line_of(reference).state for reference in house.unanswered} == {S.EXPIRED}
    assert len(simulator.store.everything()) == n, f"{seed}: cards bought"
    assert count(ProviderOrder, ProviderOrder.state == OrderState.DELIVERED) == n, seed
    assert count(Voucher) == (3 + mix.VOUCHERS) * n, seed
    signed = count(BadgeCredential, BadgeCredential.jwt.is_not(None))
    assert count(Certificate) == signed == (2 + mix.BADGES) * n, seed
    assert count(Booking) == n, seed
    moves = times(n, MOVES + mix.MOVES)
    assert {kind: count(Transfer, Transfer.kind == kind) for kind in moves} == moves, seed
    house.others.assert_done(seed)


def times(n: int, of_one: Counter) -> dict:
    return {key: n * each for key, each in of_one.items()}


def assert_letters(mail, kills: int) -> None:
    """Every letter left; one comes again at most for what a kill caught on its way."""
    letters = count(Letter)
    assert count(Letter, Letter.state == LetterState.SENT) == letters == len(mail.ids)
    assert mail.ids.total() - letters <= kills * world.AT_ONCE


def test_control_a_worker_that_does_not_look_first_buys_twice(mixed, monkeypatch):
    """Killed when the provider has kept the order, and before it could say so."""
    house, simulator = mixed
    order = simulator.store.order

    def kill_who_orders(*arguments, **more):
        kept = order(*arguments, **more)
        os.kill(*house.raised.nursery.unheard, signal.SIGKILL)
        return kept

    monkeypatch.setattr(simulator.store, "order", kill_who_orders)
    world.ask(house.people.maya.id, [offer_of("B-50")])
    for _ in range(2):
        house.promise_by_the_clock()
        assert house.dies(CARELESS)
    refs = [kept.ref for kept in simulator.store.everything()]
    assert len(refs) == 2
    assert len(set(refs)) == 1
