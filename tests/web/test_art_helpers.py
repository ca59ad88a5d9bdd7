"""Color, chance and geometry: small tools that must never drift."""

import math

import pytest

from marketplace.web.art.color import (
    HUES,
    WHITE,
    Lch,
    mix,
    nearest_hue,
    to_hex,
)
from marketplace.web.art.geometry import Pen, jagged, number, polygon, smooth
from marketplace.web.art.icons import has_icon, icon_shapes
from marketplace.web.art.seeded import Dice, Noise, seed_of


def test_known_colors_come_out_as_browsers_show_them():
    assert to_hex(WHITE) == "#ffffff"
    assert to_hex(Lch(0, 0, 0)) == "#000000"
    assert to_hex(Lch(0.627955, 0.257683, 29.234)) == "#ff0000"


def test_a_color_outside_the_screen_loses_chroma_but_keeps_its_lightness():
    assert to_hex(Lch(0.5, 0.4, 150)) == to_hex(Lch(0.5, 0.4, 150 + 360))
    red, green, blue = (int(to_hex(Lch(0.5, 0.4, 150))[i : i + 2], 16) for i in (1, 3, 5))
    assert green > red
    assert green > blue


def test_colors_mix_the_short_way_round_the_wheel():
    assert mix(Lch(0.5, 0.1, 350), Lch(0.5, 0.1, 10), 0.5).hue == pytest.approx(0, abs=1e-6)
    assert mix(WHITE, Lch(0.5, 0.1, 120), 0.5).hue == 120


def test_no_hue_turns_to_olive_mustard_or_brown_when_dark():
    ugly = range(50, 133)
    assert not any(hue in ugly for hue in HUES)
    assert all(nearest_hue(hue) in HUES for hue in range(360))


def test_the_generator_gives_the_published_mulberry32_numbers():
    dice = Dice(1)
    assert [dice.unit() for _ in range(3)] == pytest.approx(
        [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]
    )


def test_seeds_differ_by_kind_slug_and_variant():
    seeds = {
        seed_of(kind, slug, variant)
        for kind in ("scene", "badge")
        for slug in ("lisbon", "oslo")
        for variant in (0, 1)
    }
    assert len(seeds) == 8


def test_dice_stay_inside_their_limits():
    dice = Dice(7)
    assert all(2 <= dice.whole(2, 5) <= 5 for _ in range(200))
    assert {dice.sign() for _ in range(50)} == {-1, 1}
    assert all(1.5 <= dice.between(1.5, 2) <= 2 for _ in range(50))


def test_noise_is_smooth_and_repeats():
    noise = Noise(Dice(3))
    steps = [abs(noise.at(x / 100) - noise.at((x + 1) / 100)) for x in range(1000)]
    assert max(steps) < 0.05
    assert noise.fbm(4.2) == noise.fbm(4.2)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (-0.04, "0"), (0.5, ".5"), (-0.5, "-.5"), (10.0, "10"), (10.04, "10"), (100, "100")],
)
def test_numbers_are_written_as_short_as_possible(value, written):
    assert number(value) == written


def test_rounding_never_adds_up_along_a_path():
    pen = Pen((0, 0))
    for step in range(1, 101):
        pen.line((step * 0.14, 0))
    moves = [float(part) for part in pen.data.removeprefix("M0 0l").replace(" ", ",").split(",")]
    assert math.isclose(sum(moves), 14.0)


def test_shapes_close_and_curves_start_where_they_should():
    assert polygon([(0, 0), (10, 0), (10, 10)]) == "M0 0l10 0 0 10z"
    assert smooth([(1, 2), (3, 4), (5, 2)]).startswith("M1 2c")


def test_a_rock_edge_keeps_its_two_ends():
    edge = jagged(Dice(5), (0, 0), (100, 50), 4, 10)
    assert (edge[0], edge[-1], len(edge)) == ((0, 0), (100, 50), 17)


def test_icons_come_from_the_package_by_name_only():
    assert "<path" in icon_shapes("gift")
    assert not has_icon("../gift")
    with pytest.raises(ValueError, match="no icon named"):
        icon_shapes("no-such-icon")
