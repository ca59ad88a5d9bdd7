"""A credential comes with its certificate, once, in a place nobody guesses, and is signed once."""

import gzip
import json
import secrets
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.db import session, transaction
from redemption.credentials import operations, queries
from redemption.credentials.contents import as_text, credential
from redemption.credentials.jobs import sign, sign_waiting
from redemption.credentials.keeping import key_to_sign_with, sign_one, signed
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.credentials.operations import issue_credentials, keep_key
from redemption.credentials.policies import encoded_list, list_ends
from redemption.credentials.states import PLACES_IN_A_LIST
from redemption.vouchers.models import Certificate
from redemption.vouchers.operations import revoke_of_line
from tests.redemption.credentials.conftest import credential_named
from tests.support.catalog import stock_badge
from tests.support.redemption import ask_for, furnish, line_of
from tests.support.signing import key_pair

BADGE = "Bridge builder"


def count(model) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(model))


def places() -> list[tuple[int, int]]:
    session().close()
    wanted = sa.select(BadgeCredential.status_list, BadgeCredential.status_index)
    return sorted(tuple(row) for row in session().execute(wanted))


def test_each_certificate_has_one_credential_with_an_address_nobody_guesses(honored):
    assert count(BadgeCredential) == count(Certificate) == 2
    tokens = {credential_named(title).token for title in (BADGE, "Certificate of thanks")}
    assert len(tokens) == 2
    assert {len(token) for token in tokens} == {22}  # 128 bits


def test_a_second_credential_for_a_certificate_is_refused_by_the_database(honored):
    certificate_id = credential_named(BADGE).certificate_id
    with pytest.raises(IntegrityError), transaction():
        issue_credentials([certificate_id])
    assert count(BadgeCredential) == 2


def test_without_the_certificate_there_is_no_credential(at, queue, monkeypatch):
    """The same transaction: when it ends before its end, neither is there."""
    maya, offer = furnish().maya, stock_badge()
    ask_for(maya, offer)

    def dies(_point: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(operations, "crashpoint", dies)
    with pytest.raises(ZeroDivisionError):
        queue.run_due()
    assert count(BadgeCredential) == count(Certificate) == 0


def test_a_taken_place_is_passed_over_and_a_full_list_is_followed_by_the_next(
    at, queue, monkeypatch
):
    monkeypatch.setattr(operations, "PLACES_IN_A_LIST", 2)
    maya, offer = furnish().maya, stock_badge()
    for _ in range(3):
        ask_for(maya, offer)
    queue.run_due()
    assert places()[:2] == [(1, 0), (1, 1)]
    assert places()[2][0] == 2


def test_places_say_nothing_about_the_order(at, queue, monkeypatch):
    drawn = iter([70_000, 12])
    monkeypatch.setattr(secrets, "randbelow", lambda below: next(drawn) % below)
    maya, offer = furnish().maya, stock_badge()
    for _ in range(2):
        ask_for(maya, offer)
    monkeypatch.setattr(operations, "enqueue", lambda *_args, **_more: None)
    queue.run_due()
    assert {place for _, place in places()} == {12, 70_000}


def test_signing_twice_changes_nothing(honored):
    before = credential_named(BADGE)
    session().close()
    sign(before.certificate_id)
    assert credential_named(BADGE).jwt == before.jwt
    assert sign_one(before.certificate_id, key_to_sign_with()) is False


def test_the_same_facts_make_the_same_signature(honored):
    before = credential_named(BADGE)
    assert signed(before.certificate_id, key_to_sign_with()) == before.jwt


def test_what_a_lost_job_left_unsigned_is_signed_by_the_sweep(honored, time):
    before = credential_named(BADGE)
    with transaction():
        session().execute(sa.update(BadgeCredential).values(jwt=None, key_id=None, signed_at=None))
    session().close()
    sign_waiting()
    assert credential_named(BADGE).jwt == before.jwt


def test_of_two_workers_that_make_the_first_key_one_is_believed(at):
    with transaction():
        assert keep_key(key_pair(0), at=at)
    with transaction():
        assert not keep_key(key_pair(1), at=at)
    assert count(SigningKey) == 1
    assert key_to_sign_with().thumbprint == key_pair(0).thumbprint


def test_the_private_key_is_kept_sealed(honored):
    session().close()
    (sealed,) = session().scalars(sa.select(SigningKey.sealed))
    assert b"PRIVATE KEY" not in sealed


def test_a_credential_has_what_open_badges_asks_for(honored):
    """Written from the specification, property by property."""
    badge = credential(queries.awarded(credential_named(BADGE).certificate_id))
    assert badge["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert badge["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context")
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(badge["type"])
    for address in (badge["id"], badge["issuer"]["id"], badge["issuer"]["url"]):
        assert address.startswith("http://localhost")
    assert badge["issuer"]["type"] == ["Profile"]
    assert badge["issuer"]["name"]
    assert badge["name"] == BADGE
    assert badge["validFrom"] == "2026-11-23T09:00:00Z"
    subject = badge["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["id"].startswith("urn:uuid:")
    achievement = subject["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert all(achievement[name] for name in ("id", "name", "description"))
    assert achievement["criteria"]["narrative"]
    assert achievement["image"]["type"] == "Image"
    status = badge["credentialStatus"]
    assert status["type"] == "BitstringStatusListEntry"
    assert status["statusPurpose"] == "revocation"
    assert status["statusListIndex"].isdigit()
    assert status["id"] != status["statusListCredential"]


def test_somebody_without_an_e_mail_has_a_credential_without_a_digest(honored):
    awarded = queries.awarded(credential_named(BADGE).certificate_id)
    bare = credential(replace(awarded, email=None))["credentialSubject"]
    assert "identifier" not in bare
    assert bare["id"].startswith("urn:uuid:")
    assert json.loads(as_text(bare)) == bare


def test_a_line_that_is_taken_back_revokes_its_badge(honored, at):
    badge = credential_named(BADGE)
    line_id = line_of(honored.badge).id
    session().close()
    assert queries.revoked_places(badge.status_list) == []
    session().close()
    with transaction():
        revoke_of_line(line_id, at)
    assert queries.revoked_places(badge.status_list) == [badge.status_index]


def opened(encoded: str) -> str:
    """The bits of a list from the left, unpacked by other means than ours."""
    packed = urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    content = gzip.decompress(packed)
    return f"{int.from_bytes(content, 'big'):0{len(content) * 8}b}"


def test_a_status_list_has_the_revoked_bits_from_the_left_and_no_others():
    encoded = encoded_list([0, 9, PLACES_IN_A_LIST - 1])
    assert encoded[0] == "u"
    assert "=" not in encoded
    bits = opened(encoded)
    assert len(bits) == PLACES_IN_A_LIST >= 131_072
    assert {place for place, bit in enumerate(bits) if bit == "1"} == {0, 9, 131_071}
    assert set(opened(encoded_list([]))) == {"0"}


def test_the_time_a_list_holds_is_the_same_all_day(at):
    assert list_ends(at) == list_ends(at + timedelta(hours=14))
    assert list_ends(at) > at + timedelta(days=1)
