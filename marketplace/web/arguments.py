"""Numbers in the address of a page: where a list goes on, which variant is meant."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask import request

from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number

LARGEST_ID = 10**15
Row = TypeVar("Row")


def id_asked(name: str, sent: Mapping[str, str] | None = None) -> int | None:
    """The id under `name` in the address, or in what else was `sent`; None when there is none.

    Raises BadInput for what is no id.
    """
    text = (request.args if sent is None else sent).get(name)
    if not text:
        return None
    try:
        return parse_whole_number(text, low=1, high=LARGEST_ID)
    except CannotRead as unreadable:
        raise BadInput(
            "This address is not whole, so we can't tell what it asks for. Open the page from the "
            "menu and go on from there."
        ) from unreadable


def id_if_readable(name: str) -> int | None:
    """The same where a word that is no id narrows nothing."""
    try:
        return id_asked(name)
    except BadInput:
        return None


def is_id(text: str) -> bool:
    """Whether a text that was sent can be an id: one of many that were ticked."""
    try:
        return bool(parse_whole_number(text, low=1, high=LARGEST_ID))
    except CannotRead:
        return False


def rows_asked(rows: Sequence[Row], at_once: int) -> tuple[Sequence[Row], dict[str, Any]]:
    """The rows from the place on that the address asks for (`from`), and what turns the pages."""
    start = id_if_readable("from") or 0
    end = start + at_once
    return rows[start:end], {"start": start, "following": end if end < len(rows) else None}
