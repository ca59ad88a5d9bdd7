"""Tables in and out: CSV and XLSX by an import profile, and exports that are safe to open."""

from marketplace.kernel.tabular.cells import Source
from marketplace.kernel.tabular.lookups import Lookups, load_lookups
from marketplace.kernel.tabular.problems import CannotReadTable, ProfileProblem, RowError
from marketplace.kernel.tabular.profile import ImportProfile
from marketplace.kernel.tabular.profile_toml import parse_profile
from marketplace.kernel.tabular.reading import read_rows
from marketplace.kernel.tabular.report import ImportReport
from marketplace.kernel.tabular.rows import Row
from marketplace.kernel.tabular.writing import write_csv, write_xlsx

__all__ = [
    "CannotReadTable",
    "ImportProfile",
    "ImportReport",
    "Lookups",
    "ProfileProblem",
    "Row",
    "RowError",
    "Source",
    "load_lookups",
    "parse_profile",
    "read_rows",
    "write_csv",
    "write_xlsx",
]
