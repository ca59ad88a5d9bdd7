"""What a reference is, whatever way it is typed, and what a claim brings."""

import pytest

from marketplace.programs.claims.normal import normal_reference
from marketplace.programs.claims.terms import MOST_POINTS, ClaimTerms


@pytest.mark.parametrize(
    "typed",
    [
        "inv-42",
        " INV 42 ",
        "Inv–0042",
        "INV—00042",
        "ＩＮＶ４２",
        "IΝV-42",  # a Greek Nu
        "ΙNV/42",  # a Greek Iota
        "I\u200bNV-\u06602\u200d".replace("\u06602", "\u0664\u0662"),  # Arabic digits, no width
        "ÍNV.42",
        "inv\u2011042",
    ],
)
def test_one_invoice_is_one_however_it_is_typed(typed):
    assert normal_reference(typed) == "inv42"


@pytest.mark.parametrize(("one", "other"), [("INV-42", "INV-43"), ("A-10", "A-100"), ("0", "1")])
def test_different_references_stay_different(one, other):
    assert normal_reference(one) != normal_reference(other)


def test_cyrillic_look_alikes_and_zeros_alone():
    assert normal_reference("СНЕК-7") == normal_reference("chek 007")
    assert normal_reference("000") == "0"
    assert normal_reference(" -–/ ") == ""


def test_points_per_amount_are_rounded_down_and_have_an_end():
    terms = ClaimTerms(points=2, per_amount=5_000, currency="EUR")
    assert terms.points_for(17_499) == 6
    assert terms.formula(17_499) == "€174.99 ÷ €50, rounded down, is 3; 3 × 2 is 6 points"
    assert terms.points_for(10**12) == MOST_POINTS
    assert "at most 1,000,000 points" in terms.formula(10**12)
    assert terms.sentences()[0] == "2 points for every full €50 of an approved claim."
