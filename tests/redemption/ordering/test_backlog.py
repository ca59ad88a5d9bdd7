"""F30: a crowd waits for a provider that takes one order a second, and nobody storms it."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import in_batches, session, transaction
from redemption.ordering import queries, runner
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import OrderState
from tests.support.ledger import give_points
from tests.support.ordering import orders, take_so_many

CROWDS = [80, pytest.param(100_000, marks=[pytest.mark.soak, pytest.mark.timeout(7_200)])]
A_LINE = 1_000  # units that one line may have
SECOND = timedelta(seconds=1)
SECONDS = 10
STATEMENTS = 12  # of one turn, however many wait


@pytest.fixture
def crowd(cardhouse, queue):
    """Lets so many orders wait, a thousand a line of Maya's; the last request and their ids."""

    def gather(count: int) -> tuple[str, list[int]]:
        give_points(cardhouse.maya.id, 10_000_000)
        cardhouse.simulator.store.pay_in(Decimal(100_000))
        reference = ""
        for start in range(0, count, A_LINE):
            reference = cardhouse.ask("B-20")
            queue.run_due()
            _copy(orders(reference)[0], min(count - start, A_LINE))
        wanted = sa.select(ProviderOrder.id).where(ProviderOrder.state == OrderState.WANTED)
        ids = list(session().scalars(wanted.order_by(ProviderOrder.id)))
        session().close()
        return reference, ids

    return gather


def _copy(one: ProviderOrder, count: int) -> None:
    """Let an order be there so many times more, each for a unit of its own."""
    facts = {c.key: getattr(one, c.key) for c in sa.inspect(ProviderOrder).columns}
    del facts["id"]
    facts |= dict.fromkeys(("fingerprint", "cipher", "provider_ref", "turn_at"))
    facts |= {"state": OrderState.WANTED, "next_at": clock.now(), "tries": 0, "version": 1}
    rows = [
        facts | {"unit_no": 1 + unit, "client_ref": f"{one.client_ref}-{unit}"}
        for unit in range(1, min(count, A_LINE - 1) + 1)
    ]
    session().close()
    with transaction():
        for some in in_batches(rows):
            session().execute(sa.insert(ProviderOrder), some)


def posts(cardhouse) -> int:
    return cardhouse.simulator.calls.count("POST /orders")


def go_on_with_all(ids) -> None:
    for order_id in ids:
        runner.go_on(order_id)
        session().close()


@pytest.mark.parametrize("count", CROWDS)
def test_each_has_a_turn_of_its_own_and_reads_when_that_is(
    cardhouse, crowd, time, statements, sign_in, count
):
    reference, ids = crowd(count)
    take_so_many(cardhouse.provider_id, 60)
    before = posts(cardhouse)
    go_on_with_all(ids[:-1])
    with statements() as sent:
        go_on_with_all(ids[-1:])
    assert len(sent) <= STATEMENTS, sent
    assert posts(cardhouse) == before + 1, "only the first has its turn now"
    found = sa.select(ProviderOrder.turn_at).where(ProviderOrder.turn_at.is_not(None))
    turns = sorted(session().scalars(found))
    assert len(turns) == len(ids) - 1
    assert {after - one for one, after in pairwise(turns)} == {SECOND}
    assert turns[-1] == clock.now() + len(turns) * SECOND
    (row,) = queries.accounts()
    assert (row.in_line, row.oldest) == (len(turns), clock.now())
    session().close()
    page = sign_in(cardhouse.maya.id).get(f"/redemptions/{reference}").text
    assert "Yours goes out at about" in page
    session().close()
    for second in range(1, SECONDS + 1):
        time.forward(seconds=1)
        due = queries.due_orders(at=clock.now())
        session().close()
        go_on_with_all(order_id for order_id, _version in due)
        assert posts(cardhouse) == before + 1 + second, "one a second, and nobody in vain"
    states = sa.select(ProviderOrder.state).distinct()
    assert OrderState.HELD not in set(session().scalars(states)), "who waits needs no person"


def test_control_without_a_pace_all_come_at_once(cardhouse, crowd):
    _reference, ids = crowd(20)
    before = posts(cardhouse)
    go_on_with_all(ids)
    assert posts(cardhouse) == before + len(ids)
