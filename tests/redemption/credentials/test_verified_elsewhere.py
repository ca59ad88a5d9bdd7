"""A badge is verified by an implementation that is not ours, with what it fetches over HTTP."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import jwt
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3 import OB3VerificationError

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.credentials.operations import revoke_certificate, rotate_key
from tests.redemption.credentials.conftest import credential_named, number_of
from tests.support.signing import key_pair

BADGE = "Bridge builder"
KEYWORD, ELEMENT = b"openbadgecredential", "openbadges:credential"


@pytest.fixture
def at(clean):
    """The present day: a verifier elsewhere reads the wall clock."""
    with clock.stepped(clock._system_time()) as present:
        yield present.at


@pytest.fixture
def badge(honored):
    return credential_named(BADGE)


def resigned(token: str, key_pem: str, **changes) -> str:
    """The credential with other words, signed by this key under the header of the genuine one."""
    header = jwt.get_unverified_header(token)
    said = jwt.decode(token, options={"verify_signature": False}) | changes
    return jwt.encode(said, key_pem, algorithm="RS256", headers={"kid": header["kid"]})


def test_a_badge_is_genuine_to_another_implementation(badge, elsewhere):
    seen = elsewhere.verify(elsewhere.fetch(f"/credentials/{badge.token}.jwt").decode())
    assert seen.achievement.name == BADGE
    assert seen.achievement.achievement_type == "Badge"
    assert seen.issuer.name == "Evergreen Works"
    assert seen.id == f"http://localhost/credentials/{badge.token}"


def test_so_is_a_certificate(honored, elsewhere):
    paper = credential_named("Certificate of thanks")
    assert elsewhere.verify(paper.jwt).achievement.achievement_type == "Certificate"


def test_the_address_a_signature_names_holds_the_same_key(badge, elsewhere):
    named = jwt.get_unverified_header(badge.jwt)["kid"]
    key = jwt.PyJWK.from_json(elsewhere.fetch(named).decode())
    assert jwt.decode(badge.jwt, key, algorithms=["RS256"])["name"] == BADGE
    (published,) = json.loads(elsewhere.fetch("/credentials/keys"))["keys"]
    assert published == json.loads(elsewhere.fetch(named))
    assert not {"d", "p", "q"} & published.keys()


def test_another_implementation_finds_it_inside_both_pictures(badge, elsewhere):
    png = elsewhere.fetch(f"/credentials/{badge.token}.png")
    svg = elsewhere.fetch(f"/credentials/{badge.token}.svg")
    found = baking.extract_png(png, keyword=KEYWORD), baking.extract_svg(svg, element=ELEMENT)
    for token in found:
        text = token.decode() if isinstance(token, bytes) else token
        assert elsewhere.verify(text).achievement.name == BADGE


def test_whoever_knows_the_e_mail_recognizes_the_holder_and_nobody_else_learns_it(
    honored, badge, elsewhere
):
    seen = elsewhere.verify(badge.jwt)
    (identity,) = seen.identifiers
    told = sha256(f"{honored.maya.email}{identity.salt}".encode()).hexdigest()
    assert identity.identity_hash == f"sha256${told}"
    said = urlsafe_b64decode(badge.jwt.split(".")[1] + "==").decode()
    assert "maya" not in said.lower()
    assert "chen" not in said.lower()


def test_changed_words_are_refused(badge, elsewhere):
    header, body, signature = badge.jwt.split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    said["credentialSubject"]["achievement"]["name"] = "Chief of everything"
    forged = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        elsewhere.verify(f"{header}.{forged}.{signature}")


def test_words_signed_by_another_key_are_refused(badge, elsewhere):
    elsewhere.verify(resigned(badge.jwt, key_pair(0).private))  # our own key: the control
    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        elsewhere.verify(resigned(badge.jwt, key_pair(7).private))


def test_a_credential_without_a_signature_is_refused(badge, elsewhere):
    said = jwt.decode(badge.jwt, options={"verify_signature": False})
    kid = jwt.get_unverified_header(badge.jwt)["kid"]
    unsigned = jwt.encode(said, None, algorithm="none", headers={"kid": kid})
    with pytest.raises(OB3VerificationError, match="not allowed"):
        elsewhere.verify(unsigned)


def test_a_revoked_badge_is_refused_and_the_certificate_beside_it_is_not(badge, elsewhere, at):
    elsewhere.verify(badge.jwt)
    number = number_of(BADGE)
    with transaction():
        revoke_certificate(Actor.system(), number, reason="Meant for Omar.", at=at)
    with pytest.raises(OB3VerificationError, match="revocation"):
        elsewhere.verify(badge.jwt)
    elsewhere.verify(credential_named("Certificate of thanks").jwt)


def test_a_status_list_of_another_issuer_is_refused(badge, elsewhere, monkeypatch):
    """A host that hands out lists of its own can't bring a revoked badge back."""
    genuine = elsewhere.fetch

    def tampered(address: str) -> bytes:
        content = genuine(address)
        return (
            resigned(content.decode(), key_pair(7).private).encode()
            if "status" in address
            else content
        )

    monkeypatch.setattr(elsewhere, "fetch", tampered)
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        elsewhere.verify(badge.jwt)


def test_what_an_old_key_signed_stays_genuine_after_a_rotation(badge, elsewhere):
    with transaction():
        rotate_key(key_pair(1), at=clock.now())
    assert elsewhere.verify(badge.jwt).achievement.name == BADGE
    assert len(json.loads(elsewhere.fetch("/credentials/keys"))["keys"]) == 2


def test_what_a_leaked_key_signed_is_genuine_no_more(badge, elsewhere):
    with transaction():
        rotate_key(key_pair(1), at=clock.now(), leaked=True)
    with pytest.raises(KeyError):
        elsewhere.verify(badge.jwt)
