"""Terms of rules: frozen dataclasses in the code, JSON in `program_rules`, the same both ways."""

from typing import Any, TypeVar

from cattrs.preconf.json import make_converter

T = TypeVar("T")
_converter = make_converter(forbid_extra_keys=True)


def terms_as_json(terms: Any) -> dict[str, Any]:
    """What a rule version keeps of its terms."""
    return _converter.unstructure(terms)


def terms_from_json(kind: type[T], kept: dict[str, Any]) -> T:
    """The terms a rule version kept, as the dataclass of its kind of program."""
    return _converter.structure(kept, kind)
