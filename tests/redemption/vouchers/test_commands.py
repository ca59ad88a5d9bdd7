"""`bin/laurel vouchers` and `bin/laurel fulfillment`: they look, and never print a code."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.kernel.db import session
from redemption.fulfillment.cli import fulfillment_cli
from redemption.vouchers.cli import vouchers_cli
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState


def run(group, *arguments):
    session().close()
    return CliRunner().invoke(group, list(arguments))


def the_voucher() -> Voucher:
    session().close()
    return session().scalars(sa.select(Voucher).order_by(Voucher.id)).first()


@pytest.mark.parametrize("looked_for", ["maya", "reference", "last4"])
def test_a_voucher_is_found_by_name_request_or_last_four(held, looked_for):
    by = {"reference": held.card, "last4": the_voucher().last4.lower()}
    result = run(vouchers_cli, "show", by.get(looked_for, looked_for))
    assert result.exit_code == 0
    assert "Lumen Books gift card, $50  for Maya Chen" in result.output
    assert "Ready, not shown yet, $50 left" in result.output


def test_what_is_not_there_is_said(held):
    result = run(vouchers_cli, "show", "nobody")
    assert result.exit_code == 1
    assert "Nothing matches" in result.output


def test_a_dry_run_changes_nothing_and_a_real_one_voids(held):
    number = str(the_voucher().id)
    result = run(vouchers_cli, "void", number, "--reason", "Wrong amount.", "--dry-run")
    assert "Would be void" in result.output
    assert the_voucher().state is VoucherState.ISSUED
    result = run(vouchers_cli, "void", number, "--reason", "Wrong amount.", "--reissue")
    assert "took its place" in result.output
    assert the_voucher().state is VoucherState.VOID


def test_an_empty_desk_says_so(held):
    assert "0 in “To do”." in run(fulfillment_cli, "list").output
