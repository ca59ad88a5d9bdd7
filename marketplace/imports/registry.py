"""What an importer is. Each slice registers its own kind; this slice knows none of them.

A run goes: read rows in batches into the importer's own staging rows, each batch committed, then
`check` in one transaction (marks what is wrong, counts what would happen), then, when a person says
so, `apply` in one transaction. A process killed anywhere leaves either nothing or everything, and
the job that starts anew begins with `forget`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.tabular.problems import RowError
from marketplace.kernel.tabular.profile import ImportProfile
from marketplace.web.letters import Addressee


@dataclass(frozen=True, slots=True)
class Run:
    """One file on its way in, as an importer sees it. `source` names where keys come from.

    `uploaded_at` is when the file came: what it says of later days can't have happened yet.
    `aside_id` is the run that holds rows of the file which wait for somebody else.
    """

    id: int
    profile: ImportProfile
    source: str
    options: dict[str, Any]
    uploaded_at: datetime
    aside_id: int | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The runs that hold rows of the file: this one, and that of the rows put aside."""
        return (self.id,) if self.aside_id is None else (self.id, self.aside_id)


@dataclass(frozen=True, slots=True)
class Files:
    """The file and the tables beside it, open for reading and seeking."""

    main: BinaryIO
    lookups: dict[str, BinaryIO]


@dataclass(frozen=True, slots=True)
class Option:
    """Something a person may choose for a run: a checkbox, or one of `choices` (value, label).

    `page` names the page of what was chosen: its endpoint and what the address needs.
    """

    name: str
    label: str
    hint: str = ""
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    is_needed: bool = False
    page: Callable[[str], tuple[str, dict[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the staged rows found; `counts` are named in `Importer.count_labels`.

    `problems` holds what only the whole file or the database shows: two people with one e-mail.
    `bad_rows` counts the rows that can't be imported, `good_rows` those that would change anything.
    """

    counts: dict[str, int]
    good_rows: int
    bad_rows: int
    problems: Sequence[RowError] = field(default_factory=tuple)
    notes: Sequence[RowError] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Example:
    """A small CSV file to fill in, and the profile that reads it."""

    file_name: str
    file: str
    profile: str


class Importer(Protocol):
    """One kind of file. Operations run inside the transaction of their caller."""

    kind: str
    title: str
    lead: str
    count_labels: dict[str, str]
    options: Sequence[Option]
    example: Example

    def rows(self, run: Run, files: Files) -> Iterator[Any | RowError]:
        """The rows of the file, converted. Raises CannotReadTable."""
        ...

    def stage(self, run: Run, rows: Sequence[Any]) -> None:
        """Keep a batch of rows for `check` and `apply`."""
        ...

    def check(self, run: Run, *, at: datetime) -> Found:
        """Say what `apply` would do. May write to the staging rows only."""
        ...

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Import the good staged rows, all or none; says what was done."""
        ...

    def forget(self, run_id: int) -> None:
        """Delete the staged rows of a run."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoElse:
    """Somebody whose own rows wait, and who may import them instead, also in a sentence."""

    about: Addressee
    is_here: bool  # whether they still work here
    others: Sequence[Addressee]
    words: str


_who_else: dict[str, Callable[[int], WhoElse]] = {}


def find_who_else(finder: Callable[[int], WhoElse]) -> Callable[[int], WhoElse]:
    """Register who knows which people but one may import; people stand above."""
    _who_else["finder"] = finder
    return finder


def who_else_imports(employee_id: int) -> WhoElse:
    """Who may import what one person may not."""
    return _who_else["finder"](employee_id)


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Make a kind of file known, once."""
    _importers[importer.kind] = importer


def importer_of(kind: str) -> Importer:
    """The importer of a kind. Raises KeyError for an unknown one."""
    return _importers[kind]


def kinds() -> list[Importer]:
    """Every importer, by title."""
    return sorted(_importers.values(), key=lambda importer: importer.title)


_only_for: dict[str, Permission] = {}


def only_for(kind: str, permission: Permission) -> None:
    """Keep files of a kind to those who may do what such a file does; a dry run tells a lot."""
    _only_for[kind] = permission


def closed_to(actor: Actor) -> frozenset[str]:
    """The kinds of files that are not an actor's to look at, though they run imports."""
    return frozenset(kind for kind, needed in _only_for.items() if not actor.may(needed))
