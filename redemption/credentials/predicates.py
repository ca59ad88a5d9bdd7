"""What must always hold of credentials and the keys that sign them."""

from marketplace.ledger.check import predicate

predicate(
    "I33-credentials",
    "each certificate has exactly one credential",
    """SELECT c.id, COUNT(b.certificate_id) AS credentials FROM certificates c
    LEFT JOIN badge_credentials b ON b.certificate_id = c.id
    GROUP BY c.id HAVING COUNT(b.certificate_id) <> 1""",
)
predicate(
    "I34-credentials",
    "no two credentials share a place in a status list",
    """SELECT MIN(certificate_id) AS id, COUNT(*) AS credentials FROM badge_credentials
    GROUP BY status_list, status_index HAVING COUNT(*) > 1""",
)
_LEAST_SEALED = 1_000  # bytes: a private key of 2,048 bits is longer before it is sealed
_UNSEALED = f"""SELECT MIN(id) AS id, COUNT(*) AS keys FROM signing_keys
    WHERE state = 'active' HAVING COUNT(*) > 1
    UNION ALL SELECT id, 1 FROM signing_keys WHERE (state = 'active') <> (sealed IS NOT NULL)
    OR length(sealed) < {_LEAST_SEALED} OR """  # noqa: S608
predicate(
    "I49-keys",
    "one key at most signs, and only that one is kept, sealed",
    f"{_UNSEALED} get_byte(sealed, 0) <> 1",
    sqlite=f"{_UNSEALED} typeof(sealed) <> 'blob' AND sealed IS NOT NULL"
    " OR hex(substr(sealed, 1, 1)) NOT IN ('', '01')",
)
predicate(
    "I49-withdrawn",
    "nothing stays signed by a key that nobody believes any more",
    """SELECT b.certificate_id AS id, k.id AS signing_key FROM badge_credentials b
    JOIN signing_keys k ON k.id = b.key_id
    WHERE k.state = 'withdrawn' AND k.retired_at < :day_ago""",
)
