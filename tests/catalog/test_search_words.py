"""Searching folds case, accents and signs the same way on every engine."""

import pytest

from catalog.search_words import asked_words, fold, search_text, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Tromsø", "tromso"),
        ("CAFÉ", "cafe"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
    ],
)
def test_letters_are_compared_without_case_and_accents(text, folded):
    assert fold(text) == folded


def test_words_are_what_stands_between_signs():
    assert words_of("Northern lights, Tromsø (5 days)") == [
        "northern",
        "lights",
        "tromso",
        "5",
        "days",
    ]


def test_each_word_stands_once_behind_a_space():
    assert search_text(["Trail backpack", "the trail"]) == " trail backpack the"


def test_a_long_question_is_cut_to_what_is_looked_at():
    assert len(asked_words("a b c d e f g h i")) == 6
    assert asked_words("%_'\"--;") == []
