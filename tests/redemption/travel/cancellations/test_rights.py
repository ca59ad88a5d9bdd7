"""A place won on a departure that is canceled stays worth something, and passes to nobody."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.awards.entitlements.states import EntitlementState as E
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.states import InvitationState as I
from redemption.travel.invitations.states import Trade
from tests.support.entitlements import won
from tests.support.invitations import accept, invitation_of
from tests.support.redemption import points_now, subjects_to
from tests.support.waiting import somebody


@pytest.fixture
def winners(off, at):
    """Eve won a place and goes; Finn is next in line of the contest."""
    eve, finn = somebody("Eve Lund"), somebody("Finn Roe")
    with transaction():
        wanted = [won(eve.id, variant_id=off.trip.variant_id), won(finn.id, line=1)]
        grant_entitlements(7, wanted, actor=Actor.system(), at=at)
    return eve, finn


def rights():
    session().close()
    return list(session().scalars(sa.select(Entitlement.state).order_by(Entitlement.id)))


@pytest.mark.parametrize("goes", [False, True])
def test_the_winner_gets_the_points_and_nobody_is_next(off, queue, winners, goes):
    eve, finn = winners
    if goes:
        accept(eve)
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    assert rights() == [E.WITHDRAWN, E.ALTERNATE]
    assert points_now(eve).available == 60_000
    assert points_now(finn).available == 50_000
    assert ledger_violations() == []


def test_or_goes_later(off, queue, winners):
    eve, _ = winners
    off.cancel(trade=Trade.LATER, later_variant_id=off.june)
    queue.run_due()
    assert invitation_of(eve.id, off.june).state in {I.OWED, I.INVITED}
    assert rights() == [E.WITHDRAWN, E.ALTERNATE]
    assert ledger_violations() == []


def test_who_wins_it_after_all_gets_what_the_others_got_and_one_letter(off, queue, at):
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    eve = somebody("Eve Lund")
    with transaction():
        wanted = [won(eve.id, variant_id=off.trip.variant_id)]
        grant_entitlements(7, wanted, actor=Actor.system(), at=at)
    assert ledger_violations() == []  # before and after the job
    queue.run_due()
    assert points_now(eve).available == 60_000
    assert rights() == [E.WITHDRAWN]
    assert len(subjects_to(eve)) == 1
    assert ledger_violations() == []
