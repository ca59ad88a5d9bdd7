"""The ledger check sees what is wrong with programs, their rules and what they gave."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import move_program, set_rule
from marketplace.programs.operations.settlement import settle_for_good
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramState
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold
from tests.support.tampering import walls_down

WAITS = """INSERT INTO waiting_settlements
(program_id, budget_id, needed, left_then, is_final, seal, since, tried_at)
SELECT id, budget_id, 5, 0, false, '', created_at, created_at FROM programs"""
EVENT = "INSERT INTO program_events (program_id, reason, to_state, at) SELECT program_id, '',"

FORGED = [
    ("E-rules", "UPDATE awards SET rule_version = 7"),
    ("E-rules", "UPDATE awards SET program_id = 999"),
    ("E-rules", "UPDATE awards SET explanation = '{}'"),
    ("E-rules", "UPDATE program_rules SET last_award_id = 999999"),
    ("E-versions", "UPDATE program_rules SET version = 2"),
    ("E-versions", "DELETE FROM program_rules"),
    ("E-states", "UPDATE programs SET state = 'running'"),
    ("E-states", "DELETE FROM program_events"),
    ("E-settled", "UPDATE programs SET state = 'running'"),
    ("E-settled", "UPDATE program_events SET last_award_id = 0"),
    ("E-settled", WAITS),
    ("E-discarded", f"{EVENT} 'discarded', at FROM program_events WHERE from_state IS NULL"),
]


@pytest.fixture
def settled(at):
    """A program that gave Maya points and was settled for good."""
    program_id = run_program()
    report_sales(sold(employ_maya(), "SO1", "900"))
    priya = actor_of(employ_priya())
    with transaction():
        move_program(priya, program_id, ProgramState.CLOSED, at=clock.now())
        settle_for_good(program_id, actor=priya, at=clock.now())
    assert ledger_violations() == []
    session().close()


def test_what_is_tampered_with_is_seen(settled):
    for predicate, forged in FORGED:
        with walls_down() as db:
            db.execute(sa.text(forged))
            assert predicate in {one.id for one in ledger_violations()}, forged


def test_an_award_that_names_a_rule_set_after_it_is_seen(at):
    program_id, maya = run_program(), employ_maya()
    report_sales(sold(maya, "SO1", "900"))
    twice(program_id, at=clock.now())
    report_sales(sold(maya, "SO2", "300"))
    versions = dict(session().execute(sa.select(Award.subject, Award.rule_version)).all())
    assert versions == {"order:SO1": 1, "order:SO2": 2}
    assert ledger_violations() == []
    session().close()
    with walls_down() as db:
        db.execute(sa.text("UPDATE awards SET rule_version = 2 WHERE subject = 'order:SO1'"))
        assert [one.id for one in ledger_violations()] == ["E-rules"]


def test_machines_whose_clocks_differ_raise_no_false_alarm(at):
    program_id, maya = run_program(), employ_maya()
    twice(program_id, at=clock.now() + timedelta(seconds=5))  # set by a machine that is ahead
    report_sales(sold(maya, "SO1", "900"))
    assert ledger_violations() == []
    priya = actor_of(employ_priya())
    session().close()
    with transaction():
        move_program(priya, program_id, ProgramState.CLOSED, at=clock.now())
        settle_for_good(program_id, actor=priya, at=clock.now() - timedelta(seconds=5))
    assert ledger_violations() == []


def twice(program_id: int, *, at: datetime) -> None:
    """The same rule once more, for new orders; what was given stays."""
    priya, rule = actor_of(employ_priya()), current_rule(session().get_one(Program, program_id))
    session().close()
    with transaction():
        set_rule(priya, program_id, rule.terms, reason="Again", at=at)
