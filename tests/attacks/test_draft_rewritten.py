"""A draft that is written over while Priya launches it does not slip past the look at its start."""

import threading
from datetime import date

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from marketplace.programs.operations import settlement
from marketplace.programs.operations.programs import NewProgram
from marketplace.programs.operations.settlement import launch_program
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.spurts import operations
from marketplace.programs.states import ProgramKind, ProgramState
from tests.support.people import employ_priya
from tests.support.programs import report_sales, sold
from tests.support.racing import all_at_once
from tests.support.spurts import draft_spurt, leg

A_MOMENT = 1.0
AHEAD, PAST = (date(2027, 1, 1), date(2027, 1, 31)), (date(2026, 10, 1), date(2026, 11, 30))


@pytest.fixture
def priya_has(app, at, monkeypatch):
    """Priya launches a spurt of days ahead; a second window moves it to days she sold in."""
    priya, program_id = actor_of(employ_priya()), draft_spurt(leg(), days=AHEAD)
    report_sales(sold(priya.id, "SO1", "900"))
    program = session().get_one(Program, program_id)
    moved = NewProgram(
        program.slug, program.name, program.summary, ProgramKind.SPURT, *PAST,
        program.budget_id, current_rule(program).terms,
    )  # fmt: skip
    has_looked, is_written = threading.Event(), threading.Event()
    really_look = settlement.refuse_own_start

    def look_and_be_slow(*args, **kwargs):
        really_look(*args, **kwargs)
        has_looked.set()
        is_written.wait(A_MOMENT)

    def launch():
        with transaction():
            launch_program(priya, program_id, ProgramState.RUNNING, at=clock.now())

    def write_over():
        has_looked.wait(30)
        with transaction():
            operations.rewrite_draft(priya, program_id, moved, at=clock.now())
        is_written.set()

    def race() -> tuple[int, list[object]]:
        session().close()
        monkeypatch.setattr(settlement, "refuse_own_start", look_and_be_slow)
        answers = all_at_once(app, 2, lambda number: (launch, write_over)[number]())
        return points_of(priya.id, at=at).available, answers

    return race


@pytest.mark.race
def test_the_second_window_comes_too_late(priya_has):
    points, (launched, written) = priya_has()
    assert (points, launched) == (0, None)
    assert isinstance(written, operations.NoDraftAnyMore)


@pytest.mark.race
def test_without_the_lock_postgresql_pays_priya_for_what_stands(priya_has, monkeypatch, engine):
    monkeypatch.setattr(operations, "lock_programs", lambda _ids, *, at: None)
    points, _ = priya_has()
    assert points == (0 if engine == "sqlite" else 9)
