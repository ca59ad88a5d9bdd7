"""Whether documents do for a journey: every rule at its edge, and no value in the words."""

from dataclasses import replace
from datetime import date

import pytest

from redemption.travel.vault.checks import Journey, Severity, findings, months_after
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.states import VaultField as F
from tests.support.vault import CANARIES, PASSPORT

TODAY = date(2026, 11, 23)
LISBON = Journey(starts_on=date(2027, 5, 8), ends_on=date(2027, 5, 12), country="PT")
STOPS, WARNS = Severity.STOPS, Severity.WARNS


def found(values=None, journey=LISBON, **changes):
    """Codes with their severity, of Maya's passport with some changes; empty takes out."""
    given = dict(PASSPORT) | {F(name): value for name, value in changes.items()}
    if values is not None:
        given = values
    kept = TravelDocuments({field: value for field, value in given.items() if value})
    told = findings(kept, journey, today=TODAY)
    for one in told:
        assert not any(canary in one.words for canary in CANARIES), one.words
    return [(one.code, one.severity) for one in told]


def journey(**changes):
    return replace(LISBON, **changes)


def test_a_good_passport_stands_in_no_ones_way():
    assert found() == []


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        ("2026-11-22", "expired"),
        ("2026-11-23", "expires_before_return"),
        ("2027-05-11", "expires_before_return"),
        ("2027-05-12", "expires_soon"),
        ("2027-11-11", "expires_soon"),
        ("2027-11-12", None),
        ("2034-01-16", None),
    ],
)
def test_a_passport_is_valid_six_months_after_the_return(expires, code):
    assert found(expires_on=expires) == ([(code, STOPS)] if code else [])


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 5, 12), 6, date(2027, 11, 12)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
        (date(2027, 12, 31), 6, date(2028, 6, 30)),
        (date(2027, 7, 1), 6, date(2028, 1, 1)),
        (date(2027, 6, 30), 6, date(2027, 12, 30)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 0, date(2027, 1, 31)),
        (date(2027, 1, 31), 12, date(2028, 1, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, then):
    assert months_after(day, months) == then


def test_another_rule_than_six_months_is_said_as_it_is():
    three = journey(months_valid=3)
    assert found(journey=three, expires_on="2027-08-12") == []
    assert found(journey=three, expires_on="2027-08-11") == [("expires_soon", STOPS)]
    kept = TravelDocuments(PASSPORT | {F.EXPIRES_ON: "2027-06-01"})
    for months, words in ((1, "1 month after"), (3, "3 months after"), (6, "6 months after")):
        (one,) = findings(kept, journey(months_valid=months), today=TODAY)
        assert words in one.words


def test_the_words_say_until_when_it_has_to_be_valid():
    kept = TravelDocuments(PASSPORT | {F.EXPIRES_ON: "2027-06-01"})
    (one,) = findings(kept, LISBON, today=TODAY)
    assert one.words == (
        "The passport has to be valid until 12 November 2027 at least, 6 months after the return. "
        "Renew it in time."
    )
    assert one.field is F.EXPIRES_ON


@pytest.mark.parametrize(
    "missing", ["family_name", "passport_number", "nationality", "birth_date", "expires_on"]
)
def test_what_a_ticket_needs_must_be_there(missing):
    assert found(**{missing: ""}) == [("missing", STOPS)]


@pytest.mark.parametrize("missing", ["given_names", "sex", "issued_on", "issuing_country"])
def test_what_it_does_not_need_may_be_missing(missing):
    assert found(**{missing: ""}) == []


def test_with_nothing_entered_all_of_it_is_missing_and_nothing_else_is_said():
    strict = journey(ticket_name="CHEN/MAYA", youngest=18, visa_days=30)
    assert found({}, strict) == [("missing", STOPS)] * 6


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        ("", None),
        ("CHENQUILLFEATHER/MAYA OTTOLINE", None),
        ("Chen Quillfeather/Maya Ottoline MS", None),
        ("Maya Ottoline Chen-Quillfeather", None),
        ("CHENQUILLFEATHER/MAYA", "middle_names"),
        ("CHENQUILLFEATHER/MAYA OTTOLINE RUTH", "middle_names"),
        ("CHENQUILLFEATHER/MAJA", "other_name"),
        ("CHEN/MAYA OTTOLINE", "other_name"),
        ("Maya Chen", "other_name"),
    ],
)
def test_the_ticket_has_the_name_of_the_passport(ticket, code):
    severity = WARNS if code == "middle_names" else STOPS
    assert found(journey=journey(ticket_name=ticket)) == ([(code, severity)] if code else [])


@pytest.mark.parametrize(
    ("born", "youngest", "is_fine"),
    [
        ("2009-05-08", 18, True),
        ("2009-05-09", 18, False),
        ("2009-05-07", 18, True),
        ("2026-01-01", 0, True),
        ("2006-05-08", 21, True),
        ("2006-05-09", 21, False),
    ],
)
def test_a_guest_is_of_age_on_the_day_of_departure(born, youngest, is_fine):
    told = found(journey=journey(youngest=youngest), birth_date=born)
    assert told == ([] if is_fine else [("too_young", STOPS)])


@pytest.mark.parametrize(
    ("departure", "is_fine"), [("2026-02-28", False), ("2026-03-01", True), ("2028-02-29", True)]
)
def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march(departure, is_fine):
    day = date.fromisoformat(departure)
    told = found(journey=journey(youngest=18, starts_on=day), birth_date="2008-02-29")
    assert (("too_young", STOPS) not in told) == is_fine


@pytest.mark.parametrize(
    ("issued", "visa_days", "code"),
    [
        ("2027-04-07", 30, None),  # 30 days before 8 May is 8 April
        ("2027-04-08", 30, None),
        ("2027-04-09", 30, "issued_late"),
        ("2027-04-09", 0, None),
        ("2027-04-09", 29, None),
    ],
)
def test_a_visa_is_asked_for_with_the_passport_it_is_for(issued, visa_days, code):
    told = found(journey=journey(visa_days=visa_days), issued_on=issued)
    assert told == ([(code, WARNS)] if code else [])


def test_who_goes_home_needs_no_visa():
    there = journey(visa_days=300, country="NZ")
    assert found(journey=there, issued_on="2026-11-01") == []
    assert found(journey=there, issued_on="") == []


def test_without_a_passport_the_time_for_a_visa_runs_out():
    assert found(journey=journey(visa_days=166), passport_number="") == [("missing", STOPS)]
    assert found(journey=journey(visa_days=167), passport_number="") == [
        ("missing", STOPS),
        ("visa_late", WARNS),
    ]


def test_what_stops_a_journey_is_said_before_what_only_warns():
    told = found(
        journey=journey(ticket_name="CHENQUILLFEATHER/MAYA", visa_days=30),
        issued_on="2027-05-01",
        expires_on="2026-01-01",
        nationality="",
    )
    assert told == [
        ("missing", STOPS),
        ("expired", STOPS),
        ("middle_names", WARNS),
        ("issued_late", WARNS),
    ]
