"""What credentials say, in the words of Open Badges 3.0 and the W3C data model 2.0.

The same facts make the same text, so that signing again with the same key changes nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from catalog.states import Kind
from marketplace.kernel.settings import current
from redemption.credentials import addresses
from redemption.credentials.policies import KEPT_FOR, encoded_list, identity_hash, list_ends, moment

W3C = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0"
CONTEXTS = [W3C, f"{OPEN_BADGES}/context-3.0.3.json", f"{OPEN_BADGES}/extensions.json"]
SCHEMA = f"{OPEN_BADGES}/schema/json/ob_v3p0_achievementcredential_schema.json"


@dataclass(frozen=True, slots=True)
class Awarded:
    """The facts that a credential is made of; `art` is that of the badge drawn on it."""

    certificate_id: int
    token: str
    salt: str
    kind: Kind
    title: str
    reason: str
    issued_at: datetime
    email: str | None
    reward_id: int
    slug: str
    art: dict[str, Any]
    is_for_travel: bool
    status_list: int
    status_index: int


def profile() -> dict[str, Any]:
    """Who issues, inside a credential."""
    return {
        "id": addresses.issuer(),
        "type": ["Profile"],
        "name": current().organization,
        "url": addresses.home(),
    }


def issuer_page() -> dict[str, Any]:
    """Who issues, at an address of its own."""
    return {"@context": CONTEXTS[:2], **profile()}


def credential(awarded: Awarded) -> dict[str, Any]:
    """The whole credential, unsigned: no name and no e-mail of its holder are in it."""
    about = addresses.credential(awarded.token)
    return {
        "@context": CONTEXTS,
        "id": about,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": awarded.title,
        "issuer": profile(),
        "validFrom": moment(awarded.issued_at),
        "credentialSubject": {
            "id": uuid5(NAMESPACE_URL, f"{about}#holder").urn,
            "type": ["AchievementSubject"],
            **_recognized_by(awarded),
            "achievement": _achievement(awarded),
        },
        "credentialStatus": {
            "id": f"{addresses.status_list(awarded.status_list)}#{awarded.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(awarded.status_index),
            "statusListCredential": addresses.status_list(awarded.status_list),
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _recognized_by(awarded: Awarded) -> dict[str, Any]:
    """How somebody who knows the holder's e-mail sees that it is theirs; nothing without one."""
    if not awarded.email:
        return {}
    digest = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(awarded.email, awarded.salt),
        "identityType": "emailAddress",
        "salt": awarded.salt,
    }
    return {"identifier": [digest]}


def _achievement(awarded: Awarded) -> dict[str, Any]:
    name = uuid5(NAMESPACE_URL, f"{addresses.home()}/rewards/{awarded.reward_id}").urn
    return {
        "id": name,
        "type": ["Achievement"],
        "achievementType": "Badge" if awarded.kind is Kind.BADGE else "Certificate",
        "name": awarded.title,
        "description": awarded.reason or awarded.title,
        "criteria": {"narrative": criteria(awarded)},
        "image": {
            "id": addresses.drawing(awarded.art, awarded.slug),
            "type": "Image",
            "caption": f"The badge “{awarded.title}”",
        },
    }


class Given(Protocol):
    """What the criteria of a credential are told from."""

    @property
    def kind(self) -> Kind: ...
    @property
    def reason(self) -> str: ...
    @property
    def is_for_travel(self) -> bool: ...


def criteria(given: Given) -> str:
    """What somebody did to have it, for people who do not know the organization."""
    to = "to those who traveled with it" if given.is_for_travel else "for points earned at work"
    gives = f"{current().organization} gives this {given.kind.label.lower()} {to}."
    return f"{given.reason} {gives}".strip()


def status_list(number: int, revoked: Iterable[int], *, at: datetime) -> dict[str, Any]:
    """The list of revocations as a credential of its own, the same for a whole day."""
    about = addresses.status_list(number)
    return {
        "@context": [W3C],
        "id": about,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.issuer(),
        "validUntil": moment(list_ends(at)),
        "credentialSubject": {
            "id": f"{about}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list(revoked),
            "ttl": KEPT_FOR * 1000,
        },
    }


def claims_of(badge: dict[str, Any]) -> dict[str, Any]:
    """The credential as it is signed: itself, with the names that a JWT has for some of it."""
    since = int(_read(badge["validFrom"]).timestamp())
    subject = badge["credentialSubject"]["id"]
    registered = {"iss": badge["issuer"]["id"], "jti": badge["id"], "sub": subject, "nbf": since}
    return registered | badge


def claims_of_list(listed: dict[str, Any]) -> dict[str, Any]:
    """The status list as it is signed."""
    until = int(_read(listed["validUntil"]).timestamp())
    return {"iss": listed["issuer"], "jti": listed["id"], "exp": until, **listed}


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def as_text(content: dict[str, Any]) -> str:
    """JSON without needless space, in the order it was made."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
