"""Felix of finance, who pays at the Stripe of the tests."""

from collections.abc import Iterator

import pytest

from tests.support.stripe.till import Till, till


@pytest.fixture
def felix(app, at, queue, monkeypatch) -> Iterator[Till]:
    """Felix, and the Stripe he pays at."""
    with till(app, queue, monkeypatch) as here:
        yield here
