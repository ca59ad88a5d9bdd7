"""Import a people file as the command line and the worker do."""

from io import BytesIO

from marketplace.access.actor import Actor
from marketplace.imports import operations, queries, runner
from marketplace.imports.operations import Upload
from marketplace.imports.queries import RunRow
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import transaction

PROFILE = """
kind = "people"
dates = "YYYY-MM-DD"

[file]
delimiter = ","

[identity]
column = "Id"

[manager]
column = "Manager"

[columns]
name = "Name"
email = "E-mail"
department = "Department"
hire_date = "Joined"
"""
HEADER = "Id,Name,E-mail,Department,Manager,Joined\n"


def upload(content: str | bytes, profile: str = PROFILE, **options) -> int:
    """Upload a file and answer its run."""
    data = content.encode() if isinstance(content, str) else content
    with transaction():
        return operations.upload(
            Upload(
                kind="people",
                file_name="people.csv",
                file=BytesIO(data),
                profile_name="staff",
                profile_toml=profile,
                options=options,
            ),
            actor=Actor.system(),
            at=clock.now(),
        )


def checked(content: str | bytes, profile: str = PROFILE, **options) -> RunRow:
    """The dry run of a file."""
    run_id = upload(content, profile, **options)
    runner.check_run(run_id)
    return queries.run_page(run_id)


def imported(
    content: str | bytes, profile: str = PROFILE, *, skip_errors: bool = False, **options
) -> RunRow:
    """The import of a file, dry run first."""
    row = checked(content, profile, **options)
    if row.state is not RunState.CHECKED:
        return row
    with transaction():
        operations.approve(row.id, skip_errors=skip_errors, actor=Actor.system(), at=clock.now())
    runner.import_run(row.id, actor=Actor.system())
    return queries.run_page(row.id)


def told(row: RunRow) -> list[tuple[int, str]]:
    """Line and field of each problem of a run."""
    return [(problem.line, problem.field) for problem in queries.problems(row.id)]
