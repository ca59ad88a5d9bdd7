"""What is drawn is drawn once a process of pytest: the same document is the same bytes.

That it is, the tests of documents say, which draw anew each time.
"""

import json
from typing import Any

import pytest

from marketplace.kernel import documents
from marketplace.kernel.painter import Painter, painter


class _Keeper:
    """A painter that hands out again what it drew before."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._kept: dict[str, bytes] = {}

    def ask(self, deed: str, **of: Any) -> bytes:
        order = json.dumps([deed, of], sort_keys=True)
        if order not in self._kept:
            self._kept[order] = self._painter.ask(deed, **of)
        return self._kept[order]


def keep_drawn(patch: pytest.MonkeyPatch) -> None:
    """Draw each document once from here on."""
    patch.setattr(documents, "painter", _Keeper(painter))


def draw_anew(patch: pytest.MonkeyPatch) -> None:
    """Draw each document whenever it is asked for, as the product does."""
    patch.setattr(documents, "painter", painter)
