"""Carriers whose parcels can be followed on a page of theirs; `carriers.toml` says where."""

import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import quote

_FILE = Path(__file__).with_name("carriers.toml")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{3,39}").fullmatch


def tracking_link(carrier: str, number: str) -> str | None:
    """Where a parcel can be followed; None for a carrier or a number that is not known there."""
    follow = _known().get(_plain(carrier))
    if follow is None or not _NUMBER(number):
        return None
    return follow.format(number=quote(number.replace(" ", ""), safe=""))


def carriers() -> list[str]:
    """The names of the carriers that are known, one each."""
    return [one["names"][0] for one in _file()["carriers"]]


def _plain(name: str) -> str:
    return re.sub(r"[\s.-]", "", name).casefold()


@cache
def _known() -> dict[str, str]:
    """Addresses by plain names; anything that is not https is left out."""
    return {
        _plain(name): one["follow"]
        for one in _file()["carriers"]
        for name in one["names"]
        if one["follow"].startswith("https://")
    }


@cache
def _file() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
