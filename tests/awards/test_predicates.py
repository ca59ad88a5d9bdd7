"""Each predicate of rewards won bites: a row is forged and exactly that is named, with numbers."""

from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import (
    decline_entitlement,
    grant_entitlements,
)
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from tests.support.catalog import stock_badge, stock_lisbon_trip
from tests.support.entitlements import won
from tests.support.people import actor, employ_leo, employ_maya, employ_omar
from tests.support.tampering import walls_down

PROGRAM = 7
FORGED: list[tuple[str, str, dict[str, Any]]] = [
    ("I50-states", "UPDATE entitlements SET state = 'used' WHERE id = {omar}",
     {"id": "omar", "state": "used", "to_state": "granted"}),
    ("I50-states", "DELETE FROM entitlement_events WHERE entitlement_id = {leo}",
     {"id": "leo", "state": "alternate", "to_state": None}),
    ("I50-states", ("UPDATE entitlement_events SET to_state = 'declined' "
     "WHERE to_state = 'passed_on'"), {"id": "maya", "state": "passed_on", "to_state": "declined"}),
    ("I50-places", "UPDATE entitlements SET from_id = NULL WHERE id = {omar}",
     {"id": "maya", "state": "passed_on", "holders": 0, "of_the_same": 0}),
    ("I50-places", "UPDATE entitlements SET variant_id = {badge} WHERE id = {omar}",
     {"id": "maya", "state": "passed_on", "holders": 1, "of_the_same": 0}),
    ("I50-places", "UPDATE entitlements SET program_id = 8 WHERE id = {omar}",
     {"id": "maya", "state": "passed_on", "holders": 1, "of_the_same": 0}),
    ("I50-places", ("UPDATE entitlements SET from_id = {omar}, variant_id = {trip} "
     "WHERE id = {leo}"), {"id": "omar", "state": "granted", "holders": 1, "of_the_same": 0}),
    ("I50-places", ("UPDATE entitlements SET from_id = {omar}, variant_id = {badge} "
     "WHERE id = {leo}"), {"id": "omar", "state": "granted", "holders": 1, "of_the_same": 0}),
]  # fmt: skip


@pytest.fixture
def line(at):
    """Maya gave the trip up, Omar has it now, Leo still waits: their rewards won by name."""
    trip, badge = stock_lisbon_trip().variant_id, stock_badge().variant_id
    people = {"maya": employ_maya(), "omar": employ_omar(), "leo": employ_leo()}
    with transaction():
        wanted = [
            won(one, line=place or None, variant_id=None if place else trip)
            for place, one in enumerate(people.values())
        ]
        grant_entitlements(PROGRAM, wanted, actor=Actor.system(), at=at)
    [first] = session().scalars(sa.select(Entitlement.id).filter_by(employee_id=people["maya"]))
    session().close()
    with transaction():
        decline_entitlement(actor(people["maya"]), first, at=at)
    rows = session().execute(sa.select(Entitlement.employee_id, Entitlement.id)).all()
    of_person = {row.employee_id: row.id for row in rows}
    session().close()
    return {name: of_person[one] for name, one in people.items()} | {"trip": trip, "badge": badge}


def test_each_forged_row_is_named_with_its_numbers(line):
    assert ledger_violations() == []
    for name, forged, says in FORGED:
        expected = {column: line.get(value, value) for column, value in says.items()}
        with walls_down() as broken:
            broken.execute(sa.text(forged.format_map(line)))
            [found] = ledger_violations()
            assert found.id == name, forged
            assert {column: found.row[column] for column in expected} == expected, forged
    assert ledger_violations() == []
