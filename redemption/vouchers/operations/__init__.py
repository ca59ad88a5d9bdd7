"""Issuing, showing and taking back vouchers."""

from redemption.vouchers.operations.certifying import badge_art, issue_certificates
from redemption.vouchers.operations.expiring import expire_vouchers
from redemption.vouchers.operations.issuing import (
    digests_of_vouchers,
    issue_received,
    issue_vouchers,
    sealed_for,
)
from redemption.vouchers.operations.looking_up import count_lookup, forget_lookups
from redemption.vouchers.operations.returning import codes_are_unseen, was_used
from redemption.vouchers.operations.showing import ShownCode, reveal_codes
from redemption.vouchers.operations.voiding import (
    Voiding,
    put_out_of_use,
    revoke_of_line,
    tell_voided,
    void_voucher,
)

__all__ = [
    "ShownCode",
    "Voiding",
    "badge_art",
    "codes_are_unseen",
    "count_lookup",
    "digests_of_vouchers",
    "expire_vouchers",
    "forget_lookups",
    "issue_certificates",
    "issue_received",
    "issue_vouchers",
    "put_out_of_use",
    "reveal_codes",
    "revoke_of_line",
    "sealed_for",
    "tell_voided",
    "void_voucher",
    "was_used",
]
