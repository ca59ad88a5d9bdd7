import io
import re
import time
import tracemalloc
import zipfile
from datetime import date
from datetime import time as clock_time
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from marketplace.kernel.tabular import CannotReadTable, Row, RowError, parse_profile, read_rows
from marketplace.kernel.tabular.cells import Fault
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import read_cells
from marketplace.kernel.tabular.xlsx_cells import XlsxCells

PEOPLE = parse_profile(
    'kind = "people"\n[identity]\ncolumn = "No"\n[columns]\nname = "Name"\nhire_date = "Joined"\n'
)
SHEET = '<worksheet xmlns="x"><sheetData>{}</sheetData></worksheet>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(fill, **options) -> io.BytesIO:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as book:
        fill(book)
    return target


def crafted(sheet: str | bytes, **parts: str | bytes) -> io.BytesIO:
    """A minimal XLSX around the XML of a sheet, with further parts by name (`__` for a slash)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        out.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in parts.items():
            out.writestr(name.replace("__", "/") + ".xml", text)
    return target


def cells_of(data: io.BytesIO, **form) -> list:
    return list(read_cells(data, FileFormat(header=False, **form)))


def test_numbers_texts_and_dates_of_a_spreadsheet_need_no_format():
    def fill(book):
        page, day = book.add_worksheet(), book.add_format({"num_format": "d. mmm yyyy"})
        page.write_row(0, 0, ["No", "Name", "Joined"])
        page.write(1, 0, 14417807)
        page.write(1, 1, "Maya 🌴")
        page.write_datetime(1, 2, date(2024, 3, 1), day)

    (maya,) = read_rows(workbook(fill), PEOPLE)
    assert isinstance(maya, Row)
    assert (maya.line, maya.text("identity"), maya.text("name")) == (2, "14417807", "Maya 🌴")
    assert maya.day("hire_date") == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("form", "hour", "shown"),
    [
        ("hh:mm", clock_time(10, 30), "10:30"),
        (20, clock_time(0), "00:00"),
        ("h:mm AM/PM", clock_time(23, 59, 30), "23:59:30"),
        ("0.00", clock_time(12), "0.5"),
        ("[h]:mm", clock_time(12), "0.5"),
    ],
)
def test_a_time_of_day_is_one_and_a_share_of_something_else_is_not(form, hour, shown):
    def fill(book):
        page = book.add_worksheet()
        page.write_datetime(0, 0, hour, book.add_format({"num_format": form}))

    ((_, (cell,)),) = cells_of(workbook(fill))
    assert str(cell) == shown


def test_formulas_count_by_their_saved_result_and_are_reported_without_one():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["No", "Name", "Joined"])
        page.write_formula(1, 0, "=A9", None, 7)
        page.write_formula(1, 1, '="Ma"&"ya"', None, "Maya")
        page.write(2, 0, "8")
        page.write_formula(2, 1, "=B9", None, "")
        page.write(3, 0, "9")
        page.write_formula(3, 1, "=1/0", None, "#DIV/0!")

    rows = list(read_rows(workbook(fill), PEOPLE))
    assert isinstance(rows[0], Row)
    assert rows[0].text("name") == "Maya"
    assert [(row.line, row.problem) for row in rows if isinstance(row, RowError)] == [
        (3, "This formula has no saved result."),
        (4, "This formula ended in an error."),
    ]


def test_a_number_where_a_date_belongs_and_a_number_too_long_are_errors():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["No", "Name", "Joined"])
        page.write_row(1, 0, [1, "Maya", 45_000])
        page.write_row(2, 0, [1234567890123456789, "Omar"])

    rows = list(read_rows(workbook(fill), PEOPLE))
    assert [(row.field, row.value) for row in rows if isinstance(row, RowError)] == [
        ("hire_date", "45000"),
        ("identity", "1234567890123457000"),
    ]


def test_the_sheet_is_the_named_one_or_the_first_visible_one():
    def fill(book):
        for name in ("Hidden", "Shown", "Other"):
            page = book.add_worksheet(name)
            page.write(0, 0, name)
        book.get_worksheet_by_name("Shown").activate()
        book.get_worksheet_by_name("Shown").set_first_sheet()
        book.get_worksheet_by_name("Hidden").hide()

    assert cells_of(workbook(fill)) == [(1, ["Shown"])]
    assert cells_of(workbook(fill), sheet="Other") == [(1, ["Other"])]
    with pytest.raises(CannotReadTable, match=r"no sheet “June”. The sheets are “Hidden”, “Shown”"):
        cells_of(workbook(fill), sheet="June")


def test_dates_count_from_1904_when_the_workbook_says_so():
    def fill(book):
        page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_datetime(0, 0, date(2024, 3, 1), day)

    assert cells_of(workbook(fill, date_1904=True)) == [(1, [date(2024, 3, 1)])]


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=12),
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12).map(lambda value: round(value, 4)),
    st.dates(date(1901, 1, 1), date(2200, 1, 1)),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_our_reader_sees_what_an_independent_reader_sees(rows):
    def fill(book):
        page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for at, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(line, at, value, day)
                elif isinstance(value, str):
                    page.write_string(line, at, value)
                else:
                    page.write_number(line, at, value)

    data = workbook(fill)
    other = CalamineWorkbook.from_filelike(io.BytesIO(data.getvalue())).get_sheet_by_index(0)
    ours = [[float(c) if isinstance(c, Decimal) else c for c in r[1]] for r in cells_of(data)]
    assert ours == other.to_python()


def test_rows_and_cells_without_references_follow_one_another():
    sheet = SHEET.format(
        "<row><c><v>1</v></c><c r='C1'><v>2</v></c></row><row><c><v>3</v></c></row>"
    )
    assert cells_of(crafted(sheet)) == [
        (1, [Decimal(1), "", Decimal(2)]),
        (2, [Decimal(3), "", ""]),
    ]


def test_element_names_may_carry_a_prefix():
    sheet = SHEET.format("<row><c><v>1</v></c></row>").replace("</", "</x:")
    sheet = re.sub("<(?=[a-z])", "<x:", sheet).replace("xmlns=", "xmlns:x=")
    assert cells_of(crafted(sheet)) == [(1, [Decimal(1)])]


def test_shared_and_inline_texts_keep_their_runs_and_leave_readings_out():
    shared = "<sst><si><r><t>Ma</t></r><r><t>ya_x0041_</t></r><rPh><t>no</t></rPh></si></sst>"
    sheet = SHEET.format(
        "<row><c t='s'><v>0</v></c><c t='inlineStr'><is><t>Omar</t></is></c>"
        "<c t='b'><v>1</v></c></row>"
    )
    assert cells_of(crafted(sheet, xl__sharedStrings=shared)) == [(1, ["MayaA", "Omar", "TRUE"])]


@pytest.mark.parametrize(
    "cell",
    ["<c t='s'><v>7</v></c>", "<c r='1A'><v>1</v></c>", "<c r='ZZZZ1'><v>1</v></c>", "<c>", "&x;"],
)
def test_a_damaged_sheet_is_refused(cell):
    with pytest.raises(CannotReadTable):
        cells_of(crafted(SHEET.format(f"<row>{cell}</row>")))


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "0x1", "1e400", "١"])
def test_a_number_cell_that_is_no_number_is_a_fault(text):
    ((_, cells),) = cells_of(crafted(SHEET.format(f"<row><c><v>{text}</v></c></row>")))
    assert isinstance(cells[0], Fault)


def refused_fast(data: io.BytesIO, match: str, **form) -> None:
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(CannotReadTable, match=match):
            cells_of(data, **form)
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 5


def test_an_archive_that_claims_to_unpack_to_gigabytes_is_refused_before_unpacking():
    data = crafted(SHEET.format("<row/>"))
    with (
        zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as out,
        out.open("media.bin", "w") as part,
    ):
        for _ in range(513):
            part.write(bytes(1 << 20))
    assert len(data.getvalue()) < 2_000_000
    refused_fast(data, "unpacks to more")


def test_an_archive_that_lies_about_its_sizes_is_refused():
    data = crafted(SHEET.format("<row><c><v>1</v></c></row>" * 100_000))
    packed = bytearray(data.getvalue())
    info = zipfile.ZipFile(data).getinfo("xl/worksheets/sheet1.xml")
    size = info.file_size.to_bytes(4, "little")
    while (at := packed.find(size)) >= 0:
        packed[at : at + 4] = (1000).to_bytes(4, "little")
    refused_fast(io.BytesIO(bytes(packed)), "unpacks to more")


def test_an_entity_bomb_is_refused():
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
    bomb = f"<!DOCTYPE x [{entities}]><sst><si><t>&b;</t></si></sst>"
    refused_fast(crafted(SHEET.format("<row/>"), xl__sharedStrings=bomb), "document type")


def test_shared_texts_beyond_the_limit_are_refused():
    shared = "<sst>" + f"<si><t>{'a' * 1_000_000}</t></si>" * 70 + "</sst>"
    refused_fast(crafted(SHEET.format("<row/>"), xl__sharedStrings=shared), "unpacks to more")


def test_one_long_shared_text_in_many_cells_is_never_multiplied():
    shared = f"<sst><si><t>{'a' * 30_000}</t></si></sst>"
    sheet = SHEET.format("<row><c t='s'><v>0</v></c></row>" * 20_000)
    data, count = crafted(sheet, xl__sharedStrings=shared), 0
    tracemalloc.start()
    try:
        for _ in XlsxCells(data, FileFormat()).records():
            count += 1
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    assert count == 20_000


def test_two_cells_at_the_far_ends_of_a_sheet_take_no_space_between_them():
    sheet = SHEET.format(
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c><v>2</v></c></row>"
    )
    assert [record[0] for record in cells_of(crafted(sheet))] == [1, 1_048_576]
    refused_fast(
        crafted(SHEET.format("<row r='1'><c r='XFD1'><v>1</v></c></row>")), "1,024 are allowed"
    )
    refused_fast(crafted(SHEET.format("<row r='9999999'/>")), "more rows")


def test_a_cell_of_a_gigabyte_is_refused():
    sheet = SHEET.format(f"<row><c t='str'><v>{'a' * 200_000}</v></c></row>")
    refused_fast(crafted(sheet), "too long")


def test_files_that_are_no_spreadsheets_are_refused_with_a_way_out():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as out:
        out.writestr("readme.txt", "x")
    refused_fast(other, "no XLSX spreadsheet")
    refused_fast(io.BytesIO(b"PK\x03\x04 and nothing more"), "damaged")
    refused_fast(
        io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)), "old or password-protected"
    )
    for length in (1, 600):
        names = {f"part{n}" + "x" * length: "" for n in range(2_001)}
        refused_fast(crafted(SHEET.format("<row/>"), **names), "too many parts")


@pytest.mark.parametrize("place", ["\u00b2", "9" * 5_000, "-1", "1_0"])
def test_a_cell_that_points_at_no_text_there_can_be_is_refused(place):
    sheet = SHEET.format(f"<row><c t='s'><v>{place}</v></c></row>")
    refused_fast(crafted(sheet), "points at a text that is missing")
