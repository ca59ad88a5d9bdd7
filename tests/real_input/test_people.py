"""AdventureWorks: 290 people, 16 departments, and an org chart that needs superseded rows."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.imports.states import RunState
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.queries import people_list
from tests.people.importing import imported

pytestmark = pytest.mark.real_input
PROFILE = (Path(__file__).parent / "profiles/aw_people.toml").read_text("utf-8")


def _file(adventureworks: Path) -> bytes:
    return (adventureworks / "dw/DimEmployee.csv").read_bytes()


def _chart() -> dict[str, tuple[str, ...]]:
    people = {person.id: person for person in people_list(limit=1_000)}
    return {
        person.external_id: (
            person.name,
            person.email or "",
            person.title,
            person.department,
            str(person.hired_on),
            people[person.manager_id].external_id if person.manager_id else "",
        )
        for person in people.values()
    }


def test_the_file_gives_the_people_departments_and_org_chart_computed_independently(
    adventureworks: Path, expected: Path, at: datetime
):
    run = imported(_file(adventureworks), PROFILE)

    facts = json.loads((expected / "aw_facts.json").read_text())
    assert run.state is RunState.DONE
    assert run.counts["new"] == facts["people"] == 290
    assert run.counts["superseded"] == facts["superseded_rows"]
    with (expected / "aw_people.csv").open(newline="", encoding="utf-8") as file:
        wanted = {
            row["national_id"]: (
                f"{row['first_name']} {row['last_name']}",
                row["email"].lower(),
                row["title"],
                row["department"],
                row["hire_date"],
                row["manager_national_id"],
            )
            for row in csv.DictReader(file)
        }
    assert _chart() == wanted
    sizes = session().execute(
        sa.select(Department.name, sa.func.count())
        .join(Employee, Employee.department_id == Department.id)
        .group_by(Department.name)
    )
    assert dict(map(tuple, sizes)) == facts["departments"]


def test_twenty_three_people_keep_their_manager_through_a_superseded_row(
    adventureworks: Path, expected: Path, at: datetime
):
    rows = list(csv.reader(_file(adventureworks).decode("utf-8").splitlines(), delimiter="|"))
    superseded = {row[1] for row in rows if row[30] != "Current"}
    through = {row[3] for row in rows if row[30] == "Current" and row[2] in superseded}

    imported(_file(adventureworks), PROFILE)

    chart = _chart()
    assert len(through) == 23
    assert all(chart[national_id][-1] for national_id in through)


def test_the_same_file_again_changes_nothing(adventureworks: Path, at: datetime):
    imported(_file(adventureworks), PROFILE)
    before = _chart()

    again = imported(_file(adventureworks), PROFILE)

    assert (again.counts["unchanged"], again.good_rows, again.bad_rows) == (290, 0, 0)
    assert _chart() == before
    changes = sa.select(sa.func.count()).where(AuditEntry.action == "people.import_change")
    assert session().scalar(changes) == 0
