"""What may be entered, how it is kept, and what others see of it."""

from datetime import date

import pytest

from marketplace.kernel.parsing import CannotRead
from redemption.travel.vault.policies import (
    Lives,
    age_on,
    masked,
    problems,
    read_value,
    reason_problem,
)
from redemption.travel.vault.states import NEEDS, Purpose
from redemption.travel.vault.states import VaultField as F

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("field", "entered", "kept"),
    [
        (F.FAMILY_NAME, "  de  la Cruz ", "de la Cruz"),
        (F.FAMILY_NAME, "O’Connor-Ng", "O’Connor-Ng"),
        (F.GIVEN_NAMES, "Zoe\u0308", "Zoë"),
        (F.GIVEN_NAMES, "J.", "J."),
        (F.PASSPORT_NUMBER, "zq 77-19384", "ZQ7719384"),
        (F.PASSPORT_NUMBER, "12345", "12345"),
        (F.NATIONALITY, "pt", "PT"),
        (F.ISSUING_COUNTRY, "NA", "NA"),
        (F.BIRTH_DATE, "1991-07-23", "1991-07-23"),
        (F.BIRTH_DATE, "2026-11-23", "2026-11-23"),
        (F.BIRTH_DATE, "1906-11-23", "1906-11-23"),
        (F.SEX, "x", "X"),
        (F.ISSUED_ON, "2026-11-23", "2026-11-23"),
        (F.EXPIRES_ON, "2020-01-01", "2020-01-01"),
        (F.DIET, " vegan\nno nuts ", "vegan\nno nuts"),
        (F.CONTACT_NAME, " Barnaby  Q ", "Barnaby Q"),
        (F.CONTACT_NAME, "Иванова", "Иванова"),
        (F.CONTACT_PHONE, "+351 912-345.678", "+351912345678"),
        (F.CONTACT_PHONE, "+1 (415) 555 0100", "+14155550100"),
        *((field, "   ", "") for field in F),
    ],
)
def test_what_is_entered_is_kept_in_one_form(field, entered, kept):
    assert read_value(field, entered, today=TODAY) == kept
    assert read_value(field, kept, today=TODAY) == kept


@pytest.mark.parametrize(
    ("field", "entered"),
    [
        (F.FAMILY_NAME, "Иванова"),
        (F.FAMILY_NAME, "Chen2"),
        (F.FAMILY_NAME, "C<en"),
        (F.FAMILY_NAME, "-"),
        (F.FAMILY_NAME, "x" * 61),
        (F.GIVEN_NAMES, "Ma\u202eya"),
        (F.GIVEN_NAMES, "Ma\u200bya"),
        (F.PASSPORT_NUMBER, "1234"),
        (F.PASSPORT_NUMBER, "ABCDEFG"),
        (F.PASSPORT_NUMBER, "١٢٣٤٥٦"),
        (F.PASSPORT_NUMBER, "A" * 20 + "1"),
        (F.PASSPORT_NUMBER, "AB1234!"),
        (F.NATIONALITY, "Neverland"),
        (F.NATIONALITY, "EU"),
        (F.NATIONALITY, "ZZ"),
        (F.NATIONALITY, "P"),
        (F.BIRTH_DATE, "2026-11-24"),
        (F.BIRTH_DATE, "1900-01-01"),
        (F.BIRTH_DATE, "23.07.1991"),
        (F.BIRTH_DATE, "1991-02-30"),
        (F.SEX, "female"),
        (F.ISSUED_ON, "2026-11-24"),
        (F.ISSUED_ON, "1999-01-01"),
        (F.EXPIRES_ON, "2199-01-01"),
        (F.EXPIRES_ON, "soon"),
        (F.DIET, "x" * 501),
        (F.DIET, "vegan\u202e"),
        (F.CONTACT_NAME, "x" * 61),
        (F.CONTACT_PHONE, "912345678"),
        (F.CONTACT_PHONE, "+0123456789"),
        (F.CONTACT_PHONE, "+351 CALL ME"),
        (F.CONTACT_PHONE, "+" + "1" * 16),
    ],
)
def test_what_can_not_be_is_refused_with_what_to_enter_and_never_repeated(field, entered):
    with pytest.raises(CannotRead) as refused:
        read_value(field, entered, today=TODAY)
    assert len(refused.value.enter) > 20
    assert len(entered) < 3 or entered not in refused.value.enter


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({F.ISSUED_ON: "2024-01-17", F.EXPIRES_ON: "2024-01-18"}, []),
        ({F.ISSUED_ON: "2024-01-17", F.EXPIRES_ON: "2024-01-17"}, [F.EXPIRES_ON]),
        ({F.ISSUED_ON: "2024-01-17", F.EXPIRES_ON: "2040-01-17"}, [F.EXPIRES_ON]),
        ({F.ISSUED_ON: "2024-01-17", F.EXPIRES_ON: ""}, []),
        ({F.BIRTH_DATE: "2024-01-18", F.ISSUED_ON: "2024-01-17"}, [F.ISSUED_ON]),
        ({F.CONTACT_NAME: "Barnaby"}, [F.CONTACT_PHONE]),
        ({F.CONTACT_PHONE: "+351912345678", F.CONTACT_NAME: ""}, [F.CONTACT_NAME]),
        ({F.CONTACT_PHONE: "+351912345678", F.CONTACT_NAME: "Barnaby"}, []),
        ({}, []),
    ],
)
def test_values_have_to_fit_each_other(entered, wrong):
    assert list(problems(entered)) == wrong


@pytest.mark.parametrize("field", list(F))
def test_masked_nothing_can_be_read_off(field):
    value = {F.EXPIRES_ON: "2031-05-17", F.ISSUED_ON: "2021-05-17"}.get(field, "QX7719384")
    shown = masked(field, value)
    assert len(set(value) & set(shown) - set("0123-")) <= 3
    assert not any(value[at : at + 5] in shown for at in range(len(value) - 4))


def test_needs_and_passport_live_apart():
    lives = Lives(identity=30, needs=7, canceled=5)
    assert lives.after(date(2027, 5, 12)) == {
        Purpose.IDENTITY: date(2027, 6, 11),
        Purpose.NEEDS: date(2027, 5, 19),
    }
    assert lives.after_cancellation(date(2027, 1, 1)) == date(2027, 1, 6)
    assert {field for field in F if field.purpose is Purpose.NEEDS} == NEEDS


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 12, 31), date(2026, 12, 30), 17),
        (date(2008, 12, 31), date(2026, 12, 31), 18),
    ],
)
def test_years_are_whole(born, day, years):
    assert age_on(born, day) == years


def test_a_reason_is_a_sentence():
    assert reason_problem("Tickets are bought today.") == ""
    assert reason_problem(" short  ") != ""


def test_everything_has_words():
    assert all(field.label for field in F)
