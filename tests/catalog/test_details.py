"""Details asked for at redemption: which answers count, and how questions are told apart."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.details import (
    Detail,
    DetailKind,
    answers_to,
    details_of,
    digest,
    problem_with,
    rows_of,
)
from catalog.errors import WrongDetails

TODAY = date(2026, 11, 28)
ENGRAVING = Detail(
    name="engraving", label="Engraving", kind=DetailKind.TEXT, most=20, is_required=False
)
SIZE = Detail(name="size", label="Size", kind=DetailKind.CHOICE, choices=("S", "M", "L"))
DAY = Detail(
    name="day",
    label="Course date",
    kind=DetailKind.DATE,
    first_on=date(2026, 1, 1),
    last_on=date(2027, 5, 14),
)
WISH = Detail(name="wish", label="Wish", kind=DetailKind.LONG_TEXT, most=500)
ALL = (ENGRAVING, SIZE, DAY, WISH)
GOOD = {"engraving": "M. C.", "size": "M", "day": "2027-05-14", "wish": "Two lines\nof it."}


def test_good_answers_are_kept_in_the_words_of_the_day():
    kept = answers_to(ALL, GOOD, today=TODAY)
    assert [(one["label"], one["said"]) for one in kept] == [
        ("Engraving", "M. C."),
        ("Size", "M"),
        ("Course date", "14 May 2027"),
        ("Wish", "Two lines\nof it."),
    ]
    assert [one["value"] for one in kept][2] == "2027-05-14"


@pytest.mark.parametrize(
    ("detail", "text", "said"),
    [
        (SIZE, "", "Choose one: Size."),
        (SIZE, "XXL", "Choose one of those listed."),
        (DAY, "", "Enter a day: Course date."),
        (DAY, "14.5.2027", "Enter a day as year, month and day"),
        (DAY, "2026-11-27", "Enter a day from 28 Nov 2026 on."),
        (DAY, "2027-05-15", "Enter a day until 14 May 2027."),
        (WISH, "   ", "Write this: Wish."),
        (WISH, "x" * 501, "Keep it under 500 characters; this has 501."),
        (WISH, "x" * 1_000_000, "Keep it under 500 characters; this has 1,000,000."),
        (ENGRAVING, "two\nlines", "Write it in one line."),
        (ENGRAVING, "nul\x00", "Use letters, digits and signs only."),
        (ENGRAVING, "\u202egnivargne", "Use letters, digits and signs only."),
        (ENGRAVING, "", ""),
        (ENGRAVING, "Für Maya 🌿", ""),
        (ENGRAVING, "می\u200cخواهد", ""),
    ],
)
def test_a_wrong_answer_is_named_with_what_to_enter(detail, text, said):
    assert problem_with(detail, text, today=TODAY).startswith(said)
    assert bool(problem_with(detail, text, today=TODAY)) == bool(said)


def test_all_wrong_answers_are_named_at_once_and_names_nobody_asked_for():
    with pytest.raises(WrongDetails) as refused:
        answers_to(ALL, {**GOOD, "size": "", "day": "soon", "salary": "1"}, today=TODAY)
    said = refused.value.message
    for words in ("Size: Choose one", "Course date: Enter a day", "Nobody asked for “salary”"):
        assert words in said
    assert "Nothing has been spent" in said


def test_details_survive_being_kept_and_any_change_changes_their_digest():
    assert details_of(rows_of(ALL)) == ALL
    assert digest(ALL) == digest(details_of(rows_of(ALL)))
    assert digest(()) == ""
    others = [ALL[:3], ALL[::-1], (*ALL[:3], replace(WISH, is_required=False))]
    assert len({digest(ALL), *(digest(one) for one in others)}) == 4
