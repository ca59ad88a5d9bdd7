"""Where a voucher or a certificate may be, and the moves between those places."""

from enum import StrEnum


class VoucherState(StrEnum):
    """How far a voucher is used. `issued`: its code was shown to nobody yet."""

    ISSUED = "issued"
    ACTIVE = "active"
    PARTLY_USED = "partly_used"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state in words, for those who look after vouchers."""
        return _LABELS[self]


class Standing(StrEnum):
    """What anyone may know of a voucher or certificate."""

    VALID = "valid"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The standing as one word."""
        return self.value.capitalize()


class CertificateState(StrEnum):
    """A certificate holds until it is taken back."""

    VALID = "valid"
    VOID = "void"


class ShownAs(StrEnum):
    """Where a code was read."""

    PAGE = "page"
    PDF = "pdf"


_S = VoucherState
_LABELS = {
    _S.ISSUED: "Ready, not shown yet",
    _S.ACTIVE: "Shown, not used",
    _S.PARTLY_USED: "Partly used",
    _S.USED: "Used",
    _S.VOID: "Void",
    _S.EXPIRED: "Expired",
}
MOVES: dict[VoucherState, frozenset[VoucherState]] = {
    _S.ISSUED: frozenset({_S.ACTIVE, _S.VOID, _S.EXPIRED}),
    _S.ACTIVE: frozenset({_S.PARTLY_USED, _S.USED, _S.VOID, _S.EXPIRED}),
    _S.PARTLY_USED: frozenset({_S.ACTIVE, _S.USED, _S.VOID, _S.EXPIRED}),
    _S.USED: frozenset({_S.ACTIVE, _S.PARTLY_USED}),
    _S.VOID: frozenset(),
    _S.EXPIRED: frozenset({_S.ISSUED, _S.ACTIVE, _S.PARTLY_USED, _S.VOID}),
}
"""A use undone leads back, and so does a later last day; nothing leads out of `void`.

What is over is void once its maker's other card takes its place.
"""
USABLE = frozenset({_S.ISSUED, _S.ACTIVE, _S.PARTLY_USED})
STANDINGS = dict.fromkeys(USABLE, Standing.VALID) | {
    _S.USED: Standing.USED,
    _S.VOID: Standing.VOID,
    _S.EXPIRED: Standing.EXPIRED,
}
TONES = {
    Standing.VALID: "ok",
    Standing.USED: "neutral",
    Standing.VOID: "danger",
    Standing.EXPIRED: "warn",
}
STATE_TONES = {
    _S.ISSUED: "info",
    _S.ACTIVE: "ok",
    _S.PARTLY_USED: "ok",
    _S.USED: "neutral",
    _S.VOID: "danger",
    _S.EXPIRED: "warn",
}
