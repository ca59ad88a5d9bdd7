"""Values in clear: to whom, why, and that each reading is remembered."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from redemption.travel.vault import queries
from redemption.travel.vault.errors import NothingKept
from redemption.travel.vault.models import VaultReading
from redemption.travel.vault.operations.reading import reveal
from redemption.travel.vault.states import VaultField as F
from tests.support.vault import PASSPORT, WHY, enter, read


def readings():
    return list(session().scalars(sa.select(VaultReading).order_by(VaultReading.id)))


def test_priya_reads_what_she_asks_for_and_it_is_remembered(cast, kept):
    shown = read(cast.priya, kept, F.PASSPORT_NUMBER, F.EXPIRES_ON)
    assert dict(shown) == {field: PASSPORT[field] for field in (F.PASSPORT_NUMBER, F.EXPIRES_ON)}
    (one,) = readings()
    assert (one.reader_id, one.subject_id, one.reason, one.at) == (
        cast.priya.id,
        kept,
        WHY,
        clock.now(),
    )
    assert one.fields == ["passport_number", "expires_on"]
    noted = session().scalars(sa.select(AuditEntry).where(AuditEntry.action == "vault.read")).one()
    assert noted.details == {"fields": one.fields, "reading": one.id}


@pytest.mark.parametrize("reason", ["", "   ", "too short", "x" * 201])
def test_without_a_reason_priya_reads_nothing(cast, kept, reason):
    with pytest.raises(BadInput) as refused:
        read(cast.priya, kept, F.SEX, reason=reason)
    assert refused.value.facts == {"field": "reason"}
    assert readings() == []


def test_what_is_read_does_not_stand_in_the_reason(cast, kept):
    with pytest.raises(BadInput, match="out of the reason"):
        read(cast.priya, kept, reason="Is the number zq7719384 right?")
    assert readings() == []


def test_maya_reads_her_own_without_a_reason_and_that_is_noted_too(cast, kept):
    read(cast.maya, kept, F.SEX, reason="")
    (told,) = queries.readings_of(employee_id=cast.maya.id)
    assert (told.is_own, told.who, told.fields) == (True, "Maya Chen", [F.SEX])


def test_maya_sees_who_read_hers_and_why_the_newest_first(cast, kept, time):
    read(cast.priya, kept, F.SEX)
    time.forward(hours=1)
    read(Actor.system(), kept, F.DIET, reason="List for the hotel, ordered by Priya")
    told = queries.readings_of(employee_id=cast.maya.id)
    assert [(one.who, one.fields, one.is_own) for one in told] == [
        ("Laurel", [F.DIET], False),
        ("Priya Nair", [F.SEX], False),
    ]
    assert told[1].reason == WHY


def test_a_field_is_named_and_has_to_be_there(cast, trip):
    with pytest.raises(NothingKept):
        read(cast.priya, trip, F.SEX)
    with pytest.raises(BadInput, match="Choose"), transaction():
        reveal(cast.priya, trip, [], reason=WHY, at=clock.now())
    assert readings() == []


def test_a_reading_notes_only_what_was_there(cast, trip):
    enter(cast.maya, trip, {F.SEX: "F"})
    read(cast.priya, trip, F.SEX, F.BIRTH_DATE)
    assert readings()[0].fields == ["sex"]


@pytest.mark.parametrize(
    "change", ["UPDATE vault_readings SET reason = 'other'", "DELETE FROM vault_readings",
               "UPDATE vault_events SET deed = 'put'", "DELETE FROM vault_events"]
)  # fmt: skip
def test_what_is_remembered_nobody_changes(cast, kept, change):
    read(cast.priya, kept, F.SEX)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session().execute(sa.text(change))


def test_values_in_clear_never_show_themselves(cast, kept):
    shown = read(cast.maya, kept, F.SEX, F.PASSPORT_NUMBER, reason="")
    assert repr(shown) == str(shown) == "<TravelDocuments: passport_number, sex>"
