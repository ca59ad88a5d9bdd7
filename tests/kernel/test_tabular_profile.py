import re
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.parsing import NumberFormat
from marketplace.kernel.tabular import ProfileProblem, parse_profile
from marketplace.kernel.tabular.profile import FIELDS, FieldColumn, FileFormat, RowTest, WideTable

PEOPLE = 'kind = "people"\n[identity]\ncolumn = "No"\n[columns]\nname = "Name"\n'
RESULTS = (
    'kind = "results"\n[person]\ncolumn = "Who"\n[columns]\ndate = "Day"\namount = "Net"\n'
    '[constants]\ncurrency = "USD"\n'
)


def test_a_profile_says_how_a_people_file_is_written():
    profile = parse_profile(
        'kind = "people"\nnull_words = ["-"]\ndates = "DD.MM.YYYY"\n'
        '[file]\ndelimiter = "pipe"\nheader = false\nencoding = "latin1"\nskip_rows = 2\n'
        '[identity]\ncolumn = 4\n[manager]\ncolumn = 3\nby = "row_key"\n'
        '[current]\ncolumn = 31\nvalue = "Current"\n'
        "[columns]\nname = [7, 8]\nrow_key = 2\ncountry = { column = 5, null_words = [] }\n"
    )
    assert profile.file == FileFormat("|", "iso8859-1", header=False, skip_rows=2)
    assert profile.fields["identity"] == FieldColumn((4,))
    assert profile.fields["country"] == FieldColumn((5,), null_words=())
    assert profile.manager_by == "row_key"
    assert profile.current == RowTest(31, ("Current",))
    assert profile.null_words == ("-",)


def test_a_profile_says_how_a_wide_results_file_is_written():
    profile = parse_profile(
        'kind = "results"\n[person]\ncolumn = "Who"\nby = "email"\n'
        '[numbers]\ndecimal = ","\nthousands = "."\nsigns = "€"\nscale = 1000\nrounding = true\n'
        '[wide]\nyear = "Year"\nmonths = ["M01", "M02"]\nfirst_month = 7\n'
        '[constants]\nunit = "clients"\n[dimensions]\nregion = "Area"\n'
    )
    assert profile.person_by == "email"
    assert profile.numbers == NumberFormat(",", ".", ("€",), Decimal(1000))
    assert profile.rounding
    assert profile.wide == WideTable("Year", ("M01", "M02"), 7)
    assert profile.dimensions == {"region": FieldColumn(("Area",))}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("kind = ", "not valid TOML"),
        ("[file]", "needs kind"),
        ('kind = "peeple"', "Did you mean “people”"),
        (PEOPLE + '[fiel]\ndelimiter = ";"', "“fiel” is no key.*“file”"),
        (PEOPLE + '[file]\ndelimeter = ";"', "“file.delimeter” is no key.*“delimiter”"),
        (
            PEOPLE.replace("name =", "frist_name ="),
            "“columns.frist_name” is no field of people.*first_name",
        ),
        (PEOPLE + 'manager = "Boss"', "table of its own: .manager."),
        (
            PEOPLE + 'email = { column = "E", nul_words = [] }',
            "columns.email.nul_words.*null_words",
        ),
        (PEOPLE + "email = 0", "columns.email has to be a whole number from 1"),
        (PEOPLE + "email = true", "columns.email"),
        (PEOPLE + 'hire_date = { column = 2, dates = "DD/MM/YY" }', "is no date format"),
        (PEOPLE + '[file]\nencoding = "base64"', "is no encoding"),
        (PEOPLE + '[file]\ndelimiter = "ab"', "one mark"),
        (PEOPLE + "[file]\nheader = false", "names a header, but the file has none"),
        (PEOPLE + '[manager]\ncolumn = "B"\nby = "row_key"', "needs columns.row_key"),
        (PEOPLE + '[manager]\ncolumn = "B"\nby = "mail"', "manager.by can't be “mail”.*email"),
        (PEOPLE + "[file]\nskip_rows = -1", "file.skip_rows"),
        (PEOPLE + "numbers = 3", "columns.numbers"),
        ('kind = "people"\n[identity]\ncolumn = 1', "columns.name"),
        (RESULTS + 'amount = "1"', "both a column and a constant"),
        (RESULTS.replace('amount = "Net"\n', "") + 'amount = "one"', "constants.amount"),
        (RESULTS + '[dimensions]\nitem = { column = "I", lookup = "itmes" }', "lookup “itmes”"),
        (RESULTS.replace("USD", "USDollar"), "three letters"),
        (RESULTS.replace("[constants]", "[nothing]"), "“nothing” is no key"),
        (RESULTS.replace('currency = "USD"', ""), "needs a currency or a unit"),
        (RESULTS + 'date = "2024-01-01"', "both a column and a constant"),
        (RESULTS + '[wide]\nyear = "Y"\nmonths = ["M"]', "leave them out"),
        (RESULTS + '[numbers]\ndecimal = ","\nthousands = ","', "different thousands mark"),
        (RESULTS + '[lookup.a]\nfile = "../secret"\nfrom = 1\nto = 2', "plain name"),
        (RESULTS + '[lookup.a]\nfile = "/etc/passwd"\nfrom = 1\nto = 2', "plain name"),
        (RESULTS + "[current]\ncolumn = 1\nvalue = 2", "current"),
        ("x = 1\n" * 20_000, "64 KB"),
    ],
)
def test_a_profile_that_can_not_work_says_which_key_is_wrong(toml, message):
    with pytest.raises(ProfileProblem, match=message):
        parse_profile(toml)


def test_the_profiles_in_the_manual_work_and_name_every_field():
    manual = (Path(__file__).parents[2] / "docs" / "imports.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(kind.*?)```", manual, re.DOTALL)
    assert [parse_profile(one).kind for one in examples] == list(FIELDS)
    for kind, names in FIELDS.items():
        assert [name for name in names if f"`{name}`" not in manual] == [], kind
