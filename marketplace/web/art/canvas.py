"""The sheet a picture is drawn on: shapes, gradients, shared symbols, one SVG text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from marketplace.web.art.color import Lch
from marketplace.web.art.geometry import Point, number

Paint = str | Lch
Stop = tuple[float, Lch] | tuple[float, Lch, float]


def tag(name: str, content: str = "", /, **attributes: Paint | float | None) -> str:
    """One SVG element; underscores in attribute names become hyphens, None leaves one out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(key, value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(key: str, value: Paint | float) -> str:
    if isinstance(value, Lch):
        return value.hex
    if isinstance(value, str):
        return value
    return number(value, 2 if "opacity" in key else 1)


def path(data: str, fill: Paint = "none", /, **attributes: Paint | float | None) -> str:
    return tag("path", d=data, fill=fill, **attributes)


def stroke(data: str, color: Paint, width: float, **attributes: Paint | float | None) -> str:
    """A line with round ends and joins."""
    return tag(
        "path",
        d=data,
        fill="none",
        stroke=color,
        stroke_width=width,
        stroke_linecap="round",
        stroke_linejoin="round",
        **attributes,
    )


def rect(box: Sequence[float], fill: Paint, /, **attributes: Paint | float | None) -> str:
    """A rectangle given as left, top, width, height."""
    x, y, width, height = box
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **attributes)


def circle(center: Point, radius: float, fill: Paint, **attributes: Paint | float | None) -> str:
    return tag("circle", cx=center[0], cy=center[1], r=radius, fill=fill, **attributes)


def ellipse(center: Point, radii: Point, fill: Paint, **attributes: Paint | float | None) -> str:
    x, y = center
    return tag("ellipse", cx=x, cy=y, rx=radii[0], ry=radii[1], fill=fill, **attributes)


def group(*parts: str, **attributes: Paint | float | None) -> str:
    return tag("g", "".join(parts), **attributes)


class Canvas:
    """Collects definitions and shapes; every id carries a prefix that no other picture has."""

    def __init__(self, width: int, height: int, prefix: str, *, crop: bool = False) -> None:
        self.width = width
        self.height = height
        self._prefix = prefix
        self._crop = crop
        self._definitions: dict[str, str] = {}
        self._shapes: list[str] = []

    def add(self, *shapes: str) -> None:
        self._shapes.extend(shapes)

    @contextmanager
    def grouped(self, **attributes: Paint | float | None) -> Iterator[None]:
        """Everything added inside stands in one group with these attributes."""
        outside, self._shapes = self._shapes, []
        yield
        outside.append(group(*self._shapes, **attributes))
        self._shapes = outside

    def linear(self, start: Point, end: Point, stops: Sequence[Stop]) -> str:
        """A paint that changes from one absolute point to another."""
        places = f'x1="{number(start[0])}" y1="{number(start[1])}"'
        places += f' x2="{number(end[0])}" y2="{number(end[1])}"'
        return self._gradient("linearGradient", places, stops)

    def down(self, top: float, bottom: float, stops: Sequence[Stop]) -> str:
        return self.linear((0, top), (0, bottom), stops)

    def radial(self, center: Point, radius: float, stops: Sequence[Stop]) -> str:
        """A paint that changes from a center outward."""
        places = f'cx="{number(center[0])}" cy="{number(center[1])}" r="{number(radius)}"'
        return self._gradient("radialGradient", places, stops)

    def symbol(self, markup: str) -> str:
        """Keep a shape for repeated use; returns the reference for `use`."""
        return "#" + self._define(f'<g id="{{id}}">{markup}</g>')

    def clip(self, markup: str) -> str:
        name = self._define(f'<clipPath id="{{id}}">{markup}</clipPath>')
        return f"url(#{name})"

    def svg(self) -> str:
        crop = ' preserveAspectRatio="xMidYMid slice"' if self._crop else ""
        definitions = "".join(
            markup.replace("{id}", name, 1) for markup, name in self._definitions.items()
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
            f"{crop}><defs>{definitions}</defs>{''.join(self._shapes)}</svg>"
        )

    def _gradient(self, name: str, places: str, stops: Sequence[Stop]) -> str:
        # Bounding-box units become a tiny tiling pattern in PDF that some viewers leave blank.
        markup = f'<{name} id="{{id}}" gradientUnits="userSpaceOnUse" {places}>'
        markup += "".join(_stop(stop) for stop in stops) + f"</{name}>"
        return f"url(#{self._define(markup)})"

    def _define(self, markup: str) -> str:
        return self._definitions.setdefault(markup, f"{self._prefix}{len(self._definitions)}")


def _stop(stop: Stop) -> str:
    faded = stop[2] if len(stop) == 3 and stop[2] < 1 else None
    return tag("stop", offset=number(stop[0], 3), stop_color=stop[1], stop_opacity=faded)


def use(reference: str, transform: str, **attributes: Paint | float | None) -> str:
    return tag("use", href=reference, transform=transform, **attributes)


def placed(x: float, y: float, scale_x: float = 1.0, scale_y: float | None = None) -> str:
    """A transform that moves the origin to a place and scales there."""
    tall = scale_x if scale_y is None else scale_y
    return f"matrix({number(scale_x, 3)} 0 0 {number(tall, 3)} {number(x)} {number(y)})"
