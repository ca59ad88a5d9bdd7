"""The ledger check sees what is wrong with programs, their rules and what they gave."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from marketplace.programs.operations.programs import move_program
from marketplace.programs.operations.settlement import settle_for_good
from marketplace.programs.states import ProgramState
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold
from tests.support.tampering import walls_down

WAITS = """INSERT INTO waiting_settlements
(program_id, budget_id, needed, left_then, is_final, seal, since, tried_at)
SELECT id, budget_id, 5, 0, false, '', created_at, created_at FROM programs"""
EVENT = "INSERT INTO program_events (program_id, reason, to_state, at) SELECT program_id, '',"
LATER = "granted_at = '2099-01-01 00:00:00.000000'"


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


@pytest.mark.parametrize(
    ("predicate", "sql"),
    [
        ("E-rules", "UPDATE awards SET rule_version = 7"),
        ("E-rules", "UPDATE awards SET program_id = 999"),
        ("E-rules", "UPDATE awards SET explanation = '{}'"),
        ("E-rules", "UPDATE program_rules SET at = '2099-01-01 00:00:00.000000'"),
        ("E-versions", "UPDATE program_rules SET version = 2"),
        ("E-versions", "DELETE FROM program_rules"),
        ("E-states", "UPDATE programs SET state = 'running'"),
        ("E-states", "DELETE FROM program_events"),
        ("E-settled", "UPDATE programs SET state = 'running'"),
        ("E-settled", f"UPDATE awards SET {LATER}"),
        ("E-settled", WAITS),
        ("E-discarded", f"{EVENT} 'discarded', at FROM program_events WHERE from_state IS NULL"),
    ],
)
def test_what_is_tampered_with_is_seen(settled, predicate, sql):
    with walls_down() as db:
        db.execute(sa.text(sql))
        assert {one.id for one in ledger_violations()} >= {predicate}
