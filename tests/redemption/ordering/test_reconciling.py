"""The provider's list against ours: every difference is named, and nothing else is."""

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.ordering import queries, runner
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import Difference
from tests.support.ordering import orders


def compared(cardhouse):
    session().close()
    report_id = runner.reconcile(cardhouse.provider_id)
    (report,) = queries.last_reconciliations()
    assert report.id == report_id
    return report, queries.differences_of([report_id])


def spoil(reference, **values):
    order_id = orders(reference)[0].id
    session().close()
    with transaction():
        session().execute(
            sa.update(ProviderOrder).where(ProviderOrder.id == order_id).values(**values)
        )


def test_what_agrees_is_no_difference(cardhouse, queue):
    for _ in range(3):
        cardhouse.ask("B-20")
    cardhouse.wrong(pending=1)
    cardhouse.ask("B-20")
    queue.run_due()
    report, differences = compared(cardhouse)
    assert (report.ours, report.theirs, report.problem) == (4, 4, "")
    assert differences == []


def test_each_difference_is_named(cardhouse, queue):
    sums, gone, state = (cardhouse.ask("B-20") for _ in range(3))
    queue.run_due()
    bought = {"utid": "B-50", "amount": 50, "externalRefID": "by-hand"}
    cardhouse.simulator.store.order(bought, status="COMPLETE", code="", at=clock.now())
    spoil(sums, minor=1_999)
    spoil(gone, client_ref="another")
    by_ref = {kept.ref: kept.number for kept in cardhouse.theirs()}
    cardhouse.simulator.store.move(by_ref[orders(state)[0].client_ref], "CANCELED")
    _report, differences = compared(cardhouse)
    found = {(one.kind, one.client_ref) for one in differences}
    assert (Difference.AMOUNT, orders(sums)[0].client_ref) in found
    assert (Difference.STATE, orders(state)[0].client_ref) in found
    assert (Difference.MISSING_THERE, "another") in found
    assert (Difference.MISSING_HERE, "by-hand") in found
    assert len(found) == 5, "and what the other name hid"
    told = {one.kind: (one.provider, one.here, one.there) for one in differences}
    assert told[Difference.AMOUNT] == ("Cardhouse", "19.99 USD", "20.00 USD, complete")


def test_a_second_order_of_one_reference_is_found(cardhouse, queue):
    reference = cardhouse.ask("B-20")
    queue.run_due()
    again = {"utid": "B-20", "amount": 20, "externalRefID": orders(reference)[0].client_ref}
    cardhouse.simulator.store.order(again, status="COMPLETE", code="", at=clock.now())
    _report, differences = compared(cardhouse)
    assert [one.here for one in differences] == ["a second order of this reference"]


def test_a_list_of_several_blocks_is_read_to_its_end(cardhouse, queue):
    for number in range(205):
        bought = {"utid": "B-20", "amount": 1, "externalRefID": f"by-hand-{number}"}
        cardhouse.simulator.store.order(bought, status="COMPLETE", code="", at=clock.now())
    report, named = compared(cardhouse)
    assert (report.theirs, report.differences, len(named)) == (205, 205, 205)


def test_a_list_that_cannot_be_had_is_said(cardhouse, queue):
    cardhouse.wrong(error=-1)
    report, differences = compared(cardhouse)
    assert "answered 500" in report.problem
    assert differences == []
