"""What tests of requests share."""

import pytest

from marketplace.kernel.jobs import HANDLERS


@pytest.fixture
def unfulfilled(monkeypatch):
    """Approved lines stay where they are: fulfillment has tests of its own."""
    monkeypatch.setitem(HANDLERS, "redemption.fulfill", lambda line_id: None)
