"""What must always hold of travel data: sealed, agreed to, in time, read with a reason."""

from marketplace.ledger.check import predicate

_SEALED_BYTES = 30  # version, nonce, one letter and the seal over it
_UNSEALED = (
    f"SELECT subject_id, field FROM vault_entries WHERE length(cipher) < {_SEALED_BYTES} OR "  # noqa: S608
)
predicate(
    "I49-vault",
    "what is kept about travelers is sealed",
    f"{_UNSEALED} get_byte(cipher, 0) <> 1",
    sqlite=f"{_UNSEALED} typeof(cipher) <> 'blob' OR hex(substr(cipher, 1, 1)) <> '01'",
)
predicate(
    "I49-erased",
    "of who was erased nothing is kept, and no key; who is not has one",
    """SELECT s.id, e.field AS what FROM vault_entries e
    LEFT JOIN vault_subjects s ON s.id = e.subject_id WHERE s.id IS NULL OR s.erased_at IS NOT NULL
    UNION ALL SELECT k.subject_id, k.what FROM vault_keepings k
    JOIN vault_subjects s ON s.id = k.subject_id WHERE s.erased_at IS NOT NULL
    UNION ALL SELECT id, 'key' FROM vault_subjects
    WHERE (erased_at IS NULL) <> (wrapped_key IS NOT NULL)
    UNION ALL SELECT s.id, 'event' FROM vault_subjects s WHERE s.erased_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM vault_events v
        WHERE v.subject_id = s.id AND v.deed = 'erased')""",
)
predicate(
    "I49-agreed",
    "special needs are kept only of who agrees to it",
    """SELECT e.subject_id, e.field FROM vault_entries e WHERE e.purpose = 'needs'
    AND NOT EXISTS (SELECT 1 FROM vault_consents c WHERE c.subject_id = e.subject_id
        AND c.purpose = 'needs' AND c.withdrawn_at IS NULL)""",
)
_UNTIL = "CASE e.purpose WHEN 'needs' THEN k.needs_until ELSE k.identity_until END"
predicate(
    "I49-kept-for",
    "everything is kept for a trip, as long as the last one needs it",
    f"""SELECT e.subject_id, e.field FROM vault_entries e
    LEFT JOIN (SELECT subject_id, MAX(needs_until) AS needs_until,
        MAX(identity_until) AS identity_until FROM vault_keepings GROUP BY subject_id) k
    ON k.subject_id = e.subject_id WHERE k.subject_id IS NULL OR e.delete_on <> {_UNTIL}""",  # noqa: S608
)
_OVERDUE = "SELECT subject_id, field, delete_on FROM vault_entries WHERE delete_on < "
predicate(
    "I49-overdue",
    "nothing is kept a day longer than said",
    f"{_OVERDUE} CAST(timezone('UTC', :day_ago) AS DATE)",
    sqlite=f"{_OVERDUE} date(:day_ago)",
)
predicate(
    "I50-vault",
    "every reading of somebody else's data has a reason, and each is in the audit log",
    """SELECT r.id, r.subject_id FROM vault_readings r JOIN vault_subjects s ON s.id = r.subject_id
    WHERE (r.reason = '' AND (r.reader_id IS NULL OR s.employee_id IS NULL
        OR r.reader_id <> s.employee_id))
    OR NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.action = 'vault.read'
        AND a.subject = 'vault_subject:' || r.subject_id AND a.at = r.at
        AND COALESCE(a.actor_id, 0) = COALESCE(r.reader_id, 0))""",
)
