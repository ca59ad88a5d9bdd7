"""The same at the command line, and the simulated provider as a process of its own."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.settings import ROOT
from redemption.ordering.cli import ordering_cli, provider_simulator_cli
from redemption.ordering.errors import NoSuchAccount
from redemption.ordering.jobs import funds
from redemption.ordering.states import OrderState
from tests.support.ordering import ITEMS, states

HERE = ("connect", "cardhouse", "--account", "A-1", "--customer", "C-1", "--currency", "usd")


def run(*words: str) -> Result:
    session().close()
    return CliRunner().invoke(ordering_cli, words)


def test_orders_and_accounts_are_listed_without_a_code(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    listed = run("list").output
    assert f"{reference}-1-1-1-" in listed
    assert "Books, $50  Delivered, 1 tries" in listed
    assert cardhouse.theirs()[0].code not in listed
    assert run("list", "--state", "held").output == "0 orders.\n"
    assert run("accounts").output == "cardhouse: not asked yet\n"


def test_what_is_due_is_gone_on_with_here_and_now(cardhouse, queue, time):
    cardhouse.wrong(timeout=1)
    reference = cardhouse.ask()
    queue.run_due()
    time.forward(minutes=3)
    assert run("run").output == "1 orders.\n"
    assert states(reference) == [OrderState.DELIVERED]


def test_the_lists_are_compared_on_request(cardhouse, queue):
    cardhouse.ask()
    queue.run_due()
    assert run("reconcile", "cardhouse").output == "1 here, 1 there, 0 differ.\n"
    cardhouse.wrong(error=-1)
    failed = run("reconcile", "cardhouse", "--days", "30")
    assert failed.exit_code == 1
    assert "answered 500" in failed.output
    assert isinstance(run("reconcile", "nobody").exception, NoSuchAccount)


def test_an_account_with_an_address_that_is_never_asked_is_refused(cardhouse):
    assert isinstance(run(*HERE, "--address", "http://cards.example").exception, BadInput)
    assert isinstance(
        run("connect", "nobody", *HERE[2:], "--address", "https://cards.example").exception,
        BadInput,
    )
    said = run(*HERE, "--address", "https://cards.example/v2/")
    assert said.output == "“cardhouse” is ordered from at https://cards.example/v2.\n"
    assert cardhouse.account().address == "https://cards.example/v2"


def test_who_changes_the_account_that_pays_leaves_what_it_was_and_asks_anew_what_is_left(cardhouse):
    funds()
    assert cardhouse.account().balance_minor == 100_000
    run(*HERE[:-1], "eur", "--address", "https://cards.example/v2")
    account = cardhouse.account()
    assert (account.currency, account.balance_minor, account.balance_at) == ("EUR", None, None)
    connected = sa.select(AuditEntry).filter_by(action="ordering.connected")
    noted = session().scalars(connected.order_by(AuditEntry.id)).all()
    first, last = noted[0].details, noted[-1].details
    assert (first["before"], first["after"]["currency"]) == (None, "USD")
    assert (last["before"], last["after"]["currency"]) == (first["after"], "EUR")
    assert "secret" not in str(last)


def test_unknown_faults_are_named(tmp_path):
    catalog = tmp_path / "catalog.json"
    catalog.write_bytes(ITEMS)
    words = ("--port", "0", "--catalog", str(catalog), "--faults", "sloth")
    refused = CliRunner().invoke(provider_simulator_cli, words)
    assert refused.exit_code == 2
    assert "'sloth' is not a valid Fault" in refused.output
    assert "duplicate_code" in refused.output


@pytest.fixture
def process(tmp_path) -> Iterator[str]:
    """The simulator as a process of its own; where it answers."""
    catalog, store = tmp_path / "catalog.json", tmp_path / "provider.db"
    catalog.write_bytes(ITEMS)
    words = ("provider-simulator", "--port", "0", "--catalog", str(catalog), "--store", str(store))
    started = subprocess.Popen(
        [sys.executable, "-P", "-m", "marketplace.cli", *words, "--faults", "timeout=2"],
        env={"PYTHONPATH": str(ROOT), "LAUREL_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    yield started.stdout.readline().split()[-1]
    started.send_signal(signal.SIGTERM)
    assert started.wait(20) == 0
    started.stdout.close()


def asked(address: str, body: dict | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data=data)) as answer:
        return json.loads(answer.read())


def test_the_simulated_provider_runs_beside_us_and_its_faults_are_switched(process):
    control = process.replace("/raas/v2", "/simulator")
    assert asked(f"{control}/faults") == {"timeout": 2}
    assert asked(f"{control}/faults", {"timeout": 0, "pending": 1}) == {"pending": 1}
    order = {"utid": "B-50", "amount": 50, "externalRefID": "mine"}
    first = asked(f"{process}/orders", order)
    assert first["status"] == "PENDING"
    assert asked(f"{process}/orders", order)["referenceOrderID"] == first["referenceOrderID"]
    assert asked(f"{control}/settle", {"number": first["referenceOrderID"]})["status"] == "COMPLETE"
    assert asked(f"{process}/accounts/A-1")["currentBalance"] == 4_950
    assert asked(f"{control}/pay-in", {"amount": 10})["currentBalance"] == 4_960
