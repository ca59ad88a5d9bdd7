"""Files with the plan of a departure: what happens, day by day."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from catalog.trips.queries.planner import (
    departure_address,
    departure_choices,
    departure_named,
)
from catalog.trips.sheets import operations
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.imports.registry import Example, Files, Found, Option, Run, only_for, register
from marketplace.imports.small import Line, Outcome, lines_of, tried
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.tabular import RowError
from marketplace.people.queries import actor_of

DEPARTURE, COMPLETE = "departure", "complete"


class PlanImporter:
    """What happens on the days of a departure, one row for each thing."""

    kind = "plan"
    title = "Plan of a trip"
    lead = (
        "What happens on the days of one departure, one row for each thing. Columns that the file "
        "doesn't have stay as they are. The same file twice changes nothing, a corrected one "
        "corrects."
    )
    count_labels = {  # noqa: RUF012  read only
        "new": "new in the plan",
        "changed": "changed",
        "unchanged": "unchanged",
        "gone": "missing from the file, taken out",
    }
    options: Sequence[Option] = (
        Option(
            DEPARTURE,
            "Departure",
            "Whose plan it is.",
            departure_choices,
            is_needed=True,
            page=lambda sku: ("trips_manage.plan", departure_address(sku)),
        ),
        Option(
            COMPLETE,
            "The file holds the whole plan",
            "What is missing from it is taken out.",
        ),
    )
    example = Example(
        file_name="plan-example.csv",
        file="""\
Day,From,To,Kind,What,Where,Choice,Seats,What travelers read
1,12:30,13:15,transfer,Bus to the hotel,Airport,no,48,
1,19:30,22:00,meal,Dinner by the river,Ribeira,no,,Something good for everyone
2,10:00,12:30,activity,Old tram,Graça,yes,24,Slow and steep
2,10:00,13:00,activity,Painting tiles,Museum of tiles,yes,16,
""",
        profile="""\
kind = "plan"

[columns]                    # on the left Laurel's word, on the right your heading
day = "Day"                  # 1 for the first, or a date as 2027-05-13
kind = "Kind"                # arrival, transfer, stay, meal, activity, meeting, free, departure
name = "What"
starts_at = "From"           # by the time there, 24 hours
ends_at = "To"
place = "Where"
choice = "Choice"            # yes: travelers say whether they come
seats = "Seats"              # of activities and transfers
text = "What travelers read"
""",
    )

    def rows(self, run: Run, files: Files) -> Iterator[Line | RowError]:
        """The rows of the file as text."""
        return lines_of(run, files)

    def stage(self, run: Run, rows: Sequence[Line]) -> None:
        """Keep a batch of rows."""
        operations.stage_items(run.id, [(row.line, row.values) for row in rows])

    def check(self, run: Run, *, at: datetime) -> Found:
        """Say what would happen, cell by cell; nothing stays."""
        return tried(lambda: _take(run, Actor.system(), at))

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Take the plan in. Raises NotAllowed for who does not plan trips."""
        if actor.employee_id and not actor_of(actor.employee_id).may(Permission.CATALOG_MANAGE):
            raise NotAllowed("Only who plans trips can import this.")
        return _take(run, actor, at).found

    def forget(self, run_id: int) -> None:
        """Delete the kept rows of a run."""
        operations.forget_items(run_id)


def _take(run: Run, actor: Actor, at: datetime) -> Outcome:
    departure = departure_named(str(run.options[DEPARTURE]))
    taking = operations.Taking(departure, actor, bool(run.options.get(COMPLETE)), at)
    return operations.take_plan(taking, operations.staged_items(run.id))


register(PlanImporter())
only_for(PlanImporter.kind, Permission.CATALOG_MANAGE)
