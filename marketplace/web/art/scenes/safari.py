"""A plain at the end of the day: acacias, giraffes and a far white-topped mountain."""

from __future__ import annotations

from marketplace.web.art.canvas import Canvas, group, path, placed, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import Pen, Point, number, polygon, skyline, smooth, smooth_area
from marketplace.web.art.scenes.desert import MOODS as LANDS
from marketplace.web.art.scenes.desert import Land
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import draw_birds, draw_clouds, draw_sky, draw_sun

MOODS = LANDS
PLAIN = 368


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    land = MOODS[mood]
    sun = (dice.between(480, 550), dice.between(232, 256))
    draw_sky(canvas, land.sky, PLAIN)
    draw_sun(canvas, land.sky, sun, 78, 320)
    draw_clouds(canvas, dice, land.sky, 4, (70, 170))
    draw_birds(canvas, dice, (sun[0] - 150, sun[1] - 92), land.plant[0])
    _draw_mountain(canvas, dice, land)
    dark = land.shade.lighter(-0.31).muted(0.62)
    _draw_plain(canvas, dice, land, dark)


def _draw_mountain(canvas: Canvas, dice: Dice, land: Land) -> None:
    noise = Noise(dice)
    color = mix(land.sky.low, land.mesa[1], 0.45)

    def top(x: float) -> float:
        away = abs(x - 250) / 330
        flat = 1 - max(0.0, away - 0.2) ** 0.85
        return PLAIN - max(0.0, 170 * flat) + 5 * noise.fbm(x / 40, 3)

    fade = canvas.down(198, PLAIN, [(0, color), (1, mix(color, land.sky.low, 0.85))])
    canvas.add(path(smooth_area(skyline(top, 12), PLAIN + 6), fade))
    rim = [(float(x), top(x) - 0.6) for x in range(140, 362, 12)]
    teeth = [
        (x - 7, y + (dice.between(18, 34) if index % 2 else dice.between(7, 13)))
        for index, (x, y) in enumerate(rim[::-1][1:-1])
    ]
    canvas.add(path(polygon([*rim, *teeth]), mix(WHITE, land.sky.low, 0.25), opacity=0.9))


def _draw_plain(canvas: Canvas, dice: Dice, land: Land, dark: Lch) -> None:
    for row, base in enumerate((366, 400, 450)):
        noise = Noise(dice)
        color = mix(mix(land.sand[0], land.sand[1], 0.3 + 0.35 * row), dark, 0.12 + 0.3 * row)

        def top(x: float, n: Noise = noise, b: float = base) -> float:
            return b + 6 * n.at(x / 190)

        _plant_row(canvas, dice, row, top(400), (color, mix(dark, land.sky.low, 0.5 - 0.25 * row)))
        fade = canvas.down(base - 6, base + 70, [(0, color), (1, mix(color, dark, 0.3))])
        canvas.add(path(smooth_area(skyline(top, 36), 502), fade))
        grass = _grass(dice, base, row)
        canvas.add(
            stroke(grass, mix(color, land.sky.sun if row < 2 else dark, 0.35), 1.4, opacity=0.6)
        )
    draw_acacia(canvas, dice, (dice.between(96, 130), 486), 300, dark)
    canvas.add(stroke(_grass(dice, 494, 4), dark, 2.2))


def _plant_row(canvas: Canvas, dice: Dice, row: int, level: float, colors: tuple[Lch, Lch]) -> None:
    tree = colors[1]
    places = (((330, 52), (640, 62), (720, 44)), ((700, 118), (250, 84)), ())[row]
    for x, height in places:
        draw_acacia(canvas, dice, (x + dice.between(-20, 20), level + 6), height, tree)
    if row == 1:
        for x, scale in ((424, 0.88), (500, 0.7), (564, 0.46)):
            canvas.add(_giraffe(dice, (x + dice.between(-8, 8), level + 8), scale, tree))


def _giraffe(dice: Dice, foot: Point, scale: float, color: Lch) -> str:
    """A silhouette about 130 units tall that looks to the right."""
    body = smooth(
        [(-30, -62), (-12, -70), (12, -76), (24, -70), (26, -56), (8, -46), (-18, -46), (-31, -50)],
        closed=True,
    )
    neck = polygon([(8, -72), (38, -124), (45, -122), (44, -112), (28, -60)])
    head = smooth(
        [(36, -124), (42, -130), (50, -127), (63, -117), (62, -113), (52, -113), (42, -114)],
        closed=True,
    )
    legs = stroke(
        "M-25-52L-27-24-26 0M-17-48L-20-22-18 0M15-50L14-24 16 0M23-54L23-26 25 0", color, 4.6
    )
    tail = stroke("M-30-60Q-38-48-35-34M40-128V-134M45-129L46-135", color, 2.2)
    side = 1 if dice.chance(0.75) else -1
    return group(
        path(body + neck + head, color),
        legs,
        tail,
        fill=color,
        transform=placed(foot[0], foot[1], scale * side, scale),
    )


def draw_acacia(canvas: Canvas, dice: Dice, foot: Point, height: float, color: Lch) -> None:
    """A slender trunk that forks, under flat layered crowns."""
    x, y = foot
    crown = y - height * 0.82
    lean = dice.between(-0.08, 0.08) * height
    for tip in (-0.36, -0.12, 0.16, 0.4):
        pen = Pen((x, y))
        fork = (x + lean, y - height * 0.42)
        pen.quad((x + lean * 0.2, y - height * 0.25), fork)
        pen.quad(
            (fork[0] + tip * height * 0.25, fork[1] - height * 0.16),
            (x + lean + tip * height, crown + height * 0.05),
        )
        canvas.add(stroke(pen.data, color, max(1.2, height * 0.022)))
    canvas.add(
        stroke(
            f"M{number(x)} {number(y)}Q{number(x + lean * 0.2)} {number(y - height * 0.25)}"
            f" {number(x + lean)} {number(y - height * 0.42)}",
            color,
            max(2.0, height * 0.042),
        )
    )
    for across, up, wide in (
        (0.0, 0.03, 0.62),
        (-0.26, -0.06, 0.4),
        (0.3, -0.04, 0.42),
        (0.04, 0.12, 0.42),
    ):
        center = (x + lean + across * height, crown - up * height)
        canvas.add(path(_crown(dice, center, wide * height), color))


def _crown(dice: Dice, center: Point, half: float) -> str:
    """A flat lens with a tufted upper edge."""
    count = 9
    upper = [
        (
            center[0] + half * (2 * index / count - 1),
            center[1]
            - half * 0.27 * (1 - (2 * index / count - 1) ** 2) ** 0.6 * dice.between(0.75, 1.1),
        )
        for index in range(count + 1)
    ]
    lower = [
        (center[0] + half * (1 - 2 * index / 5), center[1] + half * 0.07 * dice.between(0.4, 1.4))
        for index in range(1, 5)
    ]
    return smooth([*upper, *lower], closed=True)


def _grass(dice: Dice, base: float, row: int) -> str:
    data = ""
    for _ in range(34 if row < 4 else 70):
        x, y = dice.between(0, 800), base + dice.between(4, 34 if row < 4 else 10)
        tall = dice.between(4, 8) * (1 + row * 0.55)
        data += f"M{number(x)} {number(y)}l{number(dice.between(-0.4, 0.4) * tall)} {number(-tall)}"
    return data
