"""What the database holds opens only where it belongs, and not at all once it is erased."""

from dataclasses import replace
from hashlib import sha256

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.secrets import CannotOpen
from marketplace.kernel.wrapping import unwrap
from redemption.travel.vault import keys
from redemption.travel.vault.consent import CURRENT, TEXTS
from redemption.travel.vault.jobs import wrap_all_anew
from redemption.travel.vault.models import VaultEntry, VaultReading, VaultSubject
from redemption.travel.vault.operations import rotating
from redemption.travel.vault.states import VaultField as F
from tests.support.browsing import send
from tests.support.database import everything_stored
from tests.support.tampering import walls_down
from tests.support.vault import CANARIES, NEEDS, PASSPORT, WHY, enter, erase, everything_of, read

OLD, NEW = "2026-07=" + "o1d-k3y-" * 5, "2027-01=" + "n3w-k3y-" * 5


def opens(subject_id: int, field: F) -> str:
    """What a value opens as, past everything that asks who wants to know."""
    subject = session().get_one(VaultSubject, subject_id, populate_existing=True)
    return keys.opened(subject, [field])[field]


def use_keys(*named: str) -> None:
    settings_module.use(replace(settings_module.current(), vault_keys=",".join(named)))


def test_no_value_stands_anywhere_in_the_database(cast, kept, engine, queue, caplog):
    read(cast.priya, kept)
    enter(cast.maya, kept, {F.PASSPORT_NUMBER: "ZQ7719385"})
    stored = everything_stored(engine)
    assert b"passport_number" in stored, "the search sees what is there"
    found = [canary for canary in [*CANARIES, "ZQ7719385"] if canary.encode() in stored]
    assert found == []
    assert not any(canary in caplog.text for canary in CANARIES)
    assert not any(canary in str(one.job.payload) for one in queue.waiting for canary in CANARIES)


def test_what_people_do_on_pages_leaves_no_value_either(cast, trip, sign_in, engine, queue, caplog):
    maya, priya = sign_in(cast.maya.id), sign_in(cast.priya.id)
    own = "/settings/travel-data"
    passport = {field.value: value for field, value in PASSPORT.items()}
    needs = {field.value: value for field, value in NEEDS.items()}
    assert send(maya, f"{own}/passport", **passport).status_code == 303
    agreed = {"agree": "y", "text_version": CURRENT}
    assert send(maya, f"{own}/needs", **needs, **agreed).status_code == 303
    assert (
        send(maya, f"{own}/passport", **passport | {"expires_on": "2024-01-01"}).status_code == 422
    )
    assert "ZQ7719384" in send(maya, own, f"{own}/show").text
    page = f"/manage/travel-data/{session().scalar(sa.select(VaultSubject.handle))}"
    asked = {"fields": list(passport | needs), "reason": WHY}
    assert "ZQ7719384" in send(priya, page, f"{page}/read", **asked).text
    assert (
        send(priya, page, f"{page}/read", **asked | {"reason": "ZQ7719384 it is?"}).status_code
        == 422
    )
    queue.run_due()
    stored = everything_stored(engine)
    assert [canary for canary in CANARIES if canary.encode() in stored] == []
    assert [canary for canary in CANARIES if canary in caplog.text] == []


def test_control_a_value_that_is_not_sealed_is_found(cast, trip, engine, monkeypatch):
    monkeypatch.setattr(keys, "seal_with", lambda _key, plain, _context: plain)
    enter(cast.maya, trip, {F.DIET: ""} | {F.PASSPORT_NUMBER: "ZQ7719384"})
    needle = b"ZQ7719384" if engine == "sqlite" else b"ZQ7719384".hex().encode()
    assert needle in everything_stored(engine)


def swap(table: str, column: str, one: str, other: str) -> None:
    """Let two rows of a table change what stands in a column."""
    values = [
        session().scalar(sa.text(f"SELECT {column} FROM {table} WHERE {which}"))
        for which in (one, other)
    ]
    for which, value in zip((other, one), values, strict=True):
        changed = sa.text(f"UPDATE {table} SET {column} = :value WHERE {which}")
        session().execute(changed, {"value": value})


NUMBER = "field = 'passport_number'"
MOVED = {
    "within a person": lambda maya, _: swap(
        "vault_entries",
        "cipher",
        f"subject_id = {maya} AND {NUMBER}",
        f"subject_id = {maya} AND field = 'birth_date'",
    ),
    "between people": lambda maya, jonas: swap(
        "vault_entries",
        "cipher",
        f"subject_id = {maya} AND {NUMBER}",
        f"subject_id = {jonas} AND {NUMBER}",
    ),
    "keys": lambda maya, jonas: swap(
        "vault_subjects", "wrapped_key", f"id = {maya}", f"id = {jonas}"
    ),
}
CHANGED = [
    (
        "UPDATE vault_entries SET subject_id = {jonas} - 900 WHERE subject_id = {jonas}; "
        "UPDATE vault_entries SET subject_id = {jonas} WHERE subject_id = {maya}; "
        "UPDATE vault_entries SET subject_id = {maya} WHERE subject_id = {jonas} - 900"
    ),
    "UPDATE vault_subjects SET employee_id = employee_id + 900 WHERE id = {maya}",
    "UPDATE vault_subjects SET handle = 'another' WHERE id = {maya}",
    "UPDATE vault_entries SET version = version + 1",
    (
        "DELETE FROM vault_entries WHERE field = 'passport_number'; "
        "UPDATE vault_entries SET field = 'passport_number' WHERE field = 'birth_date'"
    ),
    "UPDATE vault_subjects SET key_id = 'nobody'",
]


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_what_changes_places_in_the_database_opens_in_neither(cast, moved):
    mine, other = everything_of(cast.maya), everything_of(cast.jonas)
    assert opens(mine, F.PASSPORT_NUMBER) == PASSPORT[F.PASSPORT_NUMBER]
    with walls_down():
        moved(mine, other)
        with pytest.raises(CannotOpen):
            opens(mine, F.PASSPORT_NUMBER)


@pytest.mark.parametrize("changed", CHANGED)
def test_what_is_changed_around_a_value_opens_it_no_more(cast, changed):
    mine, other = everything_of(cast.maya), everything_of(cast.jonas)
    with walls_down():
        for statement in changed.format(maya=mine, jonas=other).split("; "):
            session().execute(sa.text(statement))
        with pytest.raises(CannotOpen):
            opens(mine, F.PASSPORT_NUMBER)


def test_an_older_value_does_not_come_back_in_the_place_of_a_newer(cast, kept):
    row = sa.select(VaultEntry.cipher).where(VaultEntry.field == F.PASSPORT_NUMBER)
    older = session().scalars(row).one()
    enter(cast.maya, kept, {F.PASSPORT_NUMBER: "NEW55555"})
    with transaction():
        session().execute(
            sa.update(VaultEntry).where(VaultEntry.field == F.PASSPORT_NUMBER).values(cipher=older)
        )
    with pytest.raises(CannotOpen):
        opens(kept, F.PASSPORT_NUMBER)


def test_two_people_with_the_same_values_have_nothing_in_common(cast):
    everything_of(cast.maya), everything_of(cast.jonas)
    ciphers = list(session().scalars(sa.select(VaultEntry.cipher)))
    wrapped = list(session().scalars(sa.select(VaultSubject.wrapped_key)))
    assert len(set(ciphers)) == 2 * len(PASSPORT | NEEDS)
    assert len(set(wrapped)) == 2


def test_erased_nothing_is_left_to_open_with_the_master_key_at_hand(cast, kept, engine, queue):
    subject = session().get_one(VaultSubject, kept)
    secrets_of = [subject.wrapped_key, *session().scalars(sa.select(VaultEntry.cipher))]
    read(cast.priya, kept, F.SEX)
    gone = erase(cast.maya, kept)
    assert gone == list(F)
    assert queue.names() == ["vault.forget"]
    queue.run_due()
    subject = session().get_one(VaultSubject, kept, populate_existing=True)
    assert (subject.wrapped_key, subject.key_id, subject.erased_at) == (None, None, clock.now())
    assert session().scalars(sa.select(VaultEntry)).all() == []
    with pytest.raises(CannotOpen, match="destroyed"):
        keys.key_of(subject)
    with pytest.raises(NotFound):
        read(cast.maya, kept)
    stored = everything_stored(engine)
    for secret in secrets_of:
        assert secret is not None
        assert secret not in stored
        assert secret.hex().encode() not in stored
    assert session().scalars(sa.select(VaultReading.fields)).all() == [["sex"]]


def test_control_without_letting_go_sqlite_still_has_the_key_in_its_log(cast, kept, engine):
    wrapped = session().get_one(VaultSubject, kept).wrapped_key
    erase(cast.maya, kept)
    assert wrapped is not None
    assert (wrapped in everything_stored(engine)) == (engine == "sqlite")


def test_an_old_copy_opens_no_more_once_its_wrapping_key_is_taken_out(cast):
    use_keys(OLD)
    kept = everything_of(cast.maya)
    before = session().get_one(VaultSubject, kept)
    copied, context = before.wrapped_key, keys._bound_to(before.handle, before.employee_id)
    assert before.key_id == "2026-07"
    assert copied is not None
    use_keys(NEW, OLD)
    assert wrap_all_anew(cast.priya, at=clock.now()) == 1
    assert wrap_all_anew(cast.priya, at=clock.now()) == 0
    use_keys(NEW)
    assert opens(kept, F.PASSPORT_NUMBER) == PASSPORT[F.PASSPORT_NUMBER]
    assert session().get_one(VaultSubject, kept).key_id == "2027-01"
    with pytest.raises(CannotOpen):
        unwrap("2026-07", copied, context)


def test_a_key_taken_out_too_early_is_missed_and_nothing_is_lost(cast):
    use_keys(OLD)
    kept = everything_of(cast.maya)
    use_keys(NEW)
    with pytest.raises(CannotOpen, match="2026-07"):
        wrap_all_anew(cast.priya, at=clock.now())
    use_keys(NEW, OLD)
    assert opens(kept, F.SEX) == "F"


def test_wrapping_anew_brings_no_erased_key_back(cast, monkeypatch):
    use_keys(OLD)
    kept = everything_of(cast.maya)
    use_keys(NEW, OLD)
    with transaction():
        opened_before = rotating.key_of

        def erased_meanwhile(subject):
            key = opened_before(subject)
            erased = sa.update(VaultSubject).values(
                wrapped_key=None, key_id=None, erased_at=clock.now()
            )
            session().execute(erased, execution_options={"synchronize_session": False})
            return key

        monkeypatch.setattr(rotating, "key_of", erased_meanwhile)
        assert not rotating.wrap_anew(cast.priya, kept, at=clock.now())
    assert session().get_one(VaultSubject, kept, populate_existing=True).wrapped_key is None


def test_texts_that_people_agreed_to_never_change():
    digests = {version: sha256(text.encode()).hexdigest()[:16] for version, text in TEXTS.items()}
    assert digests == {"2026-12": "61dcd5d38054bd58"}
