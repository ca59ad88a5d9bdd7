"""Teams made for a contest, as long as it has not begun."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.people.models import Employee
from marketplace.programs.contests.models import ContestTeam, ContestTeamMember
from marketplace.programs.models import Program
from marketplace.programs.states import BEFORE_LAUNCH

MOST_MEMBERS = 500


class TeamsAreFixed(DomainError):
    """The contest has begun, so its teams stay as they are."""

    code = "teams_are_fixed"


def save_team(
    actor: Actor,
    program_id: int,
    name: str,
    members: Sequence[int],
    *,
    team_id: int | None = None,
    at: datetime,
) -> int:
    """Make a team, or give one another name and other people; answers its id.

    Raises BadInput for a name in use and for people who are in another team, TeamsAreFixed.
    """
    _refuse_if_begun(program_id)
    team = _team(program_id, team_id) if team_id else ContestTeam(program_id=program_id, name=name)
    _refuse_taken_name(program_id, name, team_id)
    _refuse_people_elsewhere(program_id, members, team_id)
    team.name = name
    session().add(team)
    session().flush()
    session().execute(sa.delete(ContestTeamMember).where(ContestTeamMember.team_id == team.id))
    for employee_id in dict.fromkeys(members):
        session().add(
            ContestTeamMember(program_id=program_id, employee_id=employee_id, team_id=team.id)
        )
    audit.record(
        actor.employee_id,
        "contests.save_team",
        f"program:{program_id}",
        at=at,
        team=name,
        people=len(members),
    )
    return team.id


def remove_team(actor: Actor, program_id: int, team_id: int, *, at: datetime) -> str:
    """Take a team out of the contest; answers its name. Raises NotFound, TeamsAreFixed."""
    _refuse_if_begun(program_id)
    team = _team(program_id, team_id)
    session().execute(sa.delete(ContestTeamMember).where(ContestTeamMember.team_id == team.id))
    session().delete(team)
    audit.record(
        actor.employee_id, "contests.remove_team", f"program:{program_id}", at=at, team=team.name
    )
    return team.name


def _team(program_id: int, team_id: int) -> ContestTeam:
    team = session().get(ContestTeam, team_id)
    if team is None or team.program_id != program_id:
        raise NotFound("There is no such team in this contest.")
    return team


def _refuse_if_begun(program_id: int) -> None:
    program = session().get_one(Program, program_id, populate_existing=True)
    if program.state not in BEFORE_LAUNCH:
        raise TeamsAreFixed(
            "This contest has begun, so its teams stay as they are. Nothing was changed."
        )


def _refuse_taken_name(program_id: int, name: str, team_id: int | None) -> None:
    known = session().scalar(
        sa.select(ContestTeam.id).where(
            ContestTeam.program_id == program_id, ContestTeam.name == name
        )
    )
    if known not in {None, team_id}:
        raise BadInput(f"There is a team “{name}” already. Choose another name.")


def _refuse_people_elsewhere(
    program_id: int, members: Collection[int], team_id: int | None
) -> None:
    if len(members) > MOST_MEMBERS:
        raise BadInput(f"A team can have {MOST_MEMBERS:,} people. Make two of it.")
    taken = session().execute(
        sa.select(Employee.name, ContestTeam.name)
        .join(ContestTeamMember, ContestTeamMember.employee_id == Employee.id)
        .join(ContestTeam, ContestTeam.id == ContestTeamMember.team_id)
        .where(
            ContestTeamMember.program_id == program_id,
            ContestTeamMember.employee_id.in_(sorted(members)),
            ContestTeamMember.team_id != (team_id or 0),
        )
        .order_by(Employee.name)
    )
    if found := taken.all():
        who = ", ".join(f"{person} ({team})" for person, team in found[:3])
        raise BadInput(f"Somebody can be in one team only. Take out: {who}.")
