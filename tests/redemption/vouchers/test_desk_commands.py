"""`bin/laurel desk` and the last days on the command line."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from redemption.vouchers.cli import vouchers_cli
from redemption.vouchers.desk.cli import desk_cli
from redemption.vouchers.desk.errors import BeyondWhatIsLeft, NotAcceptable
from redemption.vouchers.validity import cli as _commands  # noqa: F401  they join the group
from tests.support.catalog import stock_gift_card
from tests.support.vouchers import in_hand, uses_written, void, voucher_now


@pytest.fixture
def card(house, queue):
    return in_hand(house.maya, stock_gift_card(), queue)


def run(group, *arguments, say=""):
    session().close()
    return CliRunner().invoke(group, list(arguments), input=f"{say}\n")


def test_a_use_is_booked_looked_at_and_undone(card):
    _reference, code, _id = card
    use = ("use", "--amount", "12.40", "--place", "Canteen", "--receipt", "K-1")
    assert "Would book: $12.40, $37.60 left" in run(desk_cli, *use, "--dry-run", say=code).output
    assert uses_written() == []
    booked = run(desk_cli, *use, say=code).output
    assert "booked: $12.40, $37.60 left" in booked
    number = booked.split()[1]
    looked = run(desk_cli, "look", say=code).output
    assert "of Maya C.: $37.60 of $50 left, until 23 Nov 2029" in looked
    assert "$12.40 used at Canteen  K-1" in looked
    assert code not in looked
    assert "Put back: $12.40" in run(desk_cli, "undo", number, "--reason", "A slip.").output
    assert len(uses_written()) == 2


def test_refusals_are_sentences(card, house):
    _reference, code, card_id = card
    too_much = run(desk_cli, "use", "--amount", "99", "--place", "Canteen", say=code)
    assert isinstance(too_much.exception, BeyondWhatIsLeft)
    unclear = run(desk_cli, "use", "--amount", "1,240", "--place", "Canteen", say=code)
    assert isinstance(unclear.exception, BadInput)
    assert isinstance(run(desk_cli, "look", say="nonsense").exception, NotFound)
    void(house.priya, card_id)
    assert isinstance(run(desk_cli, "look", say=code).exception, NotAcceptable)


def test_a_voucher_and_all_of_a_reward_are_extended(card, house, queue):
    _reference, _code, card_id = card
    one = ("extend", str(card_id), "--until", "2030-01-31", "--reason", "Closed.")
    assert "Would count until 31 Jan 2030" in run(vouchers_cli, *one, "--dry-run").output
    assert "Counts until 31 Jan 2030" in run(vouchers_cli, *one).output
    every = ("extend-all", "lumen-books-gift-card", "--until", "2030-02-28", "--reason", "Closed.")
    assert "1 voucher extended." in run(vouchers_cli, *every).output
    assert "0 vouchers extended." in run(vouchers_cli, *every).output
    assert str(voucher_now(card_id).valid_until) == "2030-02-28"
