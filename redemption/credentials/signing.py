"""Signing and verifying: compact JWS with RS256, which every Open Badges verifier must know."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from redemption.credentials import addresses
from redemption.credentials.contents import as_text
from redemption.credentials.errors import NotGenuine
from redemption.credentials.policies import KEY_BITS

ALGORITHM = "RS256"
REGISTERED = frozenset({"iss", "jti", "sub", "nbf", "exp"})


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key pair just made: the public half as JWK, the private half as PEM."""

    thumbprint: str
    public: dict[str, Any]
    private: str


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """The key that signs now, opened."""

    id: int
    thumbprint: str
    private: str


def make_key() -> MadeKey:
    """A new key pair. It takes a fifth of a second: never inside a transaction."""
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(KEY_BITS, private=True)
    thumbprint = key.thumbprint()
    public = {**key.as_dict(private=False), "alg": ALGORITHM, "use": "sig"}
    return MadeKey(thumbprint, public, key.as_pem(private=True).decode())


def sign(claims: dict[str, Any], key: KeyInUse) -> str:
    """The claims as a compact JWS that names the address of its key. The same twice."""
    from joserfc import jws
    from joserfc.jwk import RSAKey

    header = {"alg": ALGORITHM, "kid": addresses.key(key.thumbprint), "typ": "JWT"}
    private = RSAKey.import_key(key.private)
    return jws.serialize_compact(header, as_text(claims).encode(), private, algorithms=[ALGORITHM])


def named_key(token: str) -> str:
    """The address of the key that a JWS says it was signed with. Raises NotGenuine."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise NotGenuine("This is no signed credential.") from error
    return str(header.get("kid", ""))


def unsigned_text(token: str) -> str:
    """What one of our own JWS says, without the names that a JWT has for some of it."""
    body = token.split(".")[1]
    said = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return as_text({name: value for name, value in said.items() if name not in REGISTERED})


def verified(token: str, public: dict[str, Any]) -> dict[str, Any]:
    """What a JWS says, when this key signed exactly that. Raises NotGenuine."""
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    try:
        signed = jws.deserialize_compact(token, RSAKey.import_key(public), algorithms=[ALGORITHM])
        said = json.loads(signed.payload)
    except (JoseError, ValueError) as error:
        raise NotGenuine("The signature does not fit: it was changed after signing.") from error
    if not isinstance(said, dict):
        raise NotGenuine("What was signed is no credential.")
    return said
