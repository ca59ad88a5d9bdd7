"""Outlines from the Lucide package, ready to be drawn into a picture."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_SVG = "{http://www.w3.org/2000/svg}"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@lru_cache(maxsize=1)
def _archive() -> ZipFile:
    return ZipFile(BytesIO((files("lucide") / "lucide.zip").read_bytes()))


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    return frozenset(name.removesuffix(".svg") for name in _archive().namelist())


def has_icon(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name in icon_names()


@lru_cache(maxsize=256)
def icon_shapes(name: str) -> str:
    """The shapes of an icon on its 24 by 24 grid, without paint of their own."""
    if not has_icon(name):
        raise ValueError(f"There is no icon named {name!r}. Use a Lucide name such as 'gift'.")
    root = ET.fromstring(_archive().read(f"{name}.svg").decode())  # noqa: S314 - from our package
    return "".join(_shape(node) for node in root)


def _shape(node: ET.Element) -> str:
    attributes = "".join(
        f' {key}="{value}"' for key, value in node.attrib.items() if key not in {"fill", "stroke"}
    )
    return f"<{node.tag.removeprefix(_SVG)}{attributes}/>"
