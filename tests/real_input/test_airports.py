"""The airports of OpenFlights: all of them with three letters, in one go."""

import pytest
from click.testing import CliRunner

from catalog.airports.cli import airports_cli
from catalog.airports.queries import airport_meant

pytestmark = pytest.mark.real_input


def test_the_airports_of_the_world_come_in_whole(at, openflights):
    file = str(openflights / "airports.dat")
    for said in ("6,072 new, 0 changed, 0 unchanged, 1,626 without", "0 new, 0 changed, 6,072"):
        answer = CliRunner().invoke(airports_cli, ["import", file])
        assert answer.exit_code == 0, answer.output
        assert said in answer.output
        assert "0 in error" in answer.output
    assert airport_meant("LIS").time_zone == "Europe/Lisbon"
