"""Each predicate of travel data bites: a row is forged and exactly that is named."""

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.travel.vault.states import VaultField
from tests.support.tampering import unnoticed
from tests.support.vault import enter, erase, everything_of, guest, read

FORGED = [
    ("I49-vault", "UPDATE vault_entries SET cipher = substr(cipher, 2) WHERE field = 'sex'"),
    ("I49-vault", "UPDATE vault_entries SET cipher = substr(cipher, 1, 29) WHERE field = 'sex'"),
    ("I49-erased", "UPDATE vault_subjects SET erased_at = made_at WHERE id = {maya}"),
    ("I49-erased", "UPDATE vault_entries SET subject_id = {jonas} WHERE field = 'sex'"),
    ("I49-erased", "UPDATE vault_entries SET subject_id = 99999 WHERE field = 'sex'"),
    ("I49-erased", "UPDATE vault_keepings SET subject_id = {jonas} WHERE subject_id = {maya}"),
    ("I49-erased", "UPDATE vault_subjects SET wrapped_key = NULL WHERE id = {maya}"),
    ("I49-erased", "DELETE FROM vault_events WHERE deed = 'erased'"),
    ("I49-agreed", "DELETE FROM vault_consents WHERE subject_id = {maya}"),
    ("I49-agreed", "UPDATE vault_consents SET withdrawn_at = given_at"),
    ("I49-agreed", "UPDATE vault_entries SET purpose = 'needs' WHERE subject_id = {guest}"),
    ("I49-kept-for", "DELETE FROM vault_keepings WHERE subject_id = {maya}"),
    ("I49-kept-for", "UPDATE vault_entries SET delete_on = '2030-01-01' WHERE field = 'sex'"),
    ("I49-kept-for", "UPDATE vault_entries SET purpose = 'identity' WHERE field = 'diet'"),
    ("I49-overdue", "UPDATE vault_entries SET delete_on = '2026-11-21' WHERE field = 'sex'"),
    ("I50-vault", "UPDATE vault_readings SET reason = '' WHERE reason <> ''"),
    ("I50-vault", "DELETE FROM audit_entries WHERE action = 'vault.read'"),
    ("I50-vault", "UPDATE audit_entries SET actor_id = NULL WHERE action = 'vault.read'"),
]


@pytest.fixture
def told(cast):
    """Maya's is kept and was read by her and Priya, a guest's too; Jonas had his erased."""
    maya, jonas, other = everything_of(cast.maya), everything_of(cast.jonas), guest()
    enter(cast.priya, other, {VaultField.NATIONALITY: "PT"})
    read(cast.priya, maya)
    read(cast.maya, maya, reason="")
    erase(cast.jonas, jonas)
    return {"maya": maya, "jonas": jonas, "guest": other}


def test_nothing_is_found_when_all_is_well(told):
    assert ledger_violations() == []


def test_each_predicate_bites(told):
    assert unnoticed(FORGED, **told) == []
