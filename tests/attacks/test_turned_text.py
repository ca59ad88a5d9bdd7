"""Nobody comes in under a name that turns the words around it: `Omar` must not read as another."""

import io

import pytest

from marketplace.kernel.tabular import Row, RowError, parse_profile, read_rows

PEOPLE = parse_profile('kind = "people"\n[identity]\ncolumn = "No"\n[columns]\nname = "Name"\n')


def read(name: str) -> Row | RowError:
    (row,) = read_rows(io.BytesIO(f"No,Name\n1,{name}\n".encode()), PEOPLE)
    return row


@pytest.mark.parametrize("sign", "\u202a\u202e\u2066\u2069\u200b\u00ad\u2060\ufeff\u2028")
def test_a_name_with_a_sign_that_turns_text_around_or_shows_nothing_is_refused(sign):
    row = read(f"Maya {sign}rahamO")
    assert isinstance(row, RowError)
    assert f"invisible sign U+{ord(sign):04X}" in row.problem


@pytest.mark.parametrize(
    "name", ["محمد علي", "דנה לוי", "نیما می\u200cخواهد", "José 🌴", "Ana\u00a0Sousa"]
)
def test_names_of_every_script_come_in(name):
    row = read(name)
    assert isinstance(row, Row)
    assert row.text("name") == name
