"""Nimbus Cinema, fed by codes, beside Maya, Omar, Priya and Ana at the desk."""

import pytest

from tests.support.codes import Cinema, open_cinema
from tests.support.people import employ_ana
from tests.support.redemption import furnish


@pytest.fixture
def cinema(at, queue) -> Cinema:
    employ_ana()
    return open_cinema(furnish(), low_at=2, guard_days=14)
