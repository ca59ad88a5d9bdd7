"""Reading TOML tables so strictly that a misspelt key is named, with the key that was meant."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from marketplace.kernel.tabular.problems import ProfileProblem, shown

T = TypeVar("T")


class Section:
    """One table of a profile: take what is known, then `finish` refuses what is left."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise ProfileProblem(f"[{path}] has to be a table with keys of its own.")
        self._left: dict[str, Any] = dict(values)
        self._known: set[str] = set()
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, read: Callable[[object, str], T], default: T) -> T:
        """The value of `key` through `read(value, where)`, or the default when it is absent."""
        self._known.add(key)
        if key not in self._left:
            return default
        return read(self._left.pop(key), self._where(key))

    def need(self, key: str, read: Callable[[object, str], T]) -> T:
        """Like `take`, but the key has to be there."""
        if key not in self._left:
            raise ProfileProblem(f"The profile needs {self._where(key)}.")
        return read(self._left.pop(key), self._where(key))

    def each(self) -> list[tuple[str, object, str]]:
        """Every key left with its value and its place, for tables whose keys are free names."""
        found = [(key, value, self._where(key)) for key, value in self._left.items()]
        self._left.clear()
        return found

    def finish(self) -> None:
        """Refuse keys that nobody took."""
        for key in self._left:
            raise unknown_name(f"“{self._where(key)}” is no key of a profile", key, self._known)

    def _where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def unknown_name(fact: str, name: str, known: set[str] | list[str]) -> ProfileProblem:
    """The refusal of a name, with the nearest known one or all of them."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(sorted(known))}."
    return ProfileProblem(f"{fact}. {hint}")


def text(value: object, where: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ProfileProblem(f"{where} has to be a text in quotes, not {shown(value)!r}.")
    return value


def any_text(value: object, where: str) -> str:
    """A text, empty or not."""
    return "" if value == "" else text(value, where)


def texts(value: object, where: str) -> tuple[str, ...]:
    """One text or a list of them."""
    values = value if isinstance(value, list) else [value]
    return tuple(any_text(one, where) for one in values)


def flag(value: object, where: str) -> bool:
    """Either true or false."""
    if not isinstance(value, bool):
        raise ProfileProblem(f"{where} has to be true or false.")
    return value


def count(low: int, high: int) -> Callable[[object, str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ProfileProblem(f"{where} has to be a whole number from {low} to {high:,}.")
        return value

    return read


def one_of(*choices: str) -> Callable[[object, str], Any]:
    """A reader of one word out of a few."""

    def read(value: object, where: str) -> str:
        if value not in choices:
            raise unknown_name(f"{where} can't be “{shown(value)}”", str(value), list(choices))
        return str(value)

    return read
