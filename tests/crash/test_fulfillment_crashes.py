"""A worker killed at any named point of fulfillment loses nothing and doubles nothing."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import WRITES, db, session
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Transfer
from marketplace.ledger.states import TransferKind
from redemption.bookings.models import Booking
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.fulfillment.models import FulfillmentTask
from redemption.models import RedemptionLine
from redemption.states import LineState
from redemption.vouchers.models import Certificate, Voucher
from tests.crash import world
from tests.support.catalog import stock_gift_card

pytestmark = pytest.mark.crash

POINTS = world.points_of_fulfillment()


def count(model, *which):
    return session().scalar(sa.select(sa.func.count()).select_from(model).where(*which))


def test_the_search_for_points_finds_those_we_know_of():
    assert set(POINTS) >= {
        "fulfillment.begun",
        "redemption.finish.captured",
        "vouchers.before_insert",
        "vouchers.after_insert",
        "credentials.after_insert",
        "credentials.before_keep",
        "fulfillment.committed",
        "fulfillment.before_letter",
        "mail.before_send",
        "mail.after_send",
    }


def test_a_worker_killed_at_every_point_leaves_one_of_everything(raised, mail, url, dying_at):
    with world.house(url, mail.port, raised):
        maya, offers = world.maya_with_points(), world.one_of_each()
        points, survived = dying_at(POINTS), []
        for number, point in enumerate(points):
            world.ask(maya, [*offers, world.another_trip(number)])
            if not raised.killed_at(point):
                survived.append(point)
        assert survived == [], "these points never killed: nothing reaches them"
        world.ask(maya, [*offers, world.another_trip(len(points))])
        raised.work_until(world.is_quiet)
        rounds = len(points) + 1
        assert_one_of_everything(rounds)
        letters = count(Letter)
        assert len(mail.ids) == letters, "a letter was lost"
        again = mail.ids.total() - letters
        assert again <= len(points) * world.AT_ONCE, (
            "only what a kill caught on its way comes again"
        )
        assert ledger_violations() == []


def assert_one_of_everything(rounds):
    """Of each kind one thing a round, one capture for each fulfilled line, one letter."""
    session().close()
    states = Counter(session().scalars(sa.select(RedemptionLine.state)))
    assert states == {LineState.FULFILLED: 2 * rounds, LineState.FULFILLING: 2 * rounds}
    assert count(Voucher) == rounds
    assert count(Certificate) == rounds
    assert (
        count(BadgeCredential) == count(BadgeCredential, BadgeCredential.jwt.is_not(None)) == rounds
    )
    assert count(SigningKey) == 1
    assert count(FulfillmentTask) == 2 * rounds
    assert count(Booking) == rounds
    assert count(Transfer, Transfer.kind == TransferKind.CAPTURE) == 2 * rounds
    for notice in ("voucher_ready", "certificate_ready"):
        keys = list(session().scalars(sa.select(Letter.key).where(Letter.key.like(f"{notice}:%"))))
        assert len(keys) == rounds
        assert len({key.split(":")[1] for key in keys}) == rounds


def test_without_looking_first_and_without_the_key_a_crash_doubles_the_voucher(
    raised, mail, tmp_path
):
    """The negative control: the test above would notice."""
    with world.house(f"sqlite:///{tmp_path / 'careless.db'}", mail.port, raised):
        maya, offer = world.maya_with_points(), stock_gift_card()
        forget_the_unique_keys()
        world.ask(maya, [offer])
        assert raised.killed_at("fulfillment.committed", careless=True)
        raised.work_until(world.is_quiet, careless=True)
        assert count(Voucher) > 1
        assert {found.id for found in ledger_violations()} >= {"I34"}


def forget_the_unique_keys():
    """The vouchers' table again, without what makes a unit unique."""
    key = r",\s*CONSTRAINT uq_vouchers_line_id_unit_no_issue UNIQUE \([^)]*\)"
    writing = db.engine.connect().execution_options(**{WRITES: True})
    with writing as connection, connection.begin():
        made = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'vouchers'"))
        bare = re.sub(key, "", made)
        assert bare != made
        connection.execute(sa.text("DROP TABLE vouchers"))
        connection.execute(sa.text(bare))
