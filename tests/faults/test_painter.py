"""F25: what draws documents hangs, computes without end, eats memory or dies; the web goes on."""

import signal
import threading
from pathlib import Path
from queue import Queue

import pytest

from marketplace.kernel import documents
from marketplace.kernel.painter import WAITING_AT_MOST, DocumentComing, Limits, Painter
from redemption.vouchers.states import VoucherState
from tests.support.bad_painter import COMPUTES, DIES, EATS, HANGS, MIB
from tests.support.catalog import stock_gift_card
from tests.support.redemption import furnish
from tests.support.vouchers import in_hand, voucher_now

PAGE = "<html lang=en><title>Voucher</title><h1>Voucher</h1><p>{}</p></html>"
STRICT = {
    HANGS: Limits(clock=1),
    COMPUTES: Limits(computing=1),
    EATS: Limits(),
    DIES: Limits(),
}
GENEROUS = Limits(computing=60, clock=60, memory=4096 * MIB)


@pytest.fixture
def painters():
    """Processes that go wrong when they are asked to, all ended afterwards."""
    made = []

    def make(limits):
        made.append(Painter("tests.support.bad_painter", limits))
        return made[-1]

    yield make
    for painter in made:
        painter.close()


def drawn(painter, words=""):
    return painter.ask("write", html=PAGE.format(words))


@pytest.mark.parametrize("wrong", STRICT)
def test_what_goes_too_far_is_given_up_and_the_next_document_is_drawn(painters, wrong):
    painter = painters(STRICT[wrong])
    with pytest.raises(DocumentComing):
        drawn(painter, wrong)
    painter._limits = Limits()
    assert drawn(painter).startswith(b"%PDF")


@pytest.mark.parametrize("wrong", [HANGS, COMPUTES, EATS])
def test_control_without_limits_it_takes_all_it_wants(painters, wrong):
    assert drawn(painters(GENEROUS), wrong).startswith(b"%PDF")


def test_a_process_that_stands_still_and_answers_nothing_is_replaced(painters):
    """Stopped from outside it does not end itself; who asks does not wait for ever."""
    painter = painters(Limits())
    drawn(painter)
    child = painter._child
    child._limits = Limits(clock=1)
    child._process.send_signal(signal.SIGSTOP)
    with pytest.raises(DocumentComing):
        drawn(painter)
    assert child._process.returncode is not None
    assert drawn(painter).startswith(b"%PDF")


def test_so_many_wait_and_who_comes_after_them_is_told_at_once(painters):
    painter, outcomes = painters(Limits()), Queue()

    def ask():
        try:
            outcomes.put(drawn(painter)[:4])
        except DocumentComing as coming:
            outcomes.put(coming.message.partition(".")[0])

    threads = [threading.Thread(target=ask) for _ in range(WAITING_AT_MOST + 3)]
    with painter._one:
        for thread in threads:
            thread.start()
        at_once = [outcomes.get(timeout=20) for _ in range(3)]
    later = [outcomes.get(timeout=60) for _ in range(WAITING_AT_MOST)]
    for thread in threads:
        thread.join(timeout=20)
    assert (set(at_once), set(later)) == ({"Others are being drawn before yours"}, {b"%PDF"})


def test_what_draws_knows_no_key_and_no_database(painters):
    painter = painters(Limits())
    drawn(painter)
    environment = Path(f"/proc/{painter._child._process.pid}/environ").read_text()
    assert "LAUREL_" not in environment


def test_maya_reads_that_nothing_is_lost_and_has_her_voucher_later(
    app, at, queue, sign_in, painters, monkeypatch
):
    house = furnish()
    reference, _code, voucher_id = in_hand(house.maya, stock_gift_card(), queue)
    maya, address = sign_in(house.maya.id), f"/redemptions/{reference}/voucher.pdf"
    with monkeypatch.context() as broken:
        broken.setattr(documents, "painter", painters(Limits(memory=64 * MIB)))
        page = maya.get(address)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    for words in ("Your document is coming", "could not be drawn just now. Nothing is lost"):
        assert words in page.text
    assert maya.get(f"/redemptions/{reference}").status_code == 200
    assert voucher_now(voucher_id).state is VoucherState.ACTIVE
    assert maya.get(address).data.startswith(b"%PDF")
