"""Where the customer files lie: beside the checkout. Without them these tests are skipped."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared/data"


def _folder(name: str) -> Path:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"NO REAL INPUT: {folder} is not there, so this was NOT checked")
    return folder


@pytest.fixture(scope="session")
def adventureworks() -> Path:
    """People, orders and targets of a bicycle maker."""
    return _folder("adventureworks")


@pytest.fixture(scope="session")
def crm_leads() -> Path:
    """Leads, deals and agents of a CRM."""
    return _folder("crm_leads")


@pytest.fixture(scope="session")
def expected() -> Path:
    """Figures computed independently from that input."""
    return _folder("expected")


@pytest.fixture(scope="session")
def openflights() -> Path:
    """Airports of the world."""
    return _folder("openflights")
