"""What must always hold of the keys that sign vouchers."""

from marketplace.ledger.check import predicate

_SEALED_BYTES = 72  # version, nonce, a private key in base64url and the seal over them
_UNSEALED = f"""SELECT MIN(id) AS id, COUNT(*) AS keys FROM voucher_keys
    WHERE state = 'active' HAVING COUNT(*) > 1
    UNION ALL SELECT id, 1 FROM voucher_keys WHERE (state = 'active') <> (sealed IS NOT NULL)
    OR length(sealed) < {_SEALED_BYTES} OR """  # noqa: S608
predicate(
    "I49-voucher-keys",
    "one key at most signs vouchers, and only that one is kept, sealed",
    f"{_UNSEALED} get_byte(sealed, 0) <> 1",
    sqlite=f"{_UNSEALED} typeof(sealed) <> 'blob' AND sealed IS NOT NULL"
    " OR hex(substr(sealed, 1, 1)) NOT IN ('', '01')",
)
