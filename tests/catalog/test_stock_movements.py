"""What comes and goes is moved as a difference, with a reason, and read as a list."""

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.errors import CapacityTooLow, NothingToCount, StockMoved
from catalog.models import StockMovement, VariantStock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_reward
from tests.support.page_lint import lint_page


def capacity_of(variant_id):
    session().close()
    return session().scalar(
        sa.select(VariantStock.capacity).where(VariantStock.variant_id == variant_id)
    )


def test_a_delivery_and_a_damage_are_read_as_a_running_total(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 2, at=at)
        operations.adjust_stock(priya, backpack.variant_id, 20, reason="Delivery 4711", at=at)
        operations.adjust_stock(priya, backpack.variant_id, -2, reason="Damaged", at=at)
        operations.set_capacity(priya, backpack.variant_id, None, reason="Made to order", at=at)
    rows = queries.stock_movements(backpack.variant_id)
    assert [(row.change, row.after, row.left, row.reason, row.who) for row in rows] == [
        (None, None, None, "Made to order", "Priya Nair"),
        (-2, 23, 21, "Damaged", "Priya Nair"),
        (20, 25, 23, "Delivery 4711", "Priya Nair"),
        (5, 5, 5, "", None),
    ]
    assert ledger_violations(["C-stock", "I25"]) == []


def test_a_stock_that_moved_without_a_row_is_found(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        session().execute(sa.update(VariantStock).values(capacity=9))
    assert [found.id for found in ledger_violations(["C-stock"])] == ["C-stock"]
    assert capacity_of(backpack.variant_id) == 9


def test_no_more_can_go_than_are_free(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 4, at=at)
    with pytest.raises(CapacityTooLow, match="4 are set aside or gone already"), transaction():
        operations.adjust_stock(priya, backpack.variant_id, -2, reason="Damaged", at=at)
    assert capacity_of(backpack.variant_id) == 5
    assert len(queries.stock_movements(backpack.variant_id)) == 1


def test_what_has_no_limit_can_not_be_adjusted(priya, at):
    backpack = stock_reward()
    with pytest.raises(NothingToCount, match="Set how many"), transaction():
        operations.adjust_stock(priya, backpack.variant_id, 3, reason="Delivery", at=at)


@pytest.mark.parametrize(("change", "reason"), [(0, "Nothing"), (5, " "), (10_000_000, "Too many")])
def test_a_change_needs_a_number_and_a_reason(priya, at, change, reason):
    backpack = stock_reward(capacity=5)
    with pytest.raises(BadInput), transaction():
        operations.adjust_stock(priya, backpack.variant_id, change, reason=reason, at=at)
    assert capacity_of(backpack.variant_id) == 5


def test_a_total_set_on_an_old_number_is_refused(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.adjust_stock(priya, backpack.variant_id, 20, reason="Delivery", at=at)
    with pytest.raises(StockMoved, match="from 5 to 25"), transaction():
        operations.set_capacity(priya, backpack.variant_id, 8, reason="Count", at=at, seen=5)
    assert capacity_of(backpack.variant_id) == 25


@pytest.mark.parametrize(
    "change", [sa.update(StockMovement).values(after=1), sa.delete(StockMovement)]
)
def test_the_database_refuses_to_change_a_movement(at, change):
    stock_reward(capacity=5)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        session().execute(change)


@pytest.fixture
def page_of(priya, sign_in):
    client = sign_in(priya.id)

    def opened(offer):
        path = f"/manage/catalog/{offer.slug}/variants/{offer.variant_id}"
        text = client.get(path).text
        assert lint_page(text) == []
        return client, path, text

    return opened


@pytest.mark.parametrize(("entered", "after"), [("+20", 25), ("20", 25), ("-2", 3), ("−2", 3)])
def test_priya_enters_what_came_or_went(page_of, at, entered, after):
    backpack = stock_reward(capacity=5)
    client, path, text = page_of(backpack)
    sent = hidden_fields(text) | {"change": entered, "why": "Counted anew"}
    for _ in range(2):  # the same form twice counts once
        assert client.post(f"{path}/adjust", data=sent).status_code == 303
    assert capacity_of(backpack.variant_id) == after
    shown = client.get(path).text
    assert "Counted anew" in shown
    assert "Begun with" in shown


@pytest.mark.parametrize(
    ("entered", "why", "said"),
    [
        ("", "x", "Enter how many, for example +20 or -2"),
        ("+-2", "x", "Enter a number such as +20"),
        ("0", "x", "Enter a number such as +20"),
        ("+20", "", "Say why"),
        ("-9", "Lost", "0 are set aside or gone already"),
    ],
)
def test_what_can_not_be_read_is_said_at_its_field(page_of, at, entered, why, said):
    backpack = stock_reward(capacity=5)
    client, path, text = page_of(backpack)
    sent = hidden_fields(text) | {"change": entered, "why": why}
    answer = client.post(f"{path}/adjust", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert capacity_of(backpack.variant_id) == 5


def test_two_managers_with_the_page_open_do_not_overwrite_each_other(page_of, priya, at):
    backpack = stock_reward(capacity=5)
    client, path, text = page_of(backpack)
    with transaction():
        operations.adjust_stock(priya, backpack.variant_id, 20, reason="Delivery", at=at)
    sent = hidden_fields(text) | {"change": "-2", "why": "Damaged"}
    assert client.post(f"{path}/adjust", data=sent).status_code == 303
    assert capacity_of(backpack.variant_id) == 23


def test_what_had_no_limit_is_counted_from_now_on_and_then_no_more(page_of, priya, at):
    backpack = stock_reward(capacity=None)
    client, path, text = page_of(backpack)
    counted = hidden_fields(text) | {"capacity": "40", "why": "The last box"}
    for _ in range(2):  # the same form twice counts once
        assert client.post(f"{path}/adjust", data=counted).status_code == 303
    assert capacity_of(backpack.variant_id) == 40
    late = client.post(
        f"{path}/adjust", data=counted | {"request_key": "another-key", "capacity": "9"}
    )
    assert (late.status_code, "from no limit to 40" in late.text) == (422, True)
    _, _, text = page_of(backpack)
    both = hidden_fields(text) | {"change": "+2", "is_unlimited": "y", "why": "Made to order"}
    assert "Leave this empty" in client.post(f"{path}/adjust", data=both).text
    assert client.post(f"{path}/adjust", data=both | {"change": ""}).status_code == 303
    assert capacity_of(backpack.variant_id) is None
