"""What may be asked of each kind of picture, and how the answers are read safely."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from marketplace.web.art.badges import METALS
from marketplace.web.art.icons import has_icon
from marketplace.web.art.merchandise import OBJECTS
from marketplace.web.art.scenes import MOODS, SCENES

OptionValue = str | int | bool


class Option(Protocol):
    def read(self, name: str, value: object) -> OptionValue:
        """The value in its own type; ValueError says what is allowed."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    allowed: tuple[str, ...]

    def read(self, name: str, value: object) -> str:
        if isinstance(value, str) and value in self.allowed:
            return value
        raise ValueError(f"{name} can be {', '.join(self.allowed)}, not {_shown(value)}.")


@dataclass(frozen=True, slots=True)
class Whole:
    low: int
    high: int

    def read(self, name: str, value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
            value = int(value)
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and self.low <= value <= self.high
        ):
            return value
        raise ValueError(
            f"{name} can be a whole number from {self.low} to {self.high}, not {_shown(value)}."
        )


@dataclass(frozen=True, slots=True)
class Flag:
    def read(self, name: str, value: object) -> bool:
        known = {"1": True, "true": True, "0": False, "false": False}
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in known:
            return known[value]
        raise ValueError(f"{name} can be 1, true, 0 or false, not {_shown(value)}.")


@dataclass(frozen=True, slots=True)
class Icon:
    """A Lucide icon name, or one of a few names with a drawing of their own."""

    also: tuple[str, ...] = ()

    def read(self, name: str, value: object) -> str:
        if isinstance(value, str) and (value in self.also or has_icon(value)):
            return value
        own = f"{', '.join(self.also)} or " if self.also else ""
        raise ValueError(f"{name} can be {own}any Lucide icon name, not {_shown(value)}.")


_HUE = Whole(0, 359)

OPTIONS: dict[str, dict[str, Option]] = {
    "scene": {
        "scene": Choice((*sorted(SCENES), "unknown")),
        "mood": Choice(tuple(sorted({mood for moods in MOODS.values() for mood in moods}))),
    },
    "gift_card": {"hue": _HUE, "icon": Icon()},
    "badge": {
        "metal": Choice(tuple(METALS)),
        "icon": Icon(),
        "level": Whole(1, 5),
        "locked": Flag(),
    },
    "merchandise": {"object": Icon(tuple(OBJECTS))},
    "brand": {"hue": _HUE},
    "guilloche": {"hue": _HUE},
    "empty": {"icon": Icon()},
}

VARIANT = Whole(0, 9999)
KINDS = tuple(OPTIONS)


def check_kind(kind: str) -> None:
    if kind not in OPTIONS:
        raise ValueError(f"The kind of art can be {', '.join(KINDS)}, not {_shown(kind)}.")


def checked(kind: str, given: Mapping[str, object]) -> dict[str, OptionValue]:
    """The options of a kind in their own types; ValueError names what is allowed."""
    check_kind(kind)
    known = OPTIONS[kind]
    for name in given:
        if name not in known:
            raise ValueError(f"{kind} art takes {', '.join(known)}, not {_shown(name)}.")
    options = {name: known[name].read(name, value) for name, value in given.items()}
    _check_mood(options)
    return options


def options_from_args(kind: str, mapping: Mapping[str, str]) -> dict[str, OptionValue]:
    """Read a query string for `draw`: known names and values only.

    `v`, which only makes a URL immutable, is passed over; `variant` is read with the options.
    Raises ValueError that names what is allowed.
    """
    given = {name: value for name, value in mapping.items() if name not in {"v", "variant"}}
    options = checked(kind, given)
    if "variant" in mapping:
        options["variant"] = VARIANT.read("variant", mapping["variant"])
    return options


def _check_mood(options: Mapping[str, OptionValue]) -> None:
    scene, mood = options.get("scene"), options.get("mood")
    if mood is None:
        return
    if scene is None or scene == "unknown":
        raise ValueError("mood needs a scene with a name.")
    moods = MOODS[str(scene)]
    if mood not in moods:
        raise ValueError(f"The mood of {scene} can be {', '.join(moods)}, not {_shown(mood)}.")


def _shown(value: object) -> str:
    return repr(value)[:40]
