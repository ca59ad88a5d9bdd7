"""Trees and plants that several scenes share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, Paint, circle, path, placed, stroke, tag, use
from marketplace.web.art.color import Lch, mix
from marketplace.web.art.geometry import Pen, Point, bezier, number, polygon, tangent
from marketplace.web.art.seeded import Dice


def pine_symbols(canvas: Canvas, dice: Dice, count: int = 4, *, tiers: int = 8) -> list[str]:
    """Pines 100 units tall with their foot at the origin, to be used many times."""
    shapes = [_pine(dice, tiers + dice.whole(-1, 1)) for _ in range(count)]
    return [canvas.symbol(tag("path", d=shape)) for shape in shapes]


def _pine(dice: Dice, tiers: int) -> str:
    width = dice.between(17, 22)
    left, right = _pine_side(dice, tiers, width, -1), _pine_side(dice, tiers, width, 1)
    return polygon([(0, -100), *right, (2, -5), (2, 0), (-2, 0), (-2, -5), *reversed(left)])


def _pine_side(dice: Dice, tiers: int, width: float, side: int) -> list[Point]:
    points: list[Point] = []
    for tier in range(1, tiers + 1):
        t = tier / tiers
        reach = width * t**0.85 * dice.between(0.82, 1.12)
        y = -100 + 94 * t**0.93
        points += [(side * reach, y + 1.5 + 2.5 * t), (side * reach * 0.48, y - 1)]
    return points


@dataclass(frozen=True, slots=True)
class Pines:
    """Symbols to choose from and the dice that chooses."""

    symbols: list[str]
    dice: Dice

    def at(self, foot: Point, height: float, fill: Paint | None = None) -> str:
        width = height * self.dice.between(0.86, 1.14) * self.dice.sign()
        transform = placed(foot[0], foot[1], width / 100, height / 100)
        return use(self.dice.pick(self.symbols), transform, fill=fill)


@dataclass(frozen=True, slots=True)
class PalmColors:
    leaf: Lch
    deep: Lch
    trunk: Lch
    light: Lch


def draw_palm(canvas: Canvas, dice: Dice, foot: Point, size: Point, colors: PalmColors) -> None:
    """A palm from its foot; size is (lean to the side, height)."""
    lean, height = size
    crown = (foot[0] + lean, foot[1] - height)
    spine = (foot, (foot[0] + lean * 0.12, foot[1] - height * 0.62), crown)
    scale = min(1.12, 0.5 + height / 460)
    canvas.add(
        path(
            _trunk(spine, scale),
            canvas.linear(
                (foot[0] - 8, 0), (foot[0] + lean + 8, 0), [(0, colors.trunk), (1, colors.light)]
            ),
        )
    )
    canvas.add(stroke(_rings(spine, scale), colors.deep, 1.2, opacity=0.4))
    angles = [math.pi * (0.02 + 0.96 * (i + dice.between(-0.18, 0.18)) / 8) for i in range(9)]
    behind = sorted(angles, key=lambda angle: -abs(math.cos(angle)))
    for order, angle in enumerate(behind[::-1]):
        reach = scale * dice.between(98, 126)
        color = mix(colors.deep, colors.leaf, min(1.0, order / 7))
        _draw_frond(canvas, _frond_spine(crown, angle, reach), scale, color, colors.light)
    for dx, dy in ((-5, 3), (4, 5), (0, 8)):
        canvas.add(
            circle(
                (crown[0] + dx * scale, crown[1] + dy * scale),
                4.2 * scale,
                mix(colors.trunk, colors.light, 0.3),
            )
        )


def _trunk(spine: tuple[Point, Point, Point], scale: float) -> str:
    left, right = [], []
    for index in range(9):
        t = index / 8
        (x, y), (dx, dy) = bezier(spine, t), tangent(spine, t)
        half = scale * (10.5 - 6.5 * t**0.6)
        left.append((x + dy * half, y - dx * half))
        right.append((x - dy * half, y + dx * half))
    return polygon(left + right[::-1])


def _rings(spine: tuple[Point, Point, Point], scale: float) -> str:
    data = ""
    for index in range(2, 17):
        t = index / 17
        (x, y), (dx, dy) = bezier(spine, t), tangent(spine, t)
        half = scale * (8.6 - 5.2 * t**0.6)
        pen = Pen((x + dy * half, y - dx * half))
        pen.quad((x - dx * 3, y - dy * 3), (x - dy * half, y + dx * half))
        data += pen.data
    return data


def _frond_spine(crown: Point, angle: float, reach: float) -> tuple[Point, Point, Point]:
    across, up = math.cos(angle), math.sin(angle)
    droop = reach * (0.24 + 0.56 * abs(across))
    return (
        crown,
        (crown[0] + across * reach * 0.62, crown[1] - up * reach * 0.55 - reach * 0.3),
        (crown[0] + across * reach, crown[1] - up * reach * 0.62 + droop),
    )


def _draw_frond(
    canvas: Canvas, spine: tuple[Point, Point, Point], scale: float, color: Lch, light: Lch
) -> None:
    pen = Pen(spine[0])
    for index in range(1, 7):
        point, (dx, dy) = bezier(spine, index / 6), tangent(spine, index / 6)
        lift = scale * 3.2 * math.sin(math.pi * index / 6)
        side = 1 if dx >= 0 else -1
        pen.line((point[0] + dy * lift * side, point[1] - dx * lift * side))
    for index in range(17, 0, -1):
        tip, notch = _leaflet(spine, index / 18, scale)
        pen.line(tip)
        pen.line(notch)
    pen.close()
    rib = Pen(spine[0])
    rib.quad(spine[1], spine[2])
    canvas.add(path(pen.data, color), stroke(rib.data, mix(color, light, 0.45), 1.1, opacity=0.55))


def _leaflet(spine: tuple[Point, Point, Point], t: float, scale: float) -> tuple[Point, Point]:
    """The tip of a leaf blade and the notch beside it, hanging from the rib."""
    (x, y), (dx, dy) = bezier(spine, t), tangent(spine, t)
    side = 1 if dx >= 0 else -1
    length = scale * (7 + 25 * math.sin(math.pi * min(1.0, t * 0.95 + 0.08)) ** 0.8)
    down = (-dy * side, dx * side)
    tip = (
        x + down[0] * length * 0.72 + dx * length * 0.6,
        y + down[1] * length * 0.72 + dy * length * 0.6 + length * 0.2,
    )
    return tip, (x + down[0] * 2.5 * scale, y + down[1] * 2.5 * scale)


def reeds(dice: Dice, left: float, right: float, floor: float, count: int) -> str:
    """Path data of thin bent blades."""
    data = ""
    for _ in range(count):
        x, tall, bend = dice.between(left, right), dice.between(14, 42), dice.between(-10, 10)
        data += f"M{number(x)} {number(floor)}q{number(bend * 0.1)} {number(-tall * 0.6)}"
        data += f" {number(bend)} {number(-tall)}"
    return data
