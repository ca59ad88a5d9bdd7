"""What an import profile says, as frozen values; `profile_toml` reads it from its TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from marketplace.kernel.parsing import PLAIN, NumberFormat

Column = str | int
"""A column by its header or by its position, counted from 1."""

Kind = Literal[
    "people",
    "results",
    "targets",
    "completions",
    "catalog",
    "codes",
    "tickets",
    "confirmations",
    "plan",
]
PersonBy = Literal["identity", "row_key", "email", "name"]

PEOPLE_TEXT = (
    *("identity", "row_key", "email", "first_name", "last_name", "name", "title", "department"),
    *("site", "country", "cost_center", "phone", "manager"),
)
PEOPLE_DATES = ("hire_date", "leave_date", "birth_date")
RESULT_TEXT = ("person", "currency", "unit", "group", "reference")
RESULT_DATES = ("date",)
TARGET_TEXT = ("person", "currency", "unit")
TARGET_DATES = ("date", "until")
COMPLETION_TEXT = ("person", "course", "reference")
CATALOG_TEXT = (
    *("reward", "sku", "kind", "name", "tier", "state", "label", "points", "prices", "choices"),
    *("capacity", "on_sale", "cash", "highest", "step", "cash_currency", "cost", "market_price"),
    *(
        "cost_currency",
        "starts_on",
        "ends_on",
        "cutoff_on",
        "place",
        "destination",
        "min_group",
        "note",
        "summary",
        "story",
        "brand",
        "included",
    ),
    *(
        "next_steps",
        "terms",
        "approver_note",
        "lead_days",
        "limit_per_person",
        "limit_period",
        "cancel_until",
        "return_days",
        "return_percent",
        "return_condition",
        "returns_decided_by",
        "late_return",
        "featured",
    ),
    *("visible_from", "visible_until", "departments", "sites", "countries", "roles"),
    "tenure_months",
)
TICKET_TEXT = (
    *("traveler", "name", "direction", "leg", "carrier", "flight", "from_airport", "to_airport"),
    *("departs_at", "arrives_at", "locator", "ticket_name", "ticket_number"),
)
TICKET_DATES = ("departs_on", "arrives_on")
CONFIRMATION_TEXT = ("booking", "confirmation")
PLAN_TEXT = ("day", "starts_at", "ends_at", "kind", "name", "place", "text", "choice", "seats")
LONG_TEXT: Mapping[str, int] = {
    "prices": 4_000,
    "story": 4_000,
    "included": 4_000,
    "next_steps": 4_000,
    "terms": 8_000,
    "departments": 4_000,
    "sites": 4_000,
}
ABOUT_PEOPLE: frozenset[Kind] = frozenset({"results", "targets", "completions"})
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "people": (*PEOPLE_TEXT, *PEOPLE_DATES),
    "results": (*RESULT_TEXT, *RESULT_DATES, "amount"),
    "targets": (*TARGET_TEXT, *TARGET_DATES, "amount"),
    "completions": (*COMPLETION_TEXT, "date"),
    "catalog": CATALOG_TEXT,
    "tickets": (*TICKET_TEXT, *TICKET_DATES),
    "confirmations": CONFIRMATION_TEXT,
    "plan": PLAN_TEXT,
}
NAMES_NOBODY: frozenset[Kind] = frozenset({"catalog", "tickets", "confirmations", "plan"})
"""Kinds without a column that names an employee."""

REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "people": ("identity",),
    "completions": ("person", "course", "date"),
    "catalog": (),
    "tickets": (
        *("direction", "flight", "from_airport", "to_airport"),
        *("departs_on", "departs_at", "arrives_at"),
    ),
    "confirmations": CONFIRMATION_TEXT,
    "plan": ("day", "name"),
}
"""What no row may lack; of results and targets that follows from the profile."""

DATE_FIELDS = frozenset((*PEOPLE_DATES, *RESULT_DATES, *TARGET_DATES, *TICKET_DATES, "valid_until"))
NULL_WORDS = ("NULL", "\\N")


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a table is written down. Absent delimiter and encoding are found, or asked for."""

    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    quoting: bool = True
    skip_rows: int = 0
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """Where one field comes from: one column, or several joined by `/`."""

    columns: tuple[Column, ...]
    null_words: tuple[str, ...] | None = None
    dates: tuple[str, ...] | None = None
    numbers: NumberFormat | None = None
    lookup: str | None = None


@dataclass(frozen=True, slots=True)
class RowTest:
    """Rows whose `column` holds one of `values`: the current ones, or the only ones to read.

    Without values, rows whose column holds anything at all.
    """

    column: Column
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table beside the import that turns what stands in a column into something else."""

    name: str
    file: str | None
    format: FileFormat
    source: Column
    target: Column


@dataclass(frozen=True, slots=True)
class WideTable:
    """Twelve or fewer month columns in one row; each filled cell becomes a row of its own."""

    year: Column
    months: tuple[Column, ...]
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class ImportProfile:
    """One saved way to read one kind of file; every key is described in docs/imports.md."""

    kind: Kind
    file: FileFormat
    fields: Mapping[str, FieldColumn]
    person_by: PersonBy = "identity"
    manager_by: PersonBy = "identity"
    null_words: tuple[str, ...] = NULL_WORDS
    dates: tuple[str, ...] = ()
    numbers: NumberFormat = PLAIN
    rounding: bool = False
    current: RowTest | None = None
    only: RowTest | None = None
    wide: WideTable | None = None
    lookups: Mapping[str, LookupTable] = field(default_factory=dict)
    dimensions: Mapping[str, FieldColumn] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
