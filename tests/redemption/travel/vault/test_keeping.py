"""What goes into the vault, for how long, and with whose agreement."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from redemption.travel.vault import jobs, queries
from redemption.travel.vault.consent import TEXTS
from redemption.travel.vault.errors import ConsentNeeded, NothingToKeepFor, OtherText
from redemption.travel.vault.jobs import delete_all_due
from redemption.travel.vault.models import VaultConsent, VaultEntry, VaultEvent, VaultSubject
from redemption.travel.vault.operations import agreeing, keeping, subjects
from redemption.travel.vault.states import Purpose, VaultDeed, fields_of
from redemption.travel.vault.states import VaultField as F
from tests.support.vault import (
    HOME_ON,
    NEEDS,
    PASSPORT,
    agree,
    enter,
    erase,
    everything_of,
    guest,
    read,
    traveler,
)


def days():
    """The day of deletion by field."""
    rows = session().execute(sa.select(VaultEntry.field, VaultEntry.delete_on))
    return {F(field): day for field, day in rows}


def deeds():
    return list(session().scalars(sa.select(VaultEvent.deed).order_by(VaultEvent.id)))


def subject():
    return session().scalars(sa.select(VaultSubject)).one()


def test_what_maya_enters_she_reads_again(cast, trip):
    assert enter(cast.maya, trip, PASSPORT) == list(PASSPORT)
    assert dict(read(cast.maya, trip, reason="")) == PASSPORT


def test_only_what_changed_is_written_and_noted(cast, trip):
    enter(cast.maya, trip, PASSPORT)
    changed = enter(cast.maya, trip, PASSPORT | {F.PASSPORT_NUMBER: "AB 123-456", F.SEX: ""})
    assert changed == [F.PASSPORT_NUMBER, F.SEX]
    assert enter(cast.maya, trip, {F.PASSPORT_NUMBER: "ab123456"}) == []
    kept = read(cast.maya, trip, reason="")
    assert kept[F.PASSPORT_NUMBER] == "AB123456"
    assert F.SEX not in kept
    versions = sa.select(VaultEntry.version).where(VaultEntry.field == F.PASSPORT_NUMBER)
    assert session().scalar(versions) == 2
    last = session().scalars(sa.select(VaultEvent).order_by(VaultEvent.id.desc())).first()
    assert last is not None
    assert (last.fields, last.actor_id) == (["passport_number", "sex"], cast.maya.id)


def test_without_a_trip_nothing_is_kept(cast):
    with transaction():
        subject_id = subjects.subject_for(cast.maya.id, at=clock.now())
    with pytest.raises(NothingToKeepFor):
        enter(cast.maya, subject_id, PASSPORT)
    traveler(cast.maya, ends_on=date(2026, 10, 1))
    with pytest.raises(NothingToKeepFor):
        enter(cast.maya, subject_id, PASSPORT)
    assert days() == {}


def test_needs_are_kept_only_with_an_agreement(cast, trip):
    with pytest.raises(ConsentNeeded):
        enter(cast.maya, trip, PASSPORT | NEEDS)
    assert days() == {}
    assert agree(cast.maya, trip)
    assert not agree(cast.maya, trip)
    enter(cast.maya, trip, NEEDS)
    given = session().scalars(sa.select(VaultConsent)).one()
    assert (given.given_at, given.withdrawn_at) == (clock.now(), None)
    assert given.text_version in TEXTS


def test_who_agrees_to_a_text_that_no_longer_holds_reads_the_new_one_first(cast, trip):
    with pytest.raises(OtherText), transaction():
        agreeing.agree(cast.maya, trip, text_version="2020-01", at=clock.now())


def test_taking_the_agreement_back_deletes_needs_and_leaves_the_passport(cast, kept, time, queue):
    time.forward(hours=1)
    with transaction():
        assert agreeing.take_back(cast.maya, kept, at=clock.now())
    assert set(days()) == set(PASSPORT)
    assert session().scalars(sa.select(VaultConsent.withdrawn_at)).one() == clock.now()
    assert deeds()[-1] == VaultDeed.TAKEN_BACK
    assert queue.names() == ["vault.forget"]
    queue.run_due()
    with transaction():
        assert not agreeing.take_back(cast.maya, kept, at=clock.now())
    with pytest.raises(ConsentNeeded):
        enter(cast.maya, kept, NEEDS)
    assert agree(cast.maya, kept)
    assert enter(cast.maya, kept, NEEDS) == list(NEEDS)


def test_a_passport_stays_thirty_days_and_needs_a_week_after_the_trip(cast, kept):
    found = days()
    assert {found[field] for field in PASSPORT} == {HOME_ON + timedelta(days=30)}
    assert {found[field] for field in NEEDS} == {HOME_ON + timedelta(days=7)}


def test_the_last_of_two_trips_decides_and_a_canceled_one_counts_a_week(cast, kept):
    later = date(2027, 9, 30)
    with transaction():
        keeping.keep_until(kept, "booking:2", ends_on=later)
    assert days()[F.SEX] == later + timedelta(days=30)
    with transaction():
        keeping.keep_after_cancellation(kept, "booking:2", canceled_on=date(2027, 1, 4))
    assert days()[F.SEX] == HOME_ON + timedelta(days=30)
    with transaction():
        keeping.keep_after_cancellation(kept, "booking:1", canceled_on=date(2027, 1, 10))
    assert set(days().values()) == {date(2027, 1, 17)}


def test_a_trip_canceled_after_it_keeps_nothing_longer(cast, kept):
    with transaction():
        keeping.keep_after_cancellation(kept, "booking:1", canceled_on=HOME_ON + timedelta(days=29))
        keeping.keep_after_cancellation(kept, "booking:9", canceled_on=HOME_ON)
    assert days()[F.SEX] == HOME_ON + timedelta(days=30)
    assert days()[F.DIET] == HOME_ON + timedelta(days=7)


def test_a_place_canceled_after_an_erasure_finds_nothing_and_hinders_nobody(cast, kept):
    erase(cast.maya, kept)
    with transaction():
        keeping.keep_after_cancellation(kept, "booking:1", canceled_on=HOME_ON)
        with pytest.raises(NotFound):
            keeping.keep_until(kept, "booking:1", ends_on=HOME_ON)


def test_who_erases_while_the_nightly_job_runs_fails_nothing(cast, kept, time, monkeypatch):
    time.forward(days=400)
    found = [kept]
    monkeypatch.setattr(jobs, "_due", lambda _day: [found.pop()] if found else [])
    erase(cast.maya, kept)
    assert delete_all_due(at=clock.now()) == 1


def test_a_trip_that_moves_takes_the_last_days_with_it(cast, kept):
    with transaction():
        keeping.keep_until(kept, "booking:1", ends_on=HOME_ON + timedelta(days=7))
    assert days()[F.DIET] == HOME_ON + timedelta(days=14)


def test_each_night_what_is_over_goes_and_at_last_the_key(cast, kept, time):
    time.forward(days=(HOME_ON - clock.today()).days + 6)
    assert delete_all_due(at=clock.now()) == 0
    time.forward(days=1)
    assert delete_all_due(at=clock.now()) == 1
    assert set(days()) == set(PASSPORT)
    assert subject().erased_at is None
    time.forward(days=23)
    assert delete_all_due(at=clock.now()) == 1
    assert days() == {}
    assert subject().wrapped_key is None
    assert deeds()[-3:] == [VaultDeed.DELETED, VaultDeed.DELETED, VaultDeed.ERASED]
    proof = session().scalars(
        sa.select(AuditEntry.details)
        .where(AuditEntry.action == "vault.deleted")
        .order_by(AuditEntry.id)
    )
    assert [sorted(one["fields"]) for one in proof] == [sorted(NEEDS), sorted(PASSPORT)]
    assert delete_all_due(at=clock.now()) == 0


def test_who_entered_nothing_loses_the_key_after_the_trip(cast, trip, time):
    time.forward(days=(HOME_ON - clock.today()).days + 31)
    assert delete_all_due(at=clock.now()) == 1
    assert subject().erased_at == clock.now()


def test_after_the_key_is_gone_maya_begins_anew_with_another(cast, kept, time):
    time.forward(days=400)
    delete_all_due(at=clock.now())
    again = traveler(cast.maya, ends_on=date(2028, 5, 1))
    assert again != kept
    enter(cast.maya, again, {F.SEX: "X"})
    with pytest.raises(NotFound):
        enter(cast.maya, kept, {F.SEX: "X"})


def test_nobody_else_touches_it_and_planners_may(cast, kept):
    for deed in (
        lambda: enter(cast.jonas, kept, {F.SEX: "X"}),
        lambda: agree(cast.jonas, kept),
        lambda: read(cast.jonas, kept),
        lambda: queries.traveler(cast.jonas, subject().handle),
        lambda: enter(cast.maya, kept + 999, {F.SEX: "X"}),
    ):
        with pytest.raises(NotFound):
            deed()
    assert enter(cast.priya, kept, {F.SEX: "X"}) == [F.SEX]


def test_a_guest_is_nobodys_but_the_planners(cast):
    one, other = guest(), guest()
    enter(cast.priya, one, {F.PASSPORT_NUMBER: "GUEST77"})
    assert one != other
    assert read(cast.priya, one)[F.PASSPORT_NUMBER] == "GUEST77"
    with pytest.raises(NotFound):
        read(cast.maya, one)


def test_a_subject_is_made_once(cast, trip):
    assert traveler(cast.maya) == trip
    assert queries.subject_of(cast.maya.id) == trip
    assert queries.subject_of(cast.jonas.id) is None


def test_a_refused_value_is_named_by_its_field_and_never_repeated(cast, trip):
    with pytest.raises(BadInput) as refused:
        enter(cast.maya, trip, PASSPORT | {F.PASSPORT_NUMBER: "canary!"})
    assert refused.value.facts == {"field": "passport_number"}
    assert "canary" not in f"{refused.value!r} {refused.value} {refused.value.__cause__}"
    assert days() == {}


def test_what_is_changed_has_to_fit_what_is_kept(cast, trip):
    enter(cast.maya, trip, PASSPORT)
    with pytest.raises(BadInput, match="after the passport was issued") as refused:
        enter(cast.maya, trip, {F.EXPIRES_ON: "2024-01-17"})
    assert refused.value.facts == {"field": "expires_on"}


def test_masked_values_show_next_to_nothing(cast, kept):
    _who, values = queries.traveler(cast.priya, subject().handle)
    shown = {one.field: one.shown for one in values}
    assert list(shown) == [*fields_of(Purpose.IDENTITY), *fields_of(Purpose.NEEDS)]
    assert shown.pop(F.PASSPORT_NUMBER) == "•••384"
    assert shown.pop(F.EXPIRES_ON) == "••• 2034"
    assert shown.pop(F.ISSUED_ON) == "••• 2024"
    assert set(shown.values()) == {"•••"}


def test_the_list_says_who_and_how_much_and_until_when(cast, kept):
    other = everything_of(cast.jonas)
    read(cast.priya, other, F.SEX)
    read(cast.jonas, other, F.SEX)
    rows = {row.name: row for row in queries.travelers()}
    assert (rows["Maya Chen"].identity, rows["Maya Chen"].needs) == (9, 4)
    assert rows["Maya Chen"].delete_on == HOME_ON + timedelta(days=7)
    assert (rows["Maya Chen"].readings, rows["Jonas Lind"].readings) == (0, 1)
    assert [row.name for row in queries.travelers("jonas")] == ["Jonas Lind"]
