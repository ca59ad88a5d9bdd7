"""Two workers at once: one key to begin with, one signature for a credential."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from redemption.credentials import operations
from redemption.credentials.errors import RivalKey
from redemption.credentials.keeping import key_to_sign_with, sign_one
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.operations import rotate_key
from redemption.credentials.states import KeyState
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
        session().execute(sa.update(BadgeCredential).values(jwt=None, key_id=None, signed_at=None))
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
