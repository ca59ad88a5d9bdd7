"""`bin/laurel credentials`: keys, verifying files, signing anew, taking back."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.mail import Letter
from redemption.credentials import addresses
from redemption.credentials.cli import credentials_cli
from redemption.credentials.errors import (
    KeyNotReadable,
    NotGenuine,
    NothingBaked,
    NotRevocable,
)
from redemption.credentials.keeping import key_to_sign_with
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.pictures import png_with, svg_with
from redemption.credentials.signing import KeyInUse, sign
from tests.conftest import settings_for
from tests.redemption.credentials.conftest import credential_named, number_of
from tests.support.signing import key_pair

BADGE = "Bridge builder"


def run(*arguments: str) -> str:
    """What the command says. Its refusals are raised here; the terminal shows their words."""
    session().close()
    result = CliRunner().invoke(credentials_cli, list(arguments))
    if isinstance(result.exception, DomainError):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


@pytest.fixture
def verify(tmp_path):
    """Verifies content as a file."""

    def verifying(content: str | bytes) -> str:
        path = tmp_path / "badge"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return run("verify", str(path))

    return verifying


def test_a_credential_is_verified_by_itself_and_in_its_pictures(honored, verify):
    badge = credential_named(BADGE)
    art = {"kind": "badge"}
    for content in (badge.jwt, svg_with(badge.jwt, art, "x"), png_with(badge.jwt, art, "x")):
        said = verify(content)
        assert said.startswith(f"Genuine and valid: {BADGE}, issued 2026-11-23T09:00:00Z.")
        assert addresses.credential(badge.token) in said


def test_a_changed_file_is_refused(honored, verify):
    badge = credential_named(BADGE)
    with pytest.raises(NotGenuine, match="changed after signing"):
        verify(badge.jwt[:-8] + "AAAAAAAA")


def test_a_file_of_another_installation_is_refused(honored, verify):
    other = key_pair(7)
    claims = {"id": "https://elsewhere.example/credentials/1"}
    with pytest.raises(NotGenuine, match="not one of ours"):
        verify(sign(claims, KeyInUse(9, other.thumbprint, other.private)))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"a.b", b"<svg></svg>"])
def test_a_file_without_a_credential_is_refused(honored, verify, content):
    with pytest.raises(NothingBaked):
        verify(content)


def test_three_words_with_dots_are_no_credential(honored, verify):
    with pytest.raises(NotGenuine, match="no signed credential"):
        verify("a.b.c")


def test_a_revoked_badge_is_verified_as_that_with_its_day(honored, verify, queue):
    badge = credential_named(BADGE)
    assert "Would be revoked" in run("revoke", number_of(BADGE), "--reason", "A try", "--dry-run")
    assert "Genuine and valid" in verify(badge.jwt)
    assert f"Revoked: {BADGE}." in run("revoke", number_of(BADGE), "--reason", "Meant for Omar.")
    assert "genuine, but was revoked on 23 Nov 2026" in verify(badge.jwt)
    queue.run_due()
    session().close()
    letters = session().scalars(sa.select(Letter).where(Letter.key.like("certificate_revoked:%")))
    (letter,) = letters.all()
    assert "Your points are as they were" in letter.text


def test_revoking_needs_a_reason_and_a_certificate_that_counts(honored):
    with pytest.raises(BadInput, match="Write why"):
        run("revoke", number_of(BADGE), "--reason", " ")
    with pytest.raises(NotFound):
        run("revoke", "2222-2222-2222", "--reason", "Gone")
    run("revoke", number_of(BADGE), "--reason", "Meant for Omar.")
    with pytest.raises(NotRevocable, match="revoked before"):
        run("revoke", number_of(BADGE), "--reason", "Twice")


def test_rotating_forgets_the_private_key_and_renewing_signs_with_the_new_one(honored):
    before = credential_named(BADGE)
    assert "signs now, 2 signed" in run("keys")
    assert "signs from now on" in run("rotate")
    listed = run("keys")
    assert "signs now, 0 signed" in listed
    assert "retired on 23 Nov 2026, 2 signed" in listed
    session().close()
    assert len(session().scalars(sa.select(SigningKey.sealed)).all()) == 2
    kept = [sealed for sealed in session().scalars(sa.select(SigningKey.sealed)) if sealed]
    assert len(kept) == 1
    assert run("renew") == "0 signed for the first time, 2 signed anew.\n"
    assert run("renew") == "0 signed for the first time, 0 signed anew.\n"
    after = credential_named(BADGE)
    assert (after.token, after.status_index) == (before.token, before.status_index)
    assert after.jwt != before.jwt
    assert after.jwt.split(".")[1] == before.jwt.split(".")[1]


def test_a_leaked_key_is_believed_no_more_and_everything_is_signed_anew(honored, verify):
    before = credential_named(BADGE)
    assert "2 signed anew" in run("rotate", "--leaked")
    assert "withdrawn on 23 Nov 2026, 0 signed" in run("keys")
    with pytest.raises(NotGenuine, match="not one of ours"):
        verify(before.jwt)
    assert "Genuine and valid" in verify(credential_named(BADGE).jwt)


def test_what_nobody_signed_is_signed_by_renewing(honored):
    with transaction():
        session().execute(sa.update(BadgeCredential).values(jwt=None, key_id=None, signed_at=None))
    assert run("renew") == "2 signed for the first time, 0 signed anew.\n"


def test_with_another_secret_key_nothing_is_signed_until_the_key_is_rotated(honored, app):
    used = app.config["LAUREL"]
    settings_module.use(settings_for(used.database_url, secret_key="quite-another-key-0123456789"))
    with pytest.raises(KeyNotReadable, match="credentials rotate"):
        key_to_sign_with()
    run("rotate")
    assert key_to_sign_with().thumbprint == key_pair(1).thumbprint


def test_before_the_first_badge_there_is_no_key(at):
    assert run("keys") == "No key yet; the first badge makes one.\n"
