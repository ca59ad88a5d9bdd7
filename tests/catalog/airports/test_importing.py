"""Airports come in from a file that the company brings; the ones here are invented."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.airports.cli import airports_cli
from catalog.airports.errors import NoSuchAirport, SeveralAirports
from catalog.airports.models import Airport
from catalog.airports.queries import airport_meant, airport_of, airports_like
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import CannotReadTable


def row(name, city, letters, place, zone):
    """A line of the file as OpenFlights writes it."""
    return f'7,"{name}","{city}","Brinmark",{letters},{place},12,0,"E",{zone},"airport","x"'


NORTH = row(
    *("Port Ellis North", "Port Ellis", '"QXA","BRPE"', "61.25,-14.5", '"Atlantic/Reykjavik"')
)
SOUTH = row("Port Ellis South", "Port Ellis", '"QXB",\\N', "61.1,-14.6", "\\N")
VIEW = row("Sjøvik Fjord Field", "Sjøvik", '"QXC","BRSJ"', "62,-13", '"Europe/Oslo"')
BASE = row("Nameless Base", "", '\\N,"BRNB"', "60,-12", "\\N")


@pytest.fixture
def run(at, tmp_path):
    def running(*rows, more=()):
        file = tmp_path / "airports.dat"
        file.write_text("\n".join(rows) + "\n", "utf-8")
        answer = CliRunner().invoke(airports_cli, ["import", str(file), *more])
        if isinstance(answer.exception, Exception):
            raise answer.exception
        return answer.output

    return running


def test_a_file_comes_in_once_and_is_corrected(run):
    assert "3 new, 0 changed, 0 unchanged, 1 without three letters" in run(NORTH, SOUTH, VIEW, BASE)
    assert "0 new, 0 changed, 3 unchanged" in run(NORTH, SOUTH, VIEW, BASE)
    moved = SOUTH.replace('"E",\\N', '"E","Atlantic/Faroe"')
    assert "0 new, 1 changed, 0 unchanged" in run(moved)
    assert airport_of("QXB").time_zone == "Atlantic/Faroe"


def test_a_dry_run_changes_nothing(run):
    assert "Would be 1 new" in run(NORTH, more=["--dry-run"])
    assert airport_of("QXA") is None


def test_rows_in_error_are_named_and_keep_the_file_out(run):
    bad = NORTH.replace('"QXA"', '"QX"')
    with pytest.raises(BadInput, match="1 row in error; nothing was imported"):
        run(bad, VIEW)
    assert airport_of("QXC") is None
    said = run(bad, VIEW, more=["--skip-errors"])
    assert "line 1, IATA “QX”: This is no code of three letters." in said
    assert airport_of("QXC") is not None


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('"QXA"', '"QX"', "This is no code of three letters"),
        ('"Port Ellis North"', '""', "There is none"),
        ('"Brinmark"', '"Brin\u200bmark"', "signs that nobody sees"),
        ('"Atlantic/Reykjavik"', '"Atlantis/North"', "There is no such time zone"),
    ],
)
def test_what_is_wrong_in_a_cell_is_said(run, was, becomes, told):
    assert told in run(NORTH.replace(was, becomes), more=["--dry-run"])


def test_a_number_of_an_airfield_is_no_icao_code(run):
    run(NORTH.replace("BRPE", "0N3"), VIEW)
    kept = session().execute(sa.select(Airport.iata, Airport.icao).order_by(Airport.iata)).all()
    assert [tuple(row) for row in kept] == [("QXA", None), ("QXC", "BRSJ")]


def test_two_rows_with_the_same_letters_are_one_too_many(run):
    twice = VIEW.replace("QXC", "QXA")
    assert "These letters stand in line 1 already" in run(NORTH, twice, more=["--dry-run"])


def test_a_file_of_another_shape_is_refused(run):
    with pytest.raises(CannotReadTable, match="14 columns; this one has 3"):
        run("one,two,three")


def test_airports_are_found_by_what_people_call_them(run):
    run(NORTH, SOUTH, VIEW)
    assert [one.iata for one in airports_like("port ellis", limit=5)] == ["QXA", "QXB"]
    assert [one.iata for one in airports_like("sjovik", limit=5)] == ["QXC"]
    assert airports_like("%", limit=5) == []
    assert airport_meant("qxb").short == "Port Ellis (QXB)"
    assert airport_meant(airport_of("QXA").words).iata == "QXA"
    assert airport_meant("fjord").iata == "QXC"
    with pytest.raises(SeveralAirports, match=r"Port Ellis \(QXA\); Port Ellis \(QXB\)"):
        airport_meant("Port Ellis")
    with pytest.raises(NoSuchAirport, match="Enter its three letters"):
        airport_meant("Atlantis")


def test_find_says_place_and_zone(run):
    run(NORTH, SOUTH)
    found = CliRunner().invoke(airports_cli, ["find", "ellis north"])
    assert found.output == "QXA, Port Ellis, Port Ellis North, Brinmark, Atlantic/Reykjavik\n"
    assert "time zone unknown" in CliRunner().invoke(airports_cli, ["find", "qxb"]).output
    none = CliRunner().invoke(airports_cli, ["find", "Atlantis"])
    assert (none.exit_code, none.output) == (1, "No airport is called “Atlantis”.\n")
