"""How far two words are apart, and that words close to each other share what remains of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.spelling import edits_between, edits_forgiven, nearest, remains


@pytest.mark.parametrize(
    ("typed", "meant", "edits"),
    [
        ("backpack", "backpack", 0),
        ("bakcpack", "backpack", 1),
        ("backkpack", "backpack", 1),
        ("bacpack", "backpack", 1),
        ("vackpacl", "backpack", 2),
        ("tnet", "tent", 1),
        ("lamp", "tent", 4),
    ],
)
def test_edits_are_counted(typed, meant, edits):
    assert edits_between(typed, meant) == edits


@pytest.mark.parametrize(
    ("word", "edits"),
    [("bag", 0), ("lisb", 1), ("lisbon", 1), ("bagpack", 2), ("backpack", 2), ("2027", 0)],
)
def test_longer_words_are_forgiven_more(word, edits):
    assert edits_forgiven(word) == edits


def test_the_nearest_word_begins_alike():
    assert nearest("tamp", ["lamp", "camp", "tame", "stamp"]) == "tame"
    assert nearest("zebra", ["lamp", "camp"]) is None


letters = st.text("abcd", min_size=4, max_size=12)


@given(
    typed=letters,
    edits=st.lists(st.tuples(st.integers(0, 11), st.sampled_from("xab<>")), max_size=2),
)
def test_a_word_near_enough_always_shares_what_remains(typed, edits):
    """What the database looks up never misses a word that `nearest` would accept."""
    meant = typed
    for place, edit in edits:
        before, after = meant[:place], meant[place:]
        if edit == "<":
            meant = before + after[1:]
        elif edit == ">":
            meant = before + after[1:2] + after[:1] + after[2:]
        else:
            meant = before + edit + after
    if len(meant) >= 4 and edits_between(typed, meant) <= edits_forgiven(typed):
        assert remains(typed) & remains(meant)
