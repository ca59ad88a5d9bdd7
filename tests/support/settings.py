"""Settings other than those the tests begin with."""

from dataclasses import replace
from typing import Any

import pytest

from marketplace.kernel import settings


def set_here(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let this process have other settings until the test ends."""
    monkeypatch.setattr(settings, "_current", replace(settings.current(), **changes))
