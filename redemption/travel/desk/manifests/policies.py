"""Which fields each receiver may see, and how a list stands to the one before it.

This table is the whole right of a receiver: what is not a heading here never reaches them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.tabular.writing import OutValue
from redemption.travel.desk.manifests.states import FileKind, ListKind, RowStatus
from redemption.travel.vault.states import VaultField

_F, _K = VaultField, ListKind
STATUS = "Status"


@dataclass(frozen=True, slots=True)
class ListForm:
    """What a receiver gets: headings after the status, and what is opened of the vault for it."""

    headings: tuple[str, ...]
    opens: tuple[VaultField, ...] = ()
    note: str = ""

    @property
    def all_headings(self) -> tuple[str, ...]:
        """With the status in front."""
        return (STATUS, *self.headings)


FORMS: Mapping[ListKind, ListForm] = {
    _K.ROOMING: ListForm(
        (
            *("Number", "Name", "Room key", "Room", "Kind of room", "People in it"),
            *("Arrives", "Leaves", "Confirmation", "Note"),
        ),
        note="Names, rooms and nights. People with the same room key share.",
    ),
    _K.MEALS: ListForm(
        ("Day", "Meal", "Where", "Diet", "People"),
        opens=(_F.DIET,),
        note="How many eat what, meal by meal. No names, and nothing that people wrote.",
    ),
    _K.FLIGHTS: ListForm(
        (
            *("Number", "Family name", "Given names", "Date of birth", "Sex", "Nationality"),
            *("Passport number", "Issued by", "Expires", "Flight there", "Flight home"),
        ),
        opens=(
            *(_F.FAMILY_NAME, _F.GIVEN_NAMES, _F.BIRTH_DATE, _F.SEX, _F.NATIONALITY),
            *(_F.PASSPORT_NUMBER, _F.ISSUING_COUNTRY, _F.EXPIRES_ON),
        ),
        note="What airlines ask for, as it stands in the passport.",
    ),
    _K.TRANSFERS: ListForm(
        ("Number", "Name", "Transfer", "Day", "At", "From", "Flight", "Lands or leaves"),
        note="Who rides, with the flight they come or go with.",
    ),
    _K.ACTIVITIES: ListForm(
        ("Number", "Name", "Activity", "Day", "From", "To", "Where"),
        note="Who comes to what people chose, activity by activity.",
    ),
    _K.RUN_SHEET: ListForm(
        ("Day", "From", "To", "What", "Kind", "Where", "People"),
        note="What happens when and where, and how many come. No names.",
    ),
}

EVERYTHING, OTHER_MEAL = "Everything", "Other: ask the planner"
MEALS = (
    ("Vegan", {"vegan", "plant"}),
    ("Vegetarian", {"vegetarian", "veggie"}),
    ("Pescatarian", {"pescatarian", "pescetarian"}),
    ("Halal", {"halal"}),
    ("Kosher", {"kosher"}),
    ("No gluten", {"gluten", "celiac", "coeliac", "wheat"}),
    ("No lactose", {"lactose", "dairy", "milk"}),
    ("No nuts", {"nut", "peanut", "almond", "cashew", "hazelnut", "pistachio", "walnut"}),
    ("No seafood", {"seafood", "shellfish", "shrimp", "prawn", "fish"}),
    ("No eggs", {"egg"}),
    ("No pork", {"pork"}),
)
"""Coarse words for what people wrote: a caterer gets these and how many, and nothing else."""
_SAY_NOTHING = frozenset(
    {
        *("a", "all", "allergic", "allergie", "allergy", "am", "an", "and", "any", "at", "based"),
        *("diet", "fine", "food", "free", "i", "intolerance", "intolerant", "my", "no"),
        *("of", "only", "or", "please", "severe", "strict", "strictly", "the", "to", "very"),
        *("with", "without"),
    }
)
_WORDS = re.compile(r"[^\W\d_]+")


def meal_of(text: str) -> str:
    """What somebody wrote as coarse words; with anything else in it, it is to be asked for.

    A word counts whole, because who must not eat buckwheat is not helped by food without wheat.
    """
    said = {word.removesuffix("s") for word in _WORDS.findall(text.casefold())}
    found = [name for name, words in MEALS if words & said]
    is_clear = said <= _SAY_NOTHING.union(*(words for _, words in MEALS))
    if "Vegan" in found:
        found = [name for name in found if name not in {"Vegetarian", "No lactose", "No eggs"}]
    if "Pescatarian" in found:
        found = [name for name in found if name != "No seafood"]
    return ", ".join(found if found and is_clear else [*found, OTHER_MEAL])


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: `key` says of what it is, `people` how many it is about."""

    key: str
    cells: tuple[OutValue, ...]
    people: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which list, as what file, for whom and why."""

    variant_id: int
    kind: ListKind
    file_kind: FileKind
    receiver: str
    reason: str
    is_latin: bool = False


def status_of(row: ListRow, mark: str, before: Mapping[str, str] | None) -> RowStatus:
    """How a row stands to the last list; without one every row is new."""
    if before is None or row.key not in before:
        return RowStatus.NEW
    return RowStatus.UNCHANGED if before[row.key] == mark else RowStatus.MODIFIED


def gone(rows: Iterable[ListRow], before: Mapping[str, str] | None) -> list[str]:
    """The keys of the last list that are not in this one any more."""
    now = {row.key for row in rows}
    return sorted(key for key in before or {} if key not in now)


def cancelled_row(kind: ListKind, key: str, known_as: tuple[str, str] | None) -> ListRow:
    """A row that says that something is off: whose it was, where it was somebody's."""
    headings = FORMS[kind].headings
    cells: list[OutValue] = [""] * len(headings)
    if known_as is not None:
        number, name = known_as
        for heading, value in (("Number", number), ("Name", name)):
            if heading in headings:
                cells[headings.index(heading)] = value
    else:
        cells[0] = key.partition(":")[2]
    return ListRow(key, tuple(cells), 0)


def people_in(rows: Sequence[ListRow]) -> int:
    """How many people a list is about."""
    return sum(row.people for row in rows)
