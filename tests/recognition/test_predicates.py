"""The ledger check sees what is wrong with thanks and the allowances they come from."""

import pytest
import sqlalchemy as sa

from marketplace.ledger.check import ledger_violations
from tests.support.people import employ_maya, employ_omar
from tests.support.recognition import give, run_recognition, take_effect_now
from tests.support.tampering import walls_down


@pytest.mark.parametrize(
    ("predicate", "sql"),
    [
        ("G-allowance", "UPDATE giving_allowances SET used = used + 1"),
        ("G-allowance", "UPDATE giving_allowances SET granted = used - 1"),
        ("G-self", "UPDATE recognition_recipients SET employee_id = giver_id"),
        ("G-recipients", "DELETE FROM recognition_recipients"),
    ],
)
def test_thanks_that_were_tampered_with_are_seen(at, predicate, sql):
    program_id = run_recognition()
    take_effect_now(give(employ_maya(), employ_omar(), program_id=program_id, points=20))
    assert ledger_violations() == []
    with walls_down() as db:
        db.execute(sa.text(sql))
        assert ledger_violations([predicate]) != []
