"""The page, the file, the balance and the transfers tell one story, to the point."""

import csv
import io

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.models import Account, Transfer
from marketplace.ledger.queries import points_of
from marketplace.ledger.queries.statement import SOURCES, points_statement
from marketplace.ledger.states import MOVING
from marketplace.ledger.views import CSV_COLUMNS
from marketplace.people.queries import person_named
from tests.ledger.world import build_world

PEOPLE = ["maya.chen", "leo.martins"]


def moved(employee_id):
    """What the transfers say moved in or out, oldest first, counted here by hand."""
    account = session().scalar(
        sa.select(Account.id).where(Account.kind == "member", Account.owner_id == employee_id)
    )
    rows = session().execute(
        sa.select(Transfer.id, Transfer.amount, Transfer.credit_id)
        .where(sa.or_(Transfer.credit_id == account, Transfer.debit_id == account))
        .where(Transfer.kind.in_(MOVING))
        .order_by(Transfer.id)
    )
    return [(row.id, row.amount if row.credit_id == account else -row.amount) for row in rows]


def pages(employee_id, source=None, limit=3):
    """The entries of every page, newest first."""
    entries, before = [], None
    while True:
        part = points_statement(employee_id, source=source, before=before, limit=limit)
        entries += part.entries
        if part.before is None:
            return entries
        before = part.before


@pytest.mark.parametrize("who", PEOPLE)
def test_the_pages_are_the_transfers_and_end_at_the_balance(world, who):
    employee_id = person_named(who).id
    shown, told = pages(employee_id), moved(employee_id)
    assert [(entry.transfer_id, entry.points) for entry in reversed(shown)] == told
    balance = 0
    for entry in reversed(shown):
        balance += entry.points
        assert entry.balance == balance
    assert balance == points_of(employee_id, at=clock.now()).posted


@pytest.mark.parametrize("who", PEOPLE)
def test_the_kinds_of_entries_together_are_all_of_them(world, who):
    employee_id = person_named(who).id
    by_kind = [entry for source in SOURCES for entry in pages(employee_id, source)]
    assert sorted(by_kind, key=lambda entry: -entry.transfer_id) == pages(employee_id)


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_set_aside_is_what_the_balance_holds(world, who):
    employee_id = person_named(who).id
    aside = points_statement(employee_id).set_aside
    assert -sum(entry.points for entry in aside) == points_of(employee_id, at=clock.now()).held


@pytest.mark.parametrize("who", PEOPLE)
def test_the_file_is_the_statement(time, sign_in, who):
    build_world(time)
    employee_id = person_named(who).id
    shown = pages(employee_id)
    text = sign_in(employee_id).get("/points.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(int(row["Points"]), int(row["Balance"]), row["Reference"]) for row in rows] == [
        (entry.points, entry.balance, entry.reference) for entry in reversed(shown)
    ]
