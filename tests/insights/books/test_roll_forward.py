"""Samuel reads what points in people's hands came to: for any second, by program and by country."""

import random
from bisect import bisect_left
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from marketplace.insights.books.policies import Line, Movement, Stretch, worth_of
from marketplace.insights.books.queries.aging import NEVER, aged_at
from marketplace.insights.books.queries.movements import books_in
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Transfer
from marketplace.ledger.operations import (
    ClawBack,
    Refund,
    capture_hold,
    claw_back_points,
    expire_points,
    release_hold,
    reverse_capture,
    set_point_value,
)
from marketplace.ledger.queries import PointValue
from marketplace.ledger.states import TransferKind
from tests.support.ledger import give_points, hold, open_funded_budget
from tests.support.people import employ
from tests.support.tampering import walls_down

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
_K = TransferKind
STEPS = 250
CUTOFFS = [60, pytest.param(1_000, marks=[pytest.mark.soak, pytest.mark.timeout(600)])]


def books(since=BEGIN, until=None):
    session().close()
    return books_in(Stretch(since, until or clock.now() + timedelta(seconds=1)))


def movement(**parts):
    return books(**parts).total.movement


def say_value(value, *, valid_from):
    with transaction():
        set_point_value(value, valid_from=valid_from)


@pytest.fixture
def maya(time):
    return employ("Maya Chen", country="PT")


def test_a_day_of_maya_in_the_words_of_the_books(maya, time):
    give_points(maya, 300)
    time.forward(days=1)
    give_points(maya, 200, days=10)
    spent, kept = hold(maya, 120), hold(maya, 50)
    with transaction():
        capture_hold(spent, actor_id=maya, at=clock.now())
        reverse_capture(spent, Refund("back", "It broke", points=20), at=clock.now())
    second_day = datetime(2026, 11, 24, tzinfo=UTC)
    assert movement(since=second_day) == Movement(
        opening=300, earned=200, reinstated=20, redeemed=120
    )
    assert movement(since=second_day).closing == 400
    assert books().set_aside == 50
    time.forward(days=10)
    with transaction():
        release_hold(kept, actor_id=maya, at=clock.now())
        expire_points(at=clock.now())
    later = movement(since=datetime(2026, 12, 1, tzinfo=UTC))
    assert (later.opening, later.expired, later.closing) == (400, 100, 300)
    assert books().agrees


def test_what_a_correction_does_not_find_is_owed_and_paid_by_what_comes(maya):
    budget = open_funded_budget(1_000)
    give_points(maya, 100, budget_id=budget, source_key="order")
    spent = hold(maya, 70)
    with transaction():
        capture_hold(spent, actor_id=maya, at=clock.now())
        claw = ClawBack(maya, 100, budget, "canceled", "order", "Canceled", "order", clock.now())
        claw_back_points(claw, actor_id=None, at=clock.now())
    assert movement().clawed_back == 30
    assert (books().owed.added, books().owed.closing) == (70, 70)
    give_points(maya, 50)
    assert movement().closing == 0
    assert (books().owed.paid, books().owed.closing) == (50, 20)
    assert books().agrees


def test_points_stay_where_they_were_earned_and_are_valued_there(maya, time):
    say_value(PointValue("PT", "EUR", 1, 1), valid_from=date(2026, 1, 1))
    say_value(PointValue("US", "USD", 1, 2), valid_from=date(2026, 1, 1))
    give_points(maya, 301)
    with transaction():
        session().execute(sa.text("UPDATE employees SET country = 'US'"))
    give_points(maya, 101)
    give_points(employ("Leo Martins", country=None), 7)
    found = {one.name: one for one in books().countries}
    assert {name: one.movement.closing for name, one in found.items()} == {
        "PT": 301, "US": 101, "No country": 7,
    }  # fmt: skip
    assert [(one.minor, one.currency) for one in found["US"].worth] == [(51, "USD")]
    total = books().total
    assert [(one.minor, one.currency) for one in total.worth] == [(301, "EUR"), (51, "USD")]
    assert total.without_value == 7


def test_a_new_rate_leaves_what_was_so_before(maya, time):
    say_value(PointValue("PT", "EUR", 1, 1), valid_from=date(2026, 1, 1))
    give_points(maya, 100)
    monday = clock.now() + timedelta(seconds=1)
    say_value(PointValue("PT", "EUR", 2, 1), valid_from=date(2026, 11, 24))
    time.forward(days=2)
    assert books(until=monday).total.worth[0].minor == 100
    assert books().total.worth[0].minor == 200


def test_each_line_is_rounded_by_itself_so_that_parts_add_up():
    rates = {"PT": PointValue("PT", "EUR", 1, 3)}
    line = Line(1, "One", "pt", Movement(earned=5))
    assert worth_of(line, rates).minor == 2
    assert worth_of(Line(1, "One", None, Movement(earned=5)), rates) is None


def test_points_that_go_on_after_their_last_day_stay_with_their_program(maya, time):
    give_points(maya, 80, days=3)
    held = hold(maya, 80, days=9)
    time.forward(days=5)
    with transaction():
        release_hold(held, actor_id=maya, at=clock.now(), grace_days=10)
    (program,) = books().programs
    assert (program.movement.expired, program.movement.reinstated) == (80, 80)
    assert program.movement.closing == 80
    (line,) = aged_at(clock.now() + timedelta(seconds=1))
    assert line.by_age["Up to 30 days"] == 80
    assert line.by_end["In 30 days"] == 80


def test_aging_counts_what_is_left_by_age_and_by_when_it_ends(maya, time):
    give_points(maya, 100)
    time.forward(days=31)
    give_points(maya, 40, days=200)
    spent = hold(maya, 10)  # the lot that ends first
    with transaction():
        capture_hold(spent, actor_id=maya, at=clock.now())
    (line,) = aged_at(clock.now() + timedelta(seconds=1))
    assert (line.by_age["31 to 90"], line.by_age["Up to 30 days"]) == (100, 30)
    assert (line.by_end[NEVER], line.by_end["In 91 to 365"]) == (100, 30)
    assert aged_at(BEGIN) == []


def test_what_does_not_agree_with_the_accounts_is_said(maya):
    give_points(maya, 100)
    assert books().agrees
    with walls_down() as db:
        db.execute(sa.text("UPDATE lots SET granted = granted + 1"))
        assert not books_in(Stretch(BEGIN, clock.now() + timedelta(seconds=1))).agrees


@pytest.mark.parametrize("cutoffs", CUTOFFS)
def test_at_any_random_second_the_books_tie_to_what_was_posted(time, cutoffs):
    luck = random.Random(20261130)
    story(luck, time)
    moments, ends = posted_moments(), clock.now()
    span = int((ends - BEGIN).total_seconds())
    for _ in range(cutoffs):
        first, last = sorted(BEGIN + timedelta(seconds=luck.randrange(span)) for _ in range(2))
        found = books(first, last + timedelta(seconds=1))
        assert found.agrees
        assert parts_of(found) == expected(moments, first, last + timedelta(seconds=1))
    assert ledger_violations(["I03", "I10", "I11", "I11-earned"]) == []


def story(luck, time):
    """Some months of three people in two programs: everything that can happen to points."""
    people = [employ(f"Person {number}", country=place) for number, place in enumerate(PLACES)]
    budget, holds, keys = open_funded_budget(10**8), [], count()
    for _ in range(STEPS):
        time.forward(hours=luck.randrange(1, 30), seconds=luck.randrange(3_600))
        with suppress(DomainError):
            step(luck, luck.choice(people), budget, holds, f"step:{next(keys)}")
        session().close()


PLACES = ("PT", "DE", None)


def step(luck, who, budget, holds, key):
    at, points = clock.now(), luck.randrange(1, 500)
    deed = luck.randrange(8)
    if deed < 3:
        days = luck.choice([None, 20, 60])
        give_points(who, points, budget_id=budget, days=days, source_key=key)
    elif deed < 5:
        holds.append(hold(who, min(points, 90), reference=key, days=40))
    elif holds and deed == 5:
        with transaction():
            capture_hold(luck.choice(holds), actor_id=None, at=at)
    elif holds and deed == 6:
        with transaction():
            if luck.random() < 0.5:
                release_hold(luck.choice(holds), actor_id=None, at=at, grace_days=9)
            else:
                reverse_capture(luck.choice(holds), Refund(key, "Back"), at=at, grace_days=9)
    else:
        with transaction():
            expire_points(at=at)
            claw = ClawBack(who, points, budget, key, "none", "Canceled", key, at)
            claw_back_points(claw, actor_id=None, at=at)


def posted_moments():
    """Every transfer as (when, kind, points), by when: lots are not looked at."""
    rows = session().execute(
        sa.select(Transfer.posted_at, Transfer.kind, Transfer.amount).order_by(Transfer.posted_at)
    )
    return [tuple(row) for row in rows]


def expected(moments, since, until):
    """What the transfers of a stretch come to by kind."""
    times = [at for at, _, _ in moments]
    sums = Counter()
    for _, kind, points in moments[bisect_left(times, since) : bisect_left(times, until)]:
        sums[kind] += points
    return {
        "earned": sums[_K.GRANT],
        "reinstated": sums[_K.REFUND] + sums[_K.GRACE],
        "redeemed": sums[_K.CAPTURE],
        "expired": sums[_K.EXPIRY],
        "taken": sums[_K.CLAW_BACK],
    }


def parts_of(found):
    total, owed = found.total.movement, found.owed
    return {
        "earned": total.earned,
        "reinstated": total.reinstated,
        "redeemed": total.redeemed,
        "expired": total.expired,
        "taken": total.clawed_back + owed.added - owed.paid,
    }


def test_the_end_of_one_stretch_is_the_begin_of_the_next(time):
    luck = random.Random(7)
    story(luck, time)
    days = [BEGIN + timedelta(days=number) for number in range(0, 150, 7)]
    for first, middle, last in zip(days, days[1:], days[2:], strict=False):
        before, after = books(first, middle), books(middle, last)
        closing = {(one.program_id, one.country): one.movement.closing for one in before.lines}
        opening = {(one.program_id, one.country): one.movement.opening for one in after.lines}
        assert {key: points for key, points in closing.items() if points} == {
            key: points for key, points in opening.items() if points
        }
        assert before.owed.closing == after.owed.opening
