"""Maya with a badge and a certificate, both signed, and a verifier elsewhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from openbadgeslib.ob3 import OB3Verifier, OpenBadgeCredential, check_credential_status

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.credentials.models import BadgeCredential
from redemption.vouchers.models import Certificate
from tests.support.catalog import stock_badge, stock_certificate
from tests.support.journeys import Visitor
from tests.support.redemption import House, ask_for, furnish
from tests.support.signing import hand_out_kept_keys


@dataclass(frozen=True, slots=True)
class Honored:
    """What Maya has: the references of her badge and her certificate."""

    house: House
    badge: str
    paper: str

    @property
    def maya(self) -> Actor:
        return self.house.maya


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)
    hand_out_kept_keys(monkeypatch)


@pytest.fixture
def honored(at, queue) -> Honored:
    house = furnish()
    badge = ask_for(house.maya, stock_badge())
    paper = ask_for(house.maya, stock_certificate())
    queue.run_due()
    return Honored(house, badge, paper)


def credential_named(title: str) -> BadgeCredential:
    """The credential of the certificate with this title, as it is kept now."""
    session().close()
    found = (
        session()
        .scalars(
            sa.select(BadgeCredential)
            .join(Certificate, Certificate.id == BadgeCredential.certificate_id)
            .where(Certificate.title == title)
        )
        .one()
    )
    session().expunge(found)
    session().close()
    return found


def number_of(title: str) -> str:
    """The number of the certificate with this title."""
    session().close()
    wanted = sa.select(Certificate.number).where(Certificate.title == title)
    number = session().scalars(wanted).one()
    session().close()
    return number


class Elsewhere:
    """A verifier that knows nothing of ours: openbadgeslib, with what it fetches over HTTP.

    It believes the keys that the issuer publishes; a signature names which of them it is of.
    """

    def __init__(self, app) -> None:
        self.visitor = Visitor(app)

    def fetch(self, address: str) -> bytes:
        seen = self.visitor.get(urlsplit(address).path)
        assert seen.status == 200, address
        return seen.response.get_data()

    def key_of(self, token: str) -> bytes:
        published = jwt.PyJWKSet.from_json(self.fetch("/credentials/keys").decode())
        key = published[jwt.get_unverified_header(token)["kid"]].key
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verify(self, token: str) -> OpenBadgeCredential:
        """The credential, when its signature fits and its status, signed as well, is good."""
        seen = OB3Verifier(self.key_of(token)).verify(token)
        (status,) = seen.credential_status
        listed = self.fetch(status["statusListCredential"]).decode()
        check_credential_status(
            seen, self.fetch, verify_list=True, list_pubkey_pem=self.key_of(listed)
        )
        return seen


@pytest.fixture
def elsewhere(app) -> Elsewhere:
    return Elsewhere(app)
