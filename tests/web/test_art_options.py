"""A query string can ask for known things only."""

import pytest

from marketplace.web.art import draw, options_from_args


def test_a_view_passes_a_query_string_on_to_the_engine():
    options = options_from_args(
        "badge", {"v": "abc", "metal": "silver", "level": "3", "locked": "1", "variant": "7"}
    )
    assert options == {"metal": "silver", "level": 3, "locked": True, "variant": 7}
    assert draw("badge", "bridge-builder", **options).startswith("<svg")


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("badge", {"metal": "tin"}, "bronze, silver, gold, platinum, aurora"),
        ("badge", {"level": "6"}, "from 1 to 5"),
        ("badge", {"level": "٣"}, "from 1 to 5"),
        ("badge", {"level": "-1"}, "from 1 to 5"),
        ("badge", {"locked": "maybe"}, "1, true, 0 or false"),
        ("badge", {"icon": "../../etc/passwd"}, "Lucide icon name"),
        ("badge", {"color": "red"}, "metal, icon, level, locked"),
        ("badge", {"variant": "10000"}, "from 0 to 9999"),
        ("gift_card", {"hue": "360"}, "from 0 to 359"),
        ("merchandise", {"object": "spaceship"}, "headphones, bottle"),
        ("scene", {"scene": "moon"}, "aurora, beach"),
        ("scene", {"scene": "beach", "mood": "night"}, "day, sunset, lagoon"),
        ("scene", {"mood": "night"}, "scene with a name"),
        ("scene", {"scene": "unknown", "mood": "night"}, "scene with a name"),
        ("portrait", {}, "scene, gift_card, badge"),
    ],
)
def test_an_unknown_wish_is_answered_with_what_is_allowed(kind, given, told):
    with pytest.raises(ValueError, match=r"can be|takes|needs") as refusal:
        options_from_args(kind, given)
    assert told in str(refusal.value)


def test_a_long_wrong_value_is_not_repeated_in_full():
    with pytest.raises(ValueError, match="scene can be") as refusal:
        options_from_args("scene", {"scene": "x" * 5000})
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("variant", [-1, 10_000, True])
def test_drawing_refuses_a_variant_out_of_range(variant):
    with pytest.raises(ValueError, match="from 0 to 9999"):
        draw("scene", "lisbon", variant=variant)


def test_drawing_refuses_what_a_kind_does_not_take():
    with pytest.raises(ValueError, match="gift_card art takes hue, icon"):
        draw("gift_card", "atlas", metal="gold")


def test_a_slug_cannot_smuggle_markup_into_a_picture():
    picture = draw("scene", '"><script>alert(1)</script>', scene="beach")
    assert "script" not in picture


def test_merchandise_without_its_own_drawing_becomes_a_tile_with_an_icon():
    tile = draw("merchandise", "theater-night", object="ticket")
    assert tile != draw("merchandise", "theater-night", object="mug")
    assert tile.count("<g ") >= 2
