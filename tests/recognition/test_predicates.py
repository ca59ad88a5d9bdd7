"""Each predicate of recognition bites: a row is forged and exactly that is named, with numbers."""

from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.ledger.check import ledger_violations
from tests.support.people import employ_leo, employ_maya, employ_omar
from tests.support.recognition import give, run_recognition
from tests.support.tampering import walls_down

FORGED: list[tuple[str, str, dict[str, Any]]] = [
    ("G-allowance", "UPDATE giving_allowances SET used = used - 5",
     {"employee_id": "maya", "granted": 100, "used": 15, "given": 20}),
    ("G-allowance", "UPDATE giving_allowances SET granted = 19",
     {"employee_id": "maya", "granted": 19, "used": 20, "given": 20}),
    ("G-allowance", "UPDATE recognitions SET points = 30 WHERE id = {points}",
     {"employee_id": "maya", "granted": 100, "used": 20, "given": 30}),
    ("G-allowance", "UPDATE recognitions SET state = 'withdrawn' WHERE id = {points}",
     {"employee_id": "maya", "granted": 100, "used": 20, "given": 0}),
    ("G-allowance", "DELETE FROM giving_allowances",
     {"employee_id": "maya", "granted": 0, "used": 0, "given": 20}),
    ("G-self", ("UPDATE recognition_recipients SET employee_id = {maya} "
     "WHERE recognition_id = {words}"), {"recognition_id": "words", "employee_id": "maya"}),
    ("G-self", ("UPDATE recognition_recipients SET giver_id = {omar} "
     "WHERE recognition_id = {words}"), {"recognition_id": "words", "employee_id": "leo"}),
    ("G-self", "UPDATE recognition_recipients SET giver_id = NULL WHERE recognition_id = {words}",
     {"recognition_id": "words", "employee_id": "leo"}),
    ("G-self", "UPDATE recognitions SET giver_id = NULL WHERE id = {words}",
     {"recognition_id": "words", "employee_id": "leo"}),
    ("G-recipients", "DELETE FROM recognition_recipients WHERE recognition_id = {words}",
     {"id": "words"}),
]  # fmt: skip


@pytest.fixture
def thanks(at):
    """Maya gave Leo 20 points of her 100, and another time words alone."""
    program = run_recognition()
    maya, leo, omar = employ_maya(), employ_leo(), employ_omar()
    points = give(maya, leo, points=20, program_id=program)
    words = give(maya, leo)
    return {"maya": maya, "leo": leo, "omar": omar, "points": points, "words": words}


def test_each_forged_row_is_named_with_its_numbers(thanks):
    assert ledger_violations() == []
    for name, forged, says in FORGED:
        expected = {column: thanks.get(value, value) for column, value in says.items()}
        with walls_down() as broken:
            broken.execute(sa.text(forged.format_map(thanks)))
            [found] = ledger_violations()
            assert found.id == name, forged
            assert {column: found.row[column] for column in expected} == expected, forged
    assert ledger_violations() == []
