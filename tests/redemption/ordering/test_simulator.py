"""What the simulated provider sends by itself: lost, doubled, out of order, and signed."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from marketplace.kernel import clock
from redemption.ordering.adapters.tango import TangoOrders
from redemption.ordering.simulator.faults import faults_from
from redemption.ordering.simulator.store import Store
from redemption.ordering.states import OrderState
from tests.support.ordering import HOOK_KEY, ITEMS, states


@pytest.fixture
def heard(cardhouse) -> Iterator[list[tuple[dict, bytes]]]:
    """The events that the provider sends, as they arrive."""
    events: list[tuple[dict, bytes]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            events.append((dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    cardhouse.simulator.webhook = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    cardhouse.simulator.webhook_key = HOOK_KEY
    yield events
    server.shutdown()
    server.server_close()
    thread.join()


def settled(cardhouse, queue):
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask()
    queue.run_due()
    cardhouse.simulator.settle(cardhouse.theirs()[0].number)
    return reference


def revisions(heard) -> list[int]:
    return [json.loads(body)["revision"] for _headers, body in heard]


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [("", [1, 2]), ("webhook_lost", []), ("webhook_doubled", [1, 2, 1, 2]),
     ("webhook_out_of_order", [2, 1])],
)  # fmt: skip
def test_events_arrive_as_badly_as_it_was_said_and_maya_gets_one_card(
    app, cardhouse, queue, time, heard, fault, wanted
):
    if fault:
        cardhouse.wrong(**{fault: 1})
    reference = settled(cardhouse, queue)
    assert revisions(heard) == wanted
    for headers, body in heard:
        answer = app.test_client().post("/hooks/providers/cardhouse", data=body, headers=headers)
        assert answer.status_code == 200
    queue.run_due()
    if not wanted:
        assert states(reference) == [OrderState.PENDING]
        time.forward(minutes=1)
        queue.run_due()
    assert states(reference) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 1


def test_its_events_are_signed_as_its_adapter_expects(cardhouse, queue, heard, at):
    settled(cardhouse, queue)
    headers, body = heard[0]
    assert TangoOrders().signed(headers, body, HOOK_KEY, at)
    assert not TangoOrders().signed(headers, body, "another-key", at)
    assert not TangoOrders().signed(headers, body, "", at), "without a key nothing is believed"


def test_faults_are_read_as_they_are_written():
    assert faults_from("timeout, error=3") == {"timeout": -1, "error": 3}
    assert faults_from("") == {}
    with pytest.raises(ValueError, match="sloth"):
        faults_from("sloth")


def test_what_was_charged_is_still_known_after_a_restart(tmp_path):
    at, asked = clock.now(), {"utid": "B-50", "amount": "50", "externalRefID": "R-1"}
    first = Store.at(tmp_path / "theirs.db", balance=Decimal(100), catalog=ITEMS)
    old = first.order(asked, status="COMPLETE", code="", at=at)
    first.reissue(old, "R-2", status="COMPLETE", code="", at=at)
    first.close()
    again = Store.at(tmp_path / "theirs.db", balance=Decimal(100), catalog=ITEMS)
    assert [int(again.cost(one)) for one in again.everything()] == [50, 0]
    assert again.balance == 50
    again.close()
