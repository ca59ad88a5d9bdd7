"""The words of the ledger: where points are, why they move, how a hold ends."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Where points can be. Only members and budgets belong to somebody."""

    ISSUANCE = "issuance"
    BUDGET = "budget"
    MEMBER = "member"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"
    ADJUSTMENT = "adjustment"


class TransferKind(StrEnum):
    """Why points move, or are promised to: a hold and its release move none."""

    FUND = "fund"
    GRANT = "grant"
    CLAW_BACK = "claw_back"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    LAPSE = "lapse"
    REFUND = "refund"
    EXPIRY = "expiry"
    GRACE = "grace"


RESOLVING = (TransferKind.CAPTURE, TransferKind.RELEASE, TransferKind.LAPSE)
"""End a hold, each hold once. Only a capture moves points."""

REVERSING = (TransferKind.REFUND, TransferKind.GRACE)
"""Go the way of one earlier transfer back: a grace all of it, refunds at most all of it."""

STILL = (TransferKind.HOLD, TransferKind.RELEASE, TransferKind.LAPSE)
"""Kinds that move no points."""

MOVING = tuple(kind for kind in TransferKind if kind not in STILL)


class HoldState(StrEnum):
    """How a hold stands. It leaves `open` once; only a capture is refunded, in parts or at once.

    It is `refunded` when all of it came back.
    """

    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"
    LAPSED = "lapsed"
    REFUNDED = "refunded"


class LotMoveKind(StrEnum):
    """Why a lot became smaller or larger."""

    SPEND = "spend"
    REFUND = "refund"
    CLAW_BACK = "claw_back"
    DEBT = "debt"
    EXPIRY = "expiry"
