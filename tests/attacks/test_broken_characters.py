"""A file with half a character in a cell can be looked at and taken out again."""

import io
import re
import zipfile

import xlsxwriter

from marketplace.imports import operations, runner
from marketplace.kernel.db import transaction
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import read_cells
from marketplace.people.queries import actor_of
from tests.support.people import employ_priya

PROFILE = """kind = "people"
[identity]
column = "Staff number"
[columns]
name = "Name"
department = "Department"
"""


def file_with(cell: str) -> io.BytesIO:
    """A table whose second row has no name and `cell`, as it stands in the XML, for department."""
    plain, broken = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate([("Staff number", "Name", "Department"), ("7001", "", "HERE")]):
            page.write_row(line, 0, row)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(b"HERE", cell.encode(), source.read(name)))
    broken.seek(0)
    return broken


def test_priya_downloads_the_rows_in_error_of_a_file_with_half_a_character(sign_in, at):
    priya = employ_priya()
    upload = operations.Upload(
        kind="people",
        file_name="staff.xlsx",
        file=file_with("Sales_xD800_ and _x0000_more"),
        profile_name="Staff",
        profile_toml=PROFILE,
    )
    with transaction():
        run_id = operations.upload(upload, actor=actor_of(priya), at=at)
    runner.check_run(run_id)
    client = sign_in(priya)
    assert client.get(f"/manage/imports/{run_id}").status_code == 200
    problems = client.get(f"/manage/imports/{run_id}/problems.csv")
    assert "Sales" in problems.text
    again = client.get(f"/manage/imports/{run_id}/rows-in-error")
    rows = list(read_cells(io.BytesIO(again.data), FileFormat()))
    assert any("Sales" in str(cell) for _, cells in rows for cell in cells)
