"""Why a proof of a voucher can't be made or believed."""

from marketplace.kernel.errors import DomainError


class NotGenuine(DomainError):
    """What was scanned is no voucher signed with one of the keys at hand, or was changed."""

    status = 422
    code = "not_genuine"


class KeyNotReadable(DomainError):
    """The signing key was sealed under another secret key."""

    status = 503
    code = "key_not_readable"

    def __init__(self) -> None:
        super().__init__(
            "The key that signs vouchers can't be opened with the secret key in use. Set "
            "LAUREL_SECRET_KEY to the one it was made with, or make another: "
            "bin/laurel vouchers rotate-key. Nothing was changed."
        )


class RivalKey(DomainError):
    """Two keys were made at once."""

    code = "rival_key"

    def __init__(self) -> None:
        super().__init__("Somebody else made a key at the same moment. Nothing was changed.")
