"""Points and SVG path data, written relative and with one decimal to stay small."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from marketplace.web.art.seeded import Dice

Point = tuple[float, float]


def number(value: float, digits: int = 1) -> str:
    """The shortest way to write a number with at most this many decimals."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.startswith(("0.", "-0.")):
        return text.replace("0.", ".", 1)
    return "0" if text == "-0" else text


class Pen:
    """Writes relative path data on a grid of tenths, so that rounding never adds up."""

    def __init__(self, start: Point) -> None:
        self._at = _tenths(start)
        self._parts = [f"M{_pair(self._at)}"]
        self._last = ""

    def line(self, to: Point) -> None:
        target = _tenths(to)
        if target != self._at:
            self._write("l", _pair(_minus(target, self._at)))
            self._at = target

    def curve(self, first: Point, second: Point, to: Point) -> None:
        target = _tenths(to)
        ends = (_tenths(first), _tenths(second), target)
        self._write("c", _join(_pair(_minus(end, self._at)) for end in ends))
        self._at = target

    def quad(self, control: Point, to: Point) -> None:
        target = _tenths(to)
        ends = (_tenths(control), target)
        self._write("q", _join(_pair(_minus(end, self._at)) for end in ends))
        self._at = target

    def close(self) -> None:
        self._parts.append("z")
        self._last = ""

    @property
    def data(self) -> str:
        return "".join(self._parts)

    def _write(self, command: str, numbers: str) -> None:
        glue = "" if numbers.startswith("-") else " "
        self._parts.append(glue + numbers if command == self._last else command + numbers)
        self._last = command


def polygon(points: Iterable[Point]) -> str:
    """Straight closed path data through the points."""
    rest = iter(points)
    pen = Pen(next(rest))
    for point in rest:
        pen.line(point)
    pen.close()
    return pen.data


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A Catmull-Rom curve through the points, as Bezier path data."""
    pen = Pen(points[0])
    add_smooth(pen, points, closed=closed)
    if closed:
        pen.close()
    return pen.data


def smooth_area(points: Sequence[Point], floor: float) -> str:
    """A smooth skyline, filled down to a flat floor."""
    pen = Pen((points[0][0], floor))
    pen.line(points[0])
    add_smooth(pen, points)
    pen.line((points[-1][0], floor))
    pen.close()
    return pen.data


def add_smooth(pen: Pen, points: Sequence[Point], *, closed: bool = False) -> None:
    """Continue a path along a Catmull-Rom curve; the pen stands on the first point."""
    count = len(points)
    for index in range(count if closed else count - 1):
        before, start, end, after = (
            points[_index(index + step, count, closed=closed)] for step in (-1, 0, 1, 2)
        )
        pen.curve(
            (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6),
            (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6),
            end,
        )


def _index(index: int, count: int, *, closed: bool) -> int:
    return index % count if closed else min(count - 1, max(0, index))


def jagged(dice: Dice, start: Point, end: Point, depth: int, amount: float) -> list[Point]:
    """A rock edge: the middle is moved aside, then the middles of both halves, and so on."""
    if depth == 0:
        return [start, end]
    middle = (
        (start[0] + end[0]) / 2 + dice.between(-amount, amount),
        (start[1] + end[1]) / 2 + dice.between(-amount, amount) * 0.5,
    )
    left = jagged(dice, start, middle, depth - 1, amount * 0.55)
    return left + jagged(dice, middle, end, depth - 1, amount * 0.55)[1:]


def skyline(height: Callable[[float], float], step: float = 16, width: float = 800) -> list[Point]:
    """Points of a curve y = height(x), a little over both edges of the canvas."""
    count = math.ceil((width + 2 * step) / step)
    return [(-step + index * step, height(-step + index * step)) for index in range(count + 1)]


def polar(center: Point, radius: float, angle: float) -> Point:
    return center[0] + radius * math.cos(angle), center[1] + radius * math.sin(angle)


def ring(center: Point, count: int, radius: Callable[[float], float]) -> list[Point]:
    """Points around a center, the radius being a function of the angle."""
    angles = (index * math.tau / count for index in range(count))
    return [polar(center, radius(angle), angle) for angle in angles]


def bezier(points: tuple[Point, Point, Point], t: float) -> Point:
    """A point on a quadratic curve at t from 0 to 1."""
    start, control, end = points
    keep = 1 - t
    weights = (keep * keep, 2 * keep * t, t * t)
    return (
        weights[0] * start[0] + weights[1] * control[0] + weights[2] * end[0],
        weights[0] * start[1] + weights[1] * control[1] + weights[2] * end[1],
    )


def tangent(points: tuple[Point, Point, Point], t: float) -> Point:
    """The unit direction of a quadratic curve at t."""
    ahead, behind = bezier(points, t + 0.01), bezier(points, t - 0.01)
    length = math.dist(ahead, behind) or 1.0
    return (ahead[0] - behind[0]) / length, (ahead[1] - behind[1]) / length


def _tenths(point: Point) -> tuple[int, int]:
    return round(point[0] * 10), round(point[1] * 10)


def _minus(end: tuple[int, int], start: tuple[int, int]) -> tuple[int, int]:
    return end[0] - start[0], end[1] - start[1]


def _pair(tenths: tuple[int, int]) -> str:
    return _join(number(part / 10) for part in tenths)


def _join(numbers: Iterable[str]) -> str:
    text = ""
    for part in numbers:
        text += part if not text or part.startswith("-") else f" {part}"
    return text
