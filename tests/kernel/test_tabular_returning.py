"""Rows taken out of a file come back through the profile the file was read by."""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.returning import rows_again
from marketplace.kernel.tabular.table import open_table


def cells_of(data: bytes, form: FileFormat) -> tuple[list[str], list[list]]:
    table = open_table(io.BytesIO(data), form)
    rows = [record[1] for record in table.rows() if isinstance(record, tuple)]
    return table.header, rows


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (FileFormat(), 'No;Name\n1;Jörg, "Joe"\n2;Ana\n'),
        (FileFormat(delimiter="|", header=False), "1|Jörg, Joe\n2|Ana\n"),
        (FileFormat(delimiter="\t", quoting=False), 'No\tName\n1\tJörg "Joe, the\n2\tAna\n'),
        (FileFormat(delimiter=",", skip_rows=2), "Staff\nof June\nNo,Name\n1,Jörg\n2,Ana\n"),
        (FileFormat(delimiter=","), "No,Name\n1,'=1+1\n2,Ana\n"),
        *(
            (FileFormat(delimiter=";", encoding=name), "No;Name\n1;Jörg\n2;Ana\n")
            for name in ("cp1252", "cp850", "utf-8", "utf-16", "utf-16-le")
        ),
    ],
)
def test_text_keeps_the_form_its_profile_asks_for(form, text):
    data = text.encode(form.encoding or "utf-8")
    header, rows = cells_of(data, form)
    first = form.skip_rows + form.header + 1

    again = rows_again(io.BytesIO(data), form, {first})

    assert again.ending == "csv"
    assert cells_of(again.content, form) == (header, rows[:1])


def test_a_row_of_another_width_is_there_as_it_stands():
    data = b"No,Name\n1,Ana,what\n2,Leo\n"
    again = rows_again(io.BytesIO(data), FileFormat(delimiter=","), {2})
    assert again.content.decode("utf-8-sig").splitlines() == ["No,Name", "1,Ana,what"]


@pytest.mark.parametrize("form", [FileFormat(), FileFormat(sheet="Staff", skip_rows=1)])
def test_a_sheet_stays_a_sheet_so_that_its_numbers_and_dates_stay_what_they_are(form):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Staff")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        page.write_row(form.skip_rows, 0, ["No", "Joined", "Net"])
        page.write_row(form.skip_rows + 1, 0, ["1"])
        page.write_datetime(form.skip_rows + 1, 1, date(2026, 3, 4), day)
        page.write_number(form.skip_rows + 1, 2, 1234.5)
        page.write_row(form.skip_rows + 2, 0, ["2"])

    again = rows_again(target, form, {form.skip_rows + 2})

    assert again.ending == "xlsx"
    wanted = ["1", date(2026, 3, 4), Decimal("1234.5")]
    assert cells_of(again.content, form) == (["No", "Joined", "Net"], [wanted])
