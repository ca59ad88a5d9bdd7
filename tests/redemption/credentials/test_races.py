"""Two workers at once: one key to begin with, one signature for a credential."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from redemption.credentials import operations
from redemption.credentials.errors import KeyRetired, RivalKey
from redemption.credentials.jobs import sign, sign_waiting
from redemption.credentials.keeping import key_to_sign_with, renew_all, sign_one
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.operations import rotate_key
from redemption.keyring.states import KeyState
from tests.redemption.credentials.conftest import credential_named
from tests.support.racing import all_at_once, in_turn
from tests.support.signing import key_pair

pytestmark = pytest.mark.race
BADGE = "Bridge builder"


def active_keys() -> int:
    session().close()
    wanted = sa.select(sa.func.count()).where(SigningKey.state == KeyState.ACTIVE)
    found = session().scalar(wanted)
    session().close()
    return found


def unsigned() -> int:
    """Take the signature of the badge away, as if its job were still to come."""
    badge = credential_named(BADGE)
    with transaction():
        session().execute(
            sa.update(BadgeCredential)
            .where(BadgeCredential.certificate_id == badge.certificate_id)
            .values(jwt=None, key_id=None, signed_at=None)
        )
    return badge.certificate_id


def test_four_workers_that_make_the_first_key_use_the_same_one(app, at):
    db.session.remove()
    keys = all_at_once(app, 4, lambda _: key_to_sign_with().thumbprint)
    assert len(set(keys)) == 1, keys
    assert active_keys() == 1


def test_of_two_signatures_at_once_one_is_kept(app, honored):
    certificate_id = unsigned()
    key = key_to_sign_with()
    db.session.remove()
    assert all_at_once(app, 4, lambda _: sign_one(certificate_id, key)).count(True) == 1


def signers() -> set[KeyState]:
    """What the keys are that signed the credentials kept now."""
    session().close()
    wanted = sa.select(SigningKey.state).join(
        BadgeCredential, BadgeCredential.key_id == SigningKey.id
    )
    found = set(session().scalars(wanted))
    session().close()
    return found


def leak() -> None:
    """The key in use has leaked: another signs from now on, and everything anew."""
    with transaction():
        rotate_key(key_pair(5), at=clock.now(), leaked=True)
    renew_all(key_to_sign_with())


def test_what_a_leaked_key_signed_a_moment_too_late_is_not_kept(app, honored):
    certificate_id, leaked = unsigned(), key_to_sign_with()
    db.session.remove()
    leak()
    with pytest.raises(KeyRetired):
        sign_one(certificate_id, leaked)
    with pytest.raises(KeyRetired):
        renew_all(leaked)
    sign(certificate_id)
    assert signers() == {KeyState.ACTIVE}


def test_a_worker_whose_key_leaks_while_it_signs_signs_with_the_next(app, honored, monkeypatch):
    certificate_id, leaked = unsigned(), key_to_sign_with()
    db.session.remove()
    leak()
    keys = iter([leaked, key_to_sign_with()])
    monkeypatch.setattr("redemption.credentials.jobs.key_to_sign_with", lambda: next(keys))
    sign(certificate_id)
    assert signers() == {KeyState.ACTIVE}


def test_of_four_that_sign_while_the_key_leaks_none_leaves_a_badge_that_nobody_believes(
    app, honored
):
    certificate_id, leaked = unsigned(), key_to_sign_with()
    db.session.remove()
    results = all_at_once(app, 5, lambda n: leak() if n == 2 else sign_one(certificate_id, leaked))
    assert {type(one) for one in results} <= {bool, KeyRetired, type(None)}
    sign(certificate_id)
    assert signers() == {KeyState.ACTIVE}


def test_control_without_holding_the_key_a_badge_stays_signed_by_one_that_leaked(
    app, honored, monkeypatch
):
    certificate_id, leaked = unsigned(), key_to_sign_with()
    db.session.remove()
    monkeypatch.setattr(operations, "_hold_in_use", lambda key_id: None)
    leak()
    assert sign_one(certificate_id, leaked)
    sign(certificate_id)
    assert signers() == {KeyState.ACTIVE, KeyState.WITHDRAWN}


def test_what_a_renewal_that_died_left_to_a_leaked_key_is_signed_anew_by_the_sweep(app, honored):
    with transaction():
        rotate_key(key_pair(5), at=clock.now(), leaked=True)
    assert signers() == {KeyState.WITHDRAWN}
    sign_waiting()
    assert signers() == {KeyState.ACTIVE}


def test_of_rotations_at_once_each_signs_or_says_that_another_does(app, honored):
    def rotating(number: int) -> None:
        with transaction():
            rotate_key(key_pair(number + 1), at=clock.now())

    db.session.remove()
    results = all_at_once(app, 3, rotating)
    assert {type(result) for result in results} <= {type(None), RivalKey}
    assert None in results
    assert active_keys() == 1


def test_without_looking_whether_it_is_signed_every_worker_believes_it_signed(
    app, honored, monkeypatch
):
    """The negative control: the guard of the UPDATE is what makes it one."""
    certificate_id, key = unsigned(), key_to_sign_with()

    def careless(certificate_id, jwt, key_id, *, at) -> bool:
        session().execute(
            sa.update(BadgeCredential)
            .where(BadgeCredential.certificate_id == certificate_id)
            .values(jwt=jwt, key_id=key_id, signed_at=at)
        )
        return True

    monkeypatch.setattr("redemption.credentials.keeping.keep_signature", careless)
    db.session.remove()
    assert in_turn(app, 4, lambda _: sign_one(certificate_id, key)).count(True) == 4
    assert operations.keep_signature is not careless
