"""The pages of vouchers: for Maya, for Priya, for anyone, with and without permission."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalog.models import Reward
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.models import RedemptionLine
from redemption.vouchers.models import Certificate, CodeReveal, LookupCount, Voucher
from redemption.vouchers.operations import expire_vouchers
from redemption.vouchers.policies import LOOKUPS_PER_WINDOW
from tests.support.catalog import stock_gift_card
from tests.support.journeys import Visitor
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, line_of

CODE = re.compile(r"\b(?:[2-9A-HJKMNP-TV-Z]{4}-){4}[2-9A-HJKMNP-TV-Z]\b")


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


@pytest.fixture
def maya(app, held):
    return Visitor(app, held.maya.id)


@pytest.fixture
def anyone(app, held):
    return Visitor(app)


def shown_code(maya, held) -> str:
    maya.open(f"/redemptions/{held.card}")
    return CODE.search(maya.press("Show the code").html)[0]


def number() -> str:
    session().close()
    return session().scalars(sa.select(Certificate.number)).one()


def test_the_page_of_the_request_says_what_showing_means_and_shows_no_code(maya, held):
    page = maya.open(f"/redemptions/{held.card}")
    maya.reads("24 Nov 2029, 12:00 UTC", "no points come back")
    maya.reads("Your voucher", "After that it can’t be returned", "not shown yet", "23 Nov 2029")
    assert not CODE.search(page.html)


def test_showing_is_a_deed_of_its_own_with_code_square_and_file(maya, held):
    code = shown_code(maya, held)
    maya.reads("Your code", "Copy code", "Download the PDF")
    assert "QR code: opens the check of the voucher" in maya.here.html
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeReveal)) == 1
    file = maya.get(f"/redemptions/{held.card}/voucher.pdf")
    assert file.response.mimetype == "application/pdf"
    assert file.response.headers["Cache-Control"] == "private, no-store"
    assert file.response.get_data().startswith(b"%PDF")
    page = maya.open(f"/redemptions/{held.card}")
    maya.reads("Show the code again", f"ends in {code.replace('-', '')[-4:]}")
    assert not CODE.search(page.html)


def test_the_file_does_not_come_before_the_showing(maya, held):
    assert maya.get(f"/redemptions/{held.card}/voucher.pdf").status == 409
    assert maya.get(f"/redemptions/{held.card}/code").status == 405
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeReveal)) == 0


def test_the_certificate_is_there_at_once(maya, held):
    maya.open(f"/redemptions/{held.paper}")
    maya.reads("Your certificate", "Maya Chen")
    assert maya.get(f"/redemptions/{held.paper}/certificate.pdf").status == 200
    assert maya.get(f"/redemptions/{held.card}/certificate.pdf").status == 404


def test_nobody_else_gets_code_or_file(app, held):
    for person in (held.house.omar, held.house.priya):
        other = Visitor(app, person.id)
        for path in ("voucher.pdf", "certificate.pdf"):
            assert other.get(f"/redemptions/{held.card}/{path}").status == 404
        assert other.post(f"/redemptions/{held.card}/code").status == 404


def test_anyone_can_check_a_code_and_learns_nothing_more(maya, anyone, held):
    code = shown_code(maya, held)
    page = anyone.open(f"/vouchers/{code.lower()}")
    anyone.reads("This voucher is valid", "Lumen Books gift card", "Gift card", "23 Nov 2026")
    for secret in (code, "Maya", "maya.chen", "5,000", "$50", held.card):
        assert secret not in page.html
    assert page.response.headers["X-Robots-Tag"].startswith("noindex")
    assert '<meta name="robots" content="noindex' in page.html


def test_anyone_can_check_a_certificate_and_reads_the_name(anyone, held):
    anyone.open(f"/certificates/{number()}")
    anyone.reads("Certificate from Evergreen Works", "Maya Chen", "Certificate of thanks", "Valid")
    assert "maya.chen" not in anyone.here.html


@pytest.mark.parametrize("kind", ["vouchers", "certificates"])
def test_every_code_there_is_not_has_the_same_answer(anyone, held, kind):
    wrong = [anyone.get(f"/{kind}/{code}") for code in ("2" * 17, "2" * 12, "nonsense", "é" * 90)]
    assert {page.status for page in wrong} == {404}
    nonce = re.compile(r'nonce="[^"]*"')
    assert len({nonce.sub("", page.html) for page in wrong}) == 1


def test_a_code_can_be_entered_by_hand(anyone, held):
    anyone.open("/certificates")
    anyone.press("Check", number=number().lower())
    anyone.reads("Certificate from Evergreen Works", "Valid")
    anyone.open("/vouchers")
    assert anyone.press("Check", code="A/../B").status == 404


@pytest.mark.parametrize("nothing", [" ", "/", ".", "..", "//."])
def test_signs_that_are_no_code_ask_for_one_again(anyone, held, nothing):
    anyone.open("/vouchers")
    assert anyone.press("Check", code=nothing).heading == "Check a voucher"
    assert anyone.here.status == 200


def test_one_address_may_not_guess_for_long_and_is_kept_only_as_a_digest(anyone, held, time):
    for _ in range(LOOKUPS_PER_WINDOW):
        assert anyone.get("/vouchers/guess").status == 404
    assert anyone.get(f"/certificates/{number()}").status == 429
    assert anyone.get("/vouchers/guess").status == 429
    session().close()
    (address,) = session().scalars(sa.select(LookupCount.address))
    assert "127.0.0.1" not in address
    time.forward(minutes=10)
    assert anyone.get(f"/certificates/{number()}").status == 303


def test_priya_looks_a_voucher_up_and_takes_it_out_of_use(app, held, queue):
    session().close()
    last4 = session().scalars(sa.select(Voucher.last4)).one()
    priya = Visitor(app, held.house.priya.id)
    priya.open("/manage/vouchers")
    priya.press("Find", q=last4.lower())
    priya.reads("Lumen Books gift card", "Maya Chen")
    priya.follow("Lumen Books gift card")
    assert priya.press("Void this voucher", reason="").status == 422
    priya.press("Void this voucher", reason="Wrong amount.", reissue="y")
    priya.reads("A new code took its place", "Ready, not shown yet")
    assert not CODE.search(priya.here.html)
    priya.open("/manage/vouchers?q=nobody")
    priya.reads("Nothing matches")


def test_maya_reads_that_a_new_code_took_the_place_of_the_old_and_promises_nothing_it_cannot_keep(
    app, maya, held
):
    shown_code(maya, held)
    old = session().scalars(sa.select(Voucher)).one()
    voucher_id, last4 = old.id, old.last4
    session().close()
    priya = Visitor(app, held.house.priya.id)
    priya.open(f"/manage/vouchers/{voucher_id}")
    priya.press("Void this voucher", reason="Printed twice.", reissue="y")
    maya.open(f"/redemptions/{held.card}")
    maya.reads(f"A new code took the place of the one ending in {last4}", "not shown yet")
    assert "until then you can cancel" not in maya.here.words


def test_maya_reads_what_became_of_an_expired_voucher_and_until_when_it_can_be_saved(
    app, held, time
):
    time.forward(days=3 * 366)
    with transaction():
        expire_vouchers(at=clock.now())
    maya = Visitor(app, held.maya.id)
    maya.open(f"/redemptions/{held.card}")
    maya.reads("It was not used in time, and no points come back.")
    maya.reads("tell your program manager by 21 Feb 2030")


def test_a_reason_stays_typed_where_somebody_else_took_the_voucher_out_of_use_first(app, held):
    voucher_id = session().scalars(sa.select(Voucher.id)).one()
    session().close()
    priya, second = (Visitor(app, held.house.priya.id) for _ in range(2))
    for one in (priya, second):
        one.open(f"/manage/vouchers/{voucher_id}")
    second.press("Void this voucher", reason="Printed twice.")
    assert priya.press("Void this voucher", reason="Sent to the wrong person.").status == 409
    priya.reads("There is a problem", "Nothing was changed")


def test_priya_is_offered_no_form_where_no_voucher_of_a_reward_has_anything_left(app, held):
    found = (
        session()
        .execute(
            sa.select(Voucher.id, Reward.slug)
            .join_from(Voucher, RedemptionLine, RedemptionLine.id == Voucher.line_id)
            .join(Reward, Reward.id == RedemptionLine.reward_id)
        )
        .one()
    )
    session().close()
    priya = Visitor(app, held.house.priya.id)
    priya.open(f"/manage/vouchers/{found.id}")
    priya.press("Void this voucher", reason="Printed twice.")
    priya.open(f"/manage/vouchers/extend?reward={found.slug}")
    priya.reads("No voucher of Lumen Books gift card has anything left", "Choose another reward")
    assert "New last day" not in priya.here.words


def test_priya_is_not_offered_to_look_after_a_voucher_of_her_own(app, held, queue):
    with transaction():
        give_points(held.house.priya.id, 10_000)
    ask_for(held.house.priya, stock_gift_card(name="Harbor Table card"))
    queue.run_due()
    own = session().scalars(sa.select(sa.func.max(Voucher.id))).one()
    priya = Visitor(app, held.house.priya.id)
    priya.open(f"/manage/vouchers/{own}")
    priya.reads("This is your own voucher")
    assert "Void this voucher" not in priya.here.words
    assert priya.post(f"/manage/vouchers/{own}", {"reason": "I want a fresh one."}).status == 403


def test_a_voucher_that_was_taken_back_says_so(app, maya, held):
    maya.open(f"/redemptions/{held.card}/cancel")
    maya.press("Cancel")
    maya.open(f"/redemptions/{held.card}")
    maya.reads("This voucher was taken back")
    assert line_of(held.card).state == "refunded"
