"""The pages of travel data, as a browser without JavaScript sees them."""

import html

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import db, session
from marketplace.kernel.idempotency import RequestKey, fingerprint
from redemption.travel.vault.models import VaultEntry, VaultReading, VaultSubject
from redemption.travel.vault.operations import keeping
from redemption.travel.vault.states import VaultField as F
from tests.support.browsing import hidden_fields, send
from tests.support.page_lint import lint_page
from tests.support.query_count import statements_sent
from tests.support.vault import CANARIES, NEEDS, PASSPORT, WHY, read, traveler

OWN = "/settings/travel-data"
DAYS = {F.BIRTH_DATE: "23 Jul 1991", F.ISSUED_ON: "17 Jan 2024", F.EXPIRES_ON: "16 Jan 2034"}


@pytest.fixture
def maya(cast, sign_in):
    return sign_in(cast.maya.id)


@pytest.fixture
def priya(cast, sign_in):
    return sign_in(cast.priya.id)


def change(browser, **entered):
    """Send the form of the passport as a browser does, the lists of countries included."""
    untouched = {"sex": "", "nationality": "", "issuing_country": ""}
    return send(browser, f"{OWN}/passport", **untouched | entered)


def of(subject_id):
    handle = sa.select(VaultSubject.handle).where(VaultSubject.id == subject_id)
    return f"/manage/travel-data/{session().scalar(handle)}"


def fields():
    return set(session().scalars(sa.select(VaultEntry.field)))


def seen(page):
    assert lint_page(page.text) == []
    return html.unescape(page.text)


def has_value(text):
    return [one for one in [*CANARIES, *DAYS.values()] if one in text]


def test_without_a_trip_maya_reads_that_nothing_is_kept(maya):
    assert "Nothing is kept about you" in seen(maya.get(OWN))
    for page, words in (
        ("passport", "no trip ahead"),
        ("needs", "no trip ahead"),
        ("erase", "nothing to erase"),
        ("take-back", "agree to nothing"),
    ):
        assert words in seen(maya.get(f"{OWN}/{page}"))


def test_maya_enters_her_passport_and_reads_it_masked_then_in_clear(maya, trip):
    assert "Nothing is kept of your passport" in seen(maya.get(OWN))
    seen(maya.get(f"{OWN}/passport"))
    entered = {field.value: value for field, value in PASSPORT.items()}
    answer = change(maya, **entered)
    assert (answer.status_code, answer.headers["Location"]) == (303, OWN)
    told = seen(maya.get(OWN))
    assert "Saved, encrypted with your own key." in told
    assert "•••384" in told
    assert has_value(told) == []
    clear = seen(send(maya, OWN, f"{OWN}/show"))
    for words in ("ZQ7719384", "Chen-Quillfeather", "23 Jul 1991", "New Zealand (NZ)"):
        assert words in clear
    assert "It is your own" in seen(maya.get(OWN))


def test_what_is_left_empty_stays_and_what_is_ticked_goes(maya, kept):
    page = seen(maya.get(f"{OWN}/passport"))
    assert has_value(page) == []
    assert "Kept: •••384. Leave it empty to keep it." in page
    change(maya, passport_number="NEW5555", take_out="sex")
    assert fields() == set(F) - {F.SEX}
    assert "•••555" in maya.get(OWN).text
    change(maya)
    assert "Nothing had changed." in maya.get(OWN).text


def test_every_mistake_is_said_at_its_field_and_what_was_typed_stays(maya, trip):
    typed = {
        "family_name": "Иванова",
        "passport_number": "12",
        "birth_date": "the third",
        "expires_on": "2199-01-01",
        "nationality": "QQ",
    }
    answer = change(maya, **typed)
    told = seen(answer)
    assert answer.status_code == 422
    for words in ("Latin letters", "5 to 20 letters", "Enter the day as in", "last day of the"):
        assert words in told
    assert 'value="Иванова"' in told
    assert fields() == set()


def test_days_that_do_not_fit_each_other_are_said_at_the_field(maya, kept):
    answer = change(maya, expires_on="2023-12-31")
    assert answer.status_code == 422
    assert 'id="expires_on-error"' in seen(answer)


def test_needs_take_an_agreement_that_is_read_first(maya, trip):
    page = f"{OWN}/needs"
    text = seen(maya.get(page))
    assert "I agree that what I write about my diet" in text
    typed = {field.value: value for field, value in NEEDS.items()}
    refused = send(maya, page, **typed)
    assert refused.status_code == 422
    assert 'id="agree-error"' in seen(refused)
    assert fields() == set()
    version = text.partition('name="text_version"')[2].partition('value="')[2].partition('"')[0]
    assert send(maya, page, **typed, agree="y", text_version="2019-01").status_code == 422
    assert send(maya, page, **typed, agree="y", text_version=version).status_code == 303
    assert fields() == set(NEEDS)
    assert "You agreed on" in seen(maya.get(page))
    assert "Take it back" in seen(maya.get(OWN))


def test_taking_the_agreement_back_takes_two_steps(maya, kept):
    page = seen(maya.get(f"{OWN}/take-back"))
    assert "diet and allergies, access needs, emergency contact" in page
    assert fields() == set(F)
    assert send(maya, f"{OWN}/take-back").status_code == 303
    assert fields() == set(PASSPORT)
    assert "there is nothing" not in seen(maya.get(OWN))


def test_erasing_takes_two_steps_says_what_follows_and_counts_once(maya, kept, cast):
    page = maya.get(f"{OWN}/erase")
    for words in ("can’t be undone", "key that encrypted it is destroyed", "You have a trip ahead"):
        assert words in seen(page)
    form = hidden_fields(page.text)
    for _click in range(2):
        assert maya.post(f"{OWN}/erase", data=form).status_code == 303
    assert fields() == set()
    subjects = session().scalars(sa.select(VaultSubject).order_by(VaultSubject.id)).all()
    assert [one.erased_at is None for one in subjects] == [False, True]
    told = seen(maya.get(OWN))
    assert "Everything erased, and the key destroyed" in told
    change(maya, passport_number="NEW5555")
    assert fields() == {F.PASSPORT_NUMBER}


def test_priya_reads_with_a_reason_and_maya_sees_it(maya, priya, kept):
    assert "Maya Chen" in seen(priya.get("/manage/travel-data"))
    page = seen(priya.get(of(kept)))
    assert has_value(page) == []
    for missing in (
        {"fields": "passport_number"},
        {"reason": WHY},
        {"fields": "zz", "reason": WHY},
    ):
        answer = send(priya, of(kept), f"{of(kept)}/read", **missing)
        assert answer.status_code == 422
        assert has_value(seen(answer)) == []
    assert session().scalars(sa.select(VaultReading)).all() == []
    asked = {"fields": ["passport_number", "expires_on"], "reason": WHY}
    told = seen(send(priya, of(kept), f"{of(kept)}/read", **asked))
    assert "ZQ7719384" in told
    assert "16 Jan 2034" in told
    assert "Quillfeather" not in told
    assert WHY in seen(maya.get(OWN))
    assert "Priya Nair" in maya.get(OWN).text


def test_the_value_itself_is_no_reason(priya, kept):
    said = {"fields": ["passport_number"], "reason": "Is it ZQ7719384 or not?"}
    answer = send(priya, of(kept), f"{of(kept)}/read", **said)
    assert answer.status_code == 422
    assert "out of the reason" in seen(answer)


def test_priya_erases_for_who_asked(priya, kept):
    assert "Because they asked for it" in seen(priya.get(f"{of(kept)}/erase"))
    page, form = of(kept), hidden_fields(priya.get(f"{of(kept)}/erase").text)
    for _click in range(2):
        assert priya.post(f"{page}/erase", data=form).status_code == 303
    assert fields() == set()
    assert priya.get(page).status_code == 404
    assert "Nothing is kept about anybody" in seen(priya.get("/manage/travel-data"))


def test_others_find_no_page_of_it(cast, kept, sign_in):
    jonas = sign_in(cast.jonas.id)
    for page in ("/manage/travel-data", of(kept), f"{of(kept)}/erase"):
        assert jonas.get(page).status_code == 403
    assert "Maya" not in jonas.get(OWN).text


def test_nobody_of_that_name_is_said(priya, kept):
    assert "Maya Chen" in priya.get("/manage/travel-data?q=maya").text
    assert "Nobody of that name" in seen(priya.get("/manage/travel-data?q=zzz"))


def test_what_fails_tells_no_value_to_the_page_or_the_log(maya, trip, monkeypatch, caplog):
    def fail(*_args):
        raise RuntimeError("a slip")

    monkeypatch.setattr(keeping, "sealed_value", fail)
    entered = {field.value: value for field, value in PASSPORT.items()}
    answer = change(maya, **entered)
    assert answer.status_code == 500
    assert "a slip" in caplog.text
    assert has_value(answer.text) == []
    assert has_value(caplog.text) == []
    assert fields() == set()


def test_the_key_of_a_form_keeps_no_digest_that_can_be_guessed(maya, trip):
    form = hidden_fields(maya.get(f"{OWN}/passport").text) | {"passport_number": "ZQ7719384"}
    form |= {"sex": "", "nationality": "", "issuing_country": ""}
    maya.post(f"{OWN}/passport", data=form)
    stored = session().scalars(
        sa.select(RequestKey.fingerprint).where(RequestKey.key == form["request_key"])
    )
    blank = {field.value: "" for field in PASSPORT} | {"take_out": []}
    dates = {"birth_date": None, "issued_on": None, "expires_on": None}
    body = blank | dates | {"passport_number": "ZQ7719384"}
    assert fingerprint(path=f"{OWN}/passport", **body) not in stored.all()
    again = maya.post(f"{OWN}/passport", data=form | {"passport_number": "OTHER55"})
    assert again.status_code == 422


def test_after_the_trip_nothing_more_is_entered(cast, kept, time, sign_in):
    time.forward(days=400)
    maya = sign_in(cast.maya.id)
    assert "no trip ahead" in seen(maya.get(f"{OWN}/passport"))
    assert "Show it in clear" in seen(maya.get(OWN))


def test_a_reading_before_an_erasure_is_still_told_after_it(cast, maya, kept):
    read(cast.priya, kept, F.SEX)
    send(maya, f"{OWN}/erase")
    assert WHY in seen(maya.get(OWN))
    traveler(cast.maya)
    assert WHY in seen(maya.get(OWN))


def test_the_pages_ask_the_database_little(maya, priya, kept):
    read_by = {OWN: maya, of(kept): priya, "/manage/travel-data": priya, f"{OWN}/erase": maya}
    for page, browser in read_by.items():
        with statements_sent(db.engine) as sent:
            browser.get(page)
        assert len(sent) <= 6, page
