import gc
import io
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.tabular import (
    CannotReadTable,
    ImportReport,
    ProfileProblem,
    Row,
    RowError,
    load_lookups,
    parse_profile,
    read_rows,
)
from marketplace.kernel.tabular.profile import FileFormat
from marketplace.kernel.tabular.table import open_table

PEOPLE = """
kind = "people"
[file]
delimiter = ";"
[identity]
column = "No"
[columns]
name = "Name"
hire_date = "Joined"
country = "Land"
"""
RESULTS = """
kind = "results"
[file]
delimiter = ","
[person]
column = "Who"
[columns]
date = "Day"
amount = "Net"
group = "Order"
reference = ["Order", "Line"]
[dimensions]
region = "Area"
[numbers]
thousands = ","
signs = "$"
[constants]
currency = "USD"
"""
HEADER = "No;Name;Joined;Land\n"


def people(text: str | bytes, profile: str = PEOPLE, **lookups) -> list[Row | RowError]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_rows(io.BytesIO(data), parse_profile(profile), lookups))


def results(text: str, profile: str = RESULTS, **lookups) -> list[Row | RowError]:
    return people(text, profile, **lookups)


def only_error(rows: list[Row | RowError]) -> RowError:
    (error,) = [row for row in rows if isinstance(row, RowError)]
    return error


def test_each_row_may_count_one_and_rows_without_a_day_may_be_passed_over():
    each_one = RESULTS.replace('amount = "Net"\n', "").replace('currency = "USD"', 'amount = "1"')
    profile = each_one + 'unit = "pieces"\n[only]\ncolumn = "Day"\n'
    rows = results("Who,Day,Order,Line,Area\n7,2026-11-02,L1,1,\n7,,L2,1,\n7,NULL,L3,1,\n", profile)
    assert [(row.text("group"), row.amount) for row in rows] == [("L1", 1)]


def test_a_person_is_read_with_dates_and_trimmed_text():
    (maya,) = people(HEADER + "7; Maya Okafor\u00a0;2024-03-01;DE\n")
    assert isinstance(maya, Row)
    assert maya.line == 2
    assert (maya.text("identity"), maya.text("name")) == ("7", "Maya Okafor")
    assert maya.day("hire_date") == date(2024, 3, 1)
    assert maya.is_current


def test_emoji_and_right_to_left_names_are_names():
    rows = people(HEADER + "1;Maya 🌴;2024-03-01;DE\n2;عمر;2024-03-01;EG\n3;👩‍💻;2024-03-01;DE\n")
    assert [row.text("name") for row in rows if isinstance(row, Row)] == ["Maya 🌴", "عمر", "👩‍💻"]


def test_null_words_hold_for_the_file_and_can_be_lifted_for_one_column():
    profile = PEOPLE.replace('kind = "people"', 'kind = "people"\nnull_words = ["NA", "-"]')
    profile = profile.replace('"Land"', '{ column = "Land", null_words = [] }')
    (row,) = people(HEADER + "7;Maya;-;NA\n", profile)
    assert isinstance(row, Row)
    assert (row.day("hire_date"), row.text("country")) == (None, "NA")


def test_a_date_without_end_is_no_date():
    profile = PEOPLE.replace("hire_date", "leave_date")
    (row,) = people(HEADER + "7;Maya;9999-01-01;DE\n", profile)
    assert isinstance(row, Row)
    assert row.day("leave_date") is None


def test_every_bad_cell_is_named_with_line_field_value_and_what_to_enter():
    rows = people(HEADER + "1;Maya;2024-03-01;DE\n;Omar;2024-02-30;EG\n3;Priya;soon;\n")
    assert [(row.line, row.field, row.value) for row in rows if isinstance(row, RowError)] == [
        (3, "hire_date", "2024-02-30"),
        (4, "hire_date", "soon"),
    ]
    missing = only_error(people(HEADER + ";Omar;2024-02-03;EG\n"))
    assert (missing.field, missing.enter) == ("identity", "Enter the identity.")
    nameless = only_error(people(HEADER + "1; ;2024-02-03;EG\n"))
    assert nameless.field == "name"


def test_ragged_rows_are_reported_by_the_line_they_begin_on():
    text = HEADER + '1;"Maya\nOkafor";2024-03-01;DE\n\n2;Omar;2024-03-01\n3;Priya;2024-03-01;IN;x\n'
    rows = people(text)
    assert [row.line for row in rows] == [2, 5, 6]
    assert [row.problem for row in rows if isinstance(row, RowError)] == [
        "This row has 3 cells; the first row has 4.",
        "This row has 5 cells; the first row has 4.",
    ]


def test_shown_values_are_short_and_without_control_characters():
    error = only_error(people(HEADER + "1;Ma\x07ya" + "a" * 200 + ";2024-03-01;DE\n"))
    assert error.value.startswith("Ma\\x07ya")
    assert len(error.value) < 90
    assert "invisible sign U+0007" in error.problem


def test_letters_lost_to_control_characters_are_noticed():
    error = only_error(people(HEADER + "1;Kurf\u0081rst;2024-03-01;DE\n"))
    assert "U+0081" in error.problem


def test_a_nul_character_is_an_error_of_its_row_only():
    rows = people(HEADER + "1;Ma\0ya;2024-03-01;DE\n2;Omar;2024-03-01;EG\n")
    assert isinstance(rows[0], RowError)
    assert "NUL" in rows[0].problem
    assert isinstance(rows[1], Row)


def test_quotation_marks_out_of_place_are_reported_and_reading_goes_on():
    rows = people(
        HEADER + '1;"Maya"x;2024-03-01;DE\n2;Omar;2024-03-01;EG\n3;"Priya;2024-03-01;IN\n'
    )
    assert [type(row) for row in rows] == [RowError, Row, RowError]
    assert "middle of a cell" in rows[0].problem  # pyright: ignore[reportAttributeAccessIssue]
    assert "never closed" in rows[2].problem  # pyright: ignore[reportAttributeAccessIssue]


def test_quoting_can_be_switched_off():
    profile = PEOPLE.replace("[file]", "[file]\nquoting = false")
    (row,) = people(HEADER + '1;12" Maya;2024-03-01;DE\n', profile)
    assert isinstance(row, Row)
    assert row.text("name") == '12" Maya'


def test_text_that_looks_like_a_formula_stays_text_and_is_mentioned():
    rows = people(HEADER + "1;=1+1;2024-03-01;DE\n2;+1 555 0100;2024-03-01;US\n")
    assert isinstance(rows[0], Row)
    assert isinstance(rows[1], Row)
    assert rows[0].text("name") == "=1+1"
    assert [doubt.field for doubt in rows[0].warnings] == ["name"]
    assert rows[1].warnings == ()


def test_doubled_and_empty_headers_matter_only_when_they_are_named():
    text = "No;Name;Joined;Land;Name;\n1;Maya;2024-03-01;DE;x;y\n"
    with pytest.raises(CannotReadTable, match="“Name” stands over columns 2 and 5"):
        people(text)
    (row,) = people(text, PEOPLE.replace('"Name"', "2"))
    assert isinstance(row, Row)
    assert [doubt.problem for doubt in row.warnings] == [
        "Column 6 has no header.",
        "2 columns have this header.",
    ]


def test_a_column_that_is_not_there_is_named_with_the_nearest_one():
    with pytest.raises(CannotReadTable, match=r"no column “Joined”.*Did you mean “Joined on”"):
        people("No;Name;Joined on;Land\n1;Maya;2024-03-01;DE\n")
    with pytest.raises(CannotReadTable, match="column 9 in the profile; the file has 4"):
        people(HEADER, PEOPLE.replace('"Name"', "9"))


def test_headers_are_found_without_regard_to_case():
    assert len(people("NO;NAME;joined;LAND\n1;Maya;2024-03-01;DE\n")) == 1


def test_an_empty_file_and_a_missing_file_are_refused():
    for data in ("", "\n\n", ";;;\n"):
        with pytest.raises(CannotReadTable, match="holds no rows"):
            people(data)
    with pytest.raises(CannotReadTable, match=r"There is no file absent.csv"):
        list(read_rows(Path("absent.csv"), parse_profile(PEOPLE)))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_when_only_one_fits(mark):
    profile = PEOPLE.replace('delimiter = ";"', "")
    (row,) = people((HEADER + "1;Maya;2024-03-01;DE\n").replace(";", mark), profile)
    assert isinstance(row, Row)


def test_the_delimiter_is_asked_for_when_two_fit_or_none():
    profile = PEOPLE.replace('delimiter = ";"', "")
    with pytest.raises(CannotReadTable, match="comma or semicolon fits"):
        people("No;Name,x\n1;Maya,y\n", profile)
    with pytest.raises(CannotReadTable, match="none of comma"):
        people("No\n1\n", profile)


def test_lines_above_the_table_are_passed_over():
    profile = PEOPLE.replace("[file]", "[file]\nskip_rows = 2")
    (row,) = people("Report\n\n" + HEADER + "1;Maya;2024-03-01;DE\n", profile)
    assert isinstance(row, Row)
    assert row.line == 4


def test_the_day_and_month_order_is_proven_by_the_whole_column():
    rows = people(HEADER + "1;Maya;03/04/2024;DE\n2;Omar;25/04/2024;EG\n")
    assert [row.day("hire_date") for row in rows if isinstance(row, Row)] == [
        date(2024, 4, 3),
        date(2024, 4, 25),
    ]


def test_a_day_and_month_order_nothing_proves_is_asked_for_with_both_readings():
    with pytest.raises(CannotReadTable, match="3 April 2024 as DD/MM/YYYY and 4 March 2024 as MM"):
        people(HEADER + "1;Maya;03/04/2024;DE\n2;Omar;05/05/2024;EG\n")
    with pytest.raises(CannotReadTable, match="holds both orders"):
        people(HEADER + "1;A;03/04/2024;DE\n2;B;25/04/2024;EG\n3;C;04/25/2024;EG\n")
    assert len(people(HEADER + "1;Maya;05/05/2024;DE\n")) == 1


def test_only_the_current_row_of_a_person_is_read_and_the_others_keep_their_keys():
    profile = PEOPLE + 'row_key = "Key"\n[current]\ncolumn = "Now"\nvalue = "Current"\n'
    rows = people(
        "No;Name;Joined;Land;Key;Now\n1;Maya;never;DE;11;\n1;Maya;;DE;12;Current\n", profile
    )
    assert [row.is_current for row in rows if isinstance(row, Row)] == [False, True]
    assert isinstance(rows[0], Row)
    assert rows[0].values == {"identity": "1", "row_key": "11"}


def test_only_the_rows_that_count_are_read():
    profile = PEOPLE + '[only]\ncolumn = "Land"\nvalue = ["DE", "IN"]\n'
    rows = people(HEADER + "1;Maya;2024-03-01;DE\n2;;;EG\n3;Priya;2024-03-01;IN\n", profile)
    assert [row.text("name") for row in rows if isinstance(row, Row)] == ["Maya", "Priya"]
    assert len(rows) == 2


def test_a_result_is_read_in_minor_units_with_its_order_and_dimensions():
    (row,) = results('Who,Day,Net,Order,Line,Area\n7,2024-03-01,"$1,234.50 ",SO1,2,North\n')
    assert isinstance(row, Row)
    assert (row.amount, row.amount_minor) == (Decimal("1234.50"), 123450)
    assert (row.text("group"), row.text("reference")) == ("SO1", "SO1/2")
    assert row.dimensions == {"region": "North"}


def test_a_result_in_units_has_no_minor_amount():
    profile = RESULTS.replace('currency = "USD"', 'unit = "clients"')
    (row,) = results("Who,Day,Net,Order,Line,Area\n7,2024-03-01,3,,,\n", profile)
    assert isinstance(row, Row)
    assert (row.amount, row.amount_minor, row.text("unit")) == (Decimal(3), None, "clients")
    assert row.text("reference") is None


@pytest.mark.parametrize(
    ("net", "enter"),
    [
        ("1.005", "at most 2 decimals"),
        ("1e5", "such as"),
        ("", "Enter the amount"),
        ("9" * 19, "smaller"),
    ],
)
def test_an_amount_that_can_not_be_booked_is_an_error_of_its_row(net, enter):
    error = only_error(results(f"Who,Day,Net,Order,Line,Area\n7,2024-03-01,{net},SO1,2,North\n"))
    assert error.field == "amount"
    assert enter in error.enter


def test_the_currency_of_a_column_is_checked_row_by_row():
    profile = RESULTS.split("[constants]", maxsplit=1)[0].replace(
        'group = "Order"', 'currency = "Order"'
    )
    rows = results(
        "Who,Day,Net,Order,Line,Area\n7,2024-03-01,5,JPY,1,\n7,2024-03-01,5,Yen,1,\n", profile
    )
    assert isinstance(rows[0], Row)
    assert rows[0].amount_minor == 5
    assert "three letters" in only_error(rows).enter


WIDE = """
kind = "results"
null_words = ["-"]
[file]
delimiter = ","
[person]
column = "Who"
[numbers]
scale = 1000
[wide]
year = "Year"
months = ["A", "B"]
first_month = 12
[constants]
currency = "USD"
"""


def test_each_filled_month_of_a_wide_table_becomes_a_result():
    rows = results("Year,Who,A,B\n2023,7,2,3\n2023,8,-,4\n", WIDE)
    assert [
        (r.line, r.text("person"), r.day("date"), r.amount) for r in rows if isinstance(r, Row)
    ] == [
        (2, "7", date(2023, 12, 1), Decimal(2000)),
        (2, "7", date(2024, 1, 1), Decimal(3000)),
        (3, "8", date(2024, 1, 1), Decimal(4000)),
    ]


def test_a_bad_year_or_month_of_a_wide_table_is_an_error_of_its_row():
    rows = results("Year,Who,A,B\n23,7,2,3\n2023,8,x,4\n", WIDE)
    assert [(row.line, row.field) for row in rows if isinstance(row, RowError)] == [
        (2, "year"),
        (3, "A"),
    ]


def test_a_lookup_turns_a_key_into_an_identity_and_names_what_it_lacks(tmp_path):
    (tmp_path / "sellers.csv").write_text("Key|No\n281|7\n282|8\n")
    profile = RESULTS.replace('column = "Who"', 'column = "Who"\nlookup = "sellers"')
    profile += '[lookup.sellers]\nfile = "sellers.csv"\nfrom = "Key"\nto = "No"\n'
    lookups = load_lookups(parse_profile(profile), beside=tmp_path)
    text = "Who,Day,Net,Order,Line,Area\n281,2024-03-01,1,,,\n999,2024-03-01,1,,,\n"
    rows = results(text, profile, **lookups)
    assert isinstance(rows[0], Row)
    assert rows[0].text("person") == "7"
    error = only_error(rows)
    assert (error.value, error.problem) == ("999", "This is not in the table “sellers”.")
    with pytest.raises(ProfileProblem, match="not loaded"):
        results(text, profile)


def test_a_lookup_that_is_missing_unknown_or_contradicts_itself_is_refused(tmp_path):
    profile = parse_profile(RESULTS + '[lookup.sellers]\nfile = "s.csv"\nfrom = 1\nto = 2\n')
    with pytest.raises(CannotReadTable, match="--lookup sellers=FILE"):
        load_lookups(profile, beside=tmp_path)
    with pytest.raises(ProfileProblem, match=r"no lookup “seller”. Did you mean “sellers”"):
        load_lookups(profile, given={"seller": io.BytesIO()})
    with pytest.raises(CannotReadTable, match="line 3: “1” stands for two"):
        load_lookups(profile, given={"sellers": io.BytesIO(b"a,b\n1,2\n1,3\n")})


def test_a_report_counts_bad_rows_once_keeps_the_first_and_spills_all():
    spill = io.StringIO(newline="")
    report = ImportReport(spill)
    text = HEADER + "1;Maya;2024-03-01;DE\n" + ";x\a;never;\n" * 150 + "2;=1+1;2024-03-01;DE\n"
    good = [row.text("identity") for row in report.good(people(text))]
    assert good == ["1", "2"]
    assert (report.good_rows, report.bad_rows, report.warnings) == (2, 150, 1)
    assert len(report.first_errors) == 100
    assert len(spill.getvalue().splitlines()) == 1 + 300


def test_a_million_columns_and_a_quote_that_swallows_the_file_are_refused_in_bounded_memory():
    tracemalloc.start()
    try:
        with pytest.raises(CannotReadTable, match="1,024 are allowed"):
            people(";" * 900_000 + "\n")
        swallowed = people(HEADER + '1;"Maya;2024-03-01;DE\n' + "2;Omar;2024-03-01;EG\n" * 20_000)
        assert "never closed" in next(row.problem for row in swallowed if isinstance(row, RowError))
        assert tracemalloc.get_traced_memory()[1] < 120_000_000
    finally:
        tracemalloc.stop()


def test_reading_many_rows_holds_only_a_few_of_them():
    data = io.BytesIO(
        (HEADER + "".join(f"{n};Maya {n};2024-03-01;DE\n" for n in range(40_000))).encode()
    )
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(data, parse_profile(PEOPLE))) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_source_given_open_stays_open_even_when_reading_stops_early():
    data = io.BytesIO((HEADER + "1;Maya;2024-03-01;DE\n" * 3).encode())
    rows = read_rows(data, parse_profile(PEOPLE))
    next(rows)
    del rows
    assert not data.closed


def test_a_file_read_in_part_is_let_go_of_at_once():
    """Left to the garbage collector, it was let go of in the middle of reading it again."""
    stream = io.BytesIO(b"No,Name\n1,Maya\n2,Omar\n")
    gc.disable()
    try:
        rows = open_table(stream, FileFormat()).rows()
        assert next(rows) == (2, ["1", "Maya"])
        del rows
        assert [one for one in gc.get_referrers(stream) if isinstance(one, io.TextIOWrapper)] == []
    finally:
        gc.enable()
