"""Somebody erases while somebody else enters: with the protection off as control."""

import threading

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.vault.keys import sealed_value
from redemption.travel.vault.models import VaultSubject
from redemption.travel.vault.operations import keeping
from redemption.travel.vault.operations.forgetting import erase
from redemption.travel.vault.operations.keeping import put
from redemption.travel.vault.operations.subjects import subject_for
from redemption.travel.vault.states import VaultField as F
from tests.support.racing import all_at_once
from tests.support.vault import everything_of

pytestmark = pytest.mark.race
ROUNDS = 6


def test_nothing_is_put_in_behind_an_erasure(app, cast):
    for _round in range(ROUNDS):
        subject_id = everything_of(cast.maya)
        session().close()

        def act(number, subject_id=subject_id):
            with transaction():
                if number == 0:
                    return erase(cast.maya, subject_id, at=clock.now())
                return put(
                    cast.maya, subject_id, {F.GIVEN_NAMES: f"May{'a' * number}"}, at=clock.now()
                )

        erased, *_entered = all_at_once(app, 4, act)
        assert erased == list(F)
        assert ledger_violations() == []


def test_a_subject_is_made_once_however_many_ask(app, cast):
    session().close()

    def act(_number):
        with transaction():
            return subject_for(cast.maya.id, at=clock.now())

    assert len(set(all_at_once(app, 6, act))) == 1


def test_control_without_the_lock_a_value_is_put_in_behind_it(app, cast, engine, monkeypatch):
    """On SQLite one writes at a time, lock or not."""
    subject_id = everything_of(cast.maya)
    looked, erased = threading.Event(), threading.Event()

    def slowly(*about):
        sealed = sealed_value(*about)
        looked.set()
        erased.wait(timeout=1 if engine == "sqlite" else 20)
        return sealed

    def unlocked(_actor, subject_id):
        return session().get_one(VaultSubject, subject_id)

    monkeypatch.setattr(keeping, "locked_subject", unlocked)
    monkeypatch.setattr(keeping, "sealed_value", slowly)
    session().close()

    def act(number):
        if number == 1:
            with transaction():
                return put(cast.maya, subject_id, {F.GIVEN_NAMES: "Mayaa"}, at=clock.now())
        looked.wait(timeout=20)
        with transaction():
            erase(cast.maya, subject_id, at=clock.now())
        return erased.set()

    all_at_once(app, 2, act)
    broken = {one.id for one in ledger_violations()}
    assert ("I49-erased" in broken) == (engine == "postgresql")
