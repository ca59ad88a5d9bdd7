"""Each predicate of credentials bites: a row is forged and exactly that is named."""

from marketplace.ledger.check import ledger_violations
from tests.support.tampering import named_when

_KEY = """INSERT INTO signing_keys (id, thumbprint, public, sealed, state, made_at)
SELECT id + 1, 'other', public, sealed, 'active', made_at FROM signing_keys"""
_LEAKED = "UPDATE signing_keys SET state = 'withdrawn', retired_at = '2026-11-20 09:00:00'"
_SAME_PLACE = (
    """CREATE TABLE unkept AS SELECT * FROM badge_credentials""",
    "UPDATE unkept SET status_index = 7",
    "ALTER TABLE badge_credentials RENAME TO kept_well",
    "ALTER TABLE unkept RENAME TO badge_credentials",
)

FORGED = {
    "I33-credentials": ("DELETE FROM badge_credentials",),
    "I34-credentials": _SAME_PLACE,
    "I49-keys": ("DROP INDEX uq_signing_keys_active", _KEY),
    "I49-withdrawn": (_LEAKED,),
}


def test_a_forged_row_is_named(honored):
    assert ledger_violations() == []
    named = {name: named_when(name, *forged) for name, forged in FORGED.items()}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


def test_a_key_in_clear_and_a_retired_one_that_is_kept_are_named(honored):
    clear = "UPDATE signing_keys SET sealed = substr(sealed, 2)"
    assert named_when("I49-keys", clear) == {"I49-keys"}
    kept = "UPDATE signing_keys SET state = 'retired'"
    assert named_when("I49-keys", kept) == {"I49-keys"}
