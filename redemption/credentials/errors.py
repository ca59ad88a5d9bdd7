"""Why a credential can't be signed, shown or believed."""

from marketplace.kernel.errors import DomainError, NotFound


class NotSignedYet(NotFound):
    """It was issued a moment ago and the worker signs it next."""

    code = "not_signed_yet"

    def __init__(self) -> None:
        super().__init__("This is being signed. Look again in a minute.")


class KeyNotReadable(DomainError):
    """The signing key was sealed under another secret key."""

    status = 503
    code = "key_not_readable"

    def __init__(self) -> None:
        super().__init__(
            "The signing key can't be opened with the secret key in use. Set LAUREL_SECRET_KEY to "
            "the one it was made with, or make another: bin/laurel credentials rotate. What was "
            "signed before stays valid, and no points are touched."
        )


class NotGenuine(DomainError):
    """What was handed in is no credential of this installation, or was changed."""

    status = 422
    code = "not_genuine"


class NothingBaked(DomainError):
    """A picture without a credential inside."""

    status = 422
    code = "nothing_baked"

    def __init__(self) -> None:
        super().__init__("There is no credential in this file. Choose the PNG, SVG or JWT itself.")


class NotRevocable(DomainError):
    """A certificate that counts no more stays as it is."""

    code = "not_revocable"

    def __init__(self) -> None:
        super().__init__("It was revoked before. Nothing was changed.")


class KeyRetired(DomainError):
    """The key was retired or withdrawn while it signed."""

    code = "key_retired"

    def __init__(self) -> None:
        super().__init__(
            "Another key signs since a moment ago, so what this one just signed was not kept. "
            "Nothing is lost: bin/laurel credentials renew goes on with the new one."
        )


class RivalKey(DomainError):
    """Two made a key at the same moment."""

    code = "rival_key"

    def __init__(self) -> None:
        super().__init__(
            "Another key was made at the same moment, and that one signs now. Nothing was changed."
        )
