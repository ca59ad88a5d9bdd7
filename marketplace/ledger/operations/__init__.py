"""Everything that moves points. Each runs inside its caller's transaction."""

from marketplace.ledger.errors import (
    HoldNotDue,
    HoldResolved,
    InsufficientPoints,
    RefundTooLarge,
    SourceKeyReused,
)
from marketplace.ledger.operations.accounts import fund_budget_account, lock_members, open_account
from marketplace.ledger.operations.claw_backs import ClawBack, claw_back_many, claw_back_points
from marketplace.ledger.operations.expiry import ExpiryReport, expire_points
from marketplace.ledger.operations.grants import Grant, grant_points
from marketplace.ledger.operations.holds import (
    capture_hold,
    expire_hold,
    extend_hold,
    hold_points,
    release_hold,
)
from marketplace.ledger.operations.refunds import Refund, reverse_capture
from marketplace.ledger.operations.values import change_point_value, set_point_value

__all__ = [
    "ClawBack",
    "ExpiryReport",
    "Grant",
    "HoldNotDue",
    "HoldResolved",
    "InsufficientPoints",
    "Refund",
    "RefundTooLarge",
    "SourceKeyReused",
    "capture_hold",
    "change_point_value",
    "claw_back_many",
    "claw_back_points",
    "expire_hold",
    "expire_points",
    "extend_hold",
    "fund_budget_account",
    "grant_points",
    "hold_points",
    "lock_members",
    "open_account",
    "release_hold",
    "reverse_capture",
    "set_point_value",
]
