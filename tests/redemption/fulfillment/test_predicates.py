"""Each predicate of the desk bites: a row is forged and exactly that is named."""

import pytest
import sqlalchemy as sa

from marketplace.ledger.check import ledger_violations
from tests.support.tampering import walls_down

FORGED = {
    "I45-fulfillment": "UPDATE redemption_lines SET changed_at = '2020-01-01 00:00:00', "
    "state = 'approved'",
    "I45-letters": "UPDATE letters SET state = 'waiting', written_at = '2020-01-01 00:00:00'",
    "I36-parcels": "UPDATE fulfillment_tasks SET state = 'delivered'",
    "I32-tasks": "UPDATE fulfillment_tasks SET state = 'packed'",
    "I27-bookings": "UPDATE bookings SET places = 2",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_row_is_named(desk, name):
    assert ledger_violations([name]) == []
    with walls_down() as broken:
        if name == "I45-fulfillment":
            broken.execute(sa.text("UPDATE fulfillment_tasks SET state = 'closed'"))
        broken.execute(sa.text(FORGED[name]))
        assert {found.id for found in ledger_violations([name])} == {name}
    assert ledger_violations() == []
