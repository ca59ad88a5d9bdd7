import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from marketplace.kernel.tabular import Row, parse_profile, read_rows, write_csv, write_xlsx
from marketplace.kernel.tabular.cells import cell_text
from marketplace.kernel.tabular.escaping import escape, unescape
from marketplace.kernel.tabular.problems import RowError
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import read_cells
from marketplace.kernel.tabular.writing import CannotWriteTable

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
HOSTILE = st.text(st.sampled_from("'=+-@\t\r\n ＝＋ab,;\"|"), max_size=8)
COLUMNS = ("first", "second", "third")
ROWS = st.lists(st.tuples(st.just("x"), ANY_TEXT | HOSTILE, HOSTILE | ANY_TEXT), max_size=5)


def csv_of(rows, columns=COLUMNS) -> bytes:
    return b"".join(write_csv(rows, columns))


def xlsx_of(rows, columns=COLUMNS) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(rows, columns, target)
    return target


def texts_of(data: io.BytesIO, form: FileFormat) -> list[tuple[str, ...]]:
    records = list(read_cells(data, form))
    assert not [record for record in records if isinstance(record, RowError)]
    return [tuple(map(cell_text, r[1])) for r in records if not isinstance(r, RowError)]


@given(ANY_TEXT | HOSTILE)
def test_taking_the_apostrophe_away_gives_back_exactly_what_was_written(text):
    assert unescape(escape(text)) == text


@given(ANY_TEXT | HOSTILE)
def test_nothing_that_leaves_begins_like_a_formula(text):
    safe = escape(text)
    assert not safe.startswith(("\t", "\r", "\n"))
    assert not safe.lstrip().startswith(tuple("=+-@＝＋－＠"))


@given(ROWS)
def test_any_text_written_as_csv_imports_again_unchanged(rows):
    assert texts_of(io.BytesIO(csv_of(rows)), FileFormat(delimiter=",")) == rows


@given(ROWS)
def test_any_text_written_as_xlsx_imports_again_unchanged(rows):
    assert texts_of(xlsx_of(rows), FileFormat()) == rows


@pytest.mark.parametrize("mark", ";\t\n")
@given(ANY_TEXT | HOSTILE)
def test_whatever_mark_separates_no_cell_becomes_a_formula(mark, text):
    """A spreadsheet that is set to semicolons begins a cell in the middle of ours."""
    for cell in escape(text).split(mark):
        assert not cell.strip(" ").startswith(tuple("=+-@＝＋－＠"))


def test_a_formula_behind_a_semicolon_is_disarmed():
    data = csv_of([["Mugs;=HYPERLINK(1)", "red; blue", "One\n+1"]])
    assert data.splitlines()[1:] == [b"Mugs;'=HYPERLINK(1),red; blue,\"One", b"'+1\""]


def test_times_are_written_as_people_read_them_in_utc():
    lisbon = datetime(2024, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/Lisbon"))
    assert csv_of([[lisbon]], ["When, UTC"]).splitlines()[1] == b"2024-06-30 23:30"


def test_names_and_headers_that_are_formulas_are_disarmed_in_csv():
    data = csv_of([["=HYPERLINK(1)", "@SUM(1)", "-1+1"]], ["=a", "b", "c"])
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["'=a", "b", "c"],
        ["'=HYPERLINK(1)", "'@SUM(1)", "'-1+1"],
    ]


def test_text_in_xlsx_is_text_whatever_it_looks_like():
    target = xlsx_of([["=1+1", "https://example.com", "0042"]])
    target.seek(0)
    rows = CalamineWorkbook.from_filelike(target).get_sheet_by_index(0).to_python()
    assert rows[1] == ["=1+1", "https://example.com", "0042"]


def test_numbers_dates_and_nothing_keep_their_meaning():
    row = [Decimal("-1234.50"), date(2024, 3, 1), None]
    assert csv_of([row]).splitlines()[1] == b"-1234.50,2024-03-01,"
    ((_, cells),) = [r for r in read_cells(xlsx_of([row]), FileFormat()) if isinstance(r, tuple)]
    assert cells == [Decimal("-1234.5"), date(2024, 3, 1), ""]


def test_a_sheet_opens_with_room_for_its_text_all_places_of_amounts_and_a_filter():
    rows = [("Maya Chen, who came by train", Decimal("830.70"), 3), ("Omar", Decimal("12"), 4)]
    with zipfile.ZipFile(xlsx_of(rows)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        styles = packed.read("xl/styles.xml").decode()
    assert '<autoFilter ref="A1:C3"/>' in sheet
    wide = [float(one) for one in re.findall(r'<col [^>]*width="([0-9.]+)"', sheet)]
    assert wide[0] > len(rows[0][0]) > wide[1] > len("second")
    assert 'formatCode="#,##0.00"' in styles or 'numFmtId="4"' in styles
    assert re.search(r'<c r="B2" s="\d+"><v>830.70', sheet), "an amount keeps both places"
    assert '<c r="C2"><v>3' in sheet, "a number of things has none"


def test_numbers_a_spreadsheet_would_round_and_times_become_text():
    moment = datetime(2024, 3, 1, 8, 30, tzinfo=UTC)
    row = [10**17 + 1, Decimal("0.1000000000000000055"), moment]
    assert texts_of(xlsx_of([row]), FileFormat()) == [
        ("100000000000000001", "0.1000000000000000055", "2024-03-01 08:30")
    ]


def test_a_text_that_no_cell_holds_is_refused_rather_than_dropped():
    with pytest.raises(CannotWriteTable, match="32,767"):
        xlsx_of([["a" * 32_768]])


def test_csv_leaves_in_pieces():
    pieces = list(write_csv((("a" * 1000, n, None) for n in range(1000)), COLUMNS))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 100_000


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exported_people_import_again_unchanged(kind):
    columns = ("No", "Name", "Joined")
    rows = [("0042", "=Maya", date(2024, 3, 1)), ("7", "'Omar", None), ("'=8", "- Priya", None)]
    data = io.BytesIO(csv_of(rows, columns)) if kind == "csv" else xlsx_of(rows, columns)
    profile = parse_profile(
        'kind = "people"\n[identity]\ncolumn = "No"\n'
        '[columns]\nname = "Name"\nhire_date = "Joined"\n'
    )
    again = [row for row in read_rows(data, profile) if isinstance(row, Row)]
    assert [(r.text("identity"), r.text("name"), r.day("hire_date")) for r in again] == rows
