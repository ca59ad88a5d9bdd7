"""The teams of a contest and who is in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.models import Employee
from marketplace.people.queries import employee_ids_by_key
from marketplace.programs.contests.models import ContestTeam, ContestTeamMember

FEWEST_TEAMS = 2
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its people by name, and as an editor writes them."""

    id: int
    name: str
    people: tuple[str, ...]
    handles: tuple[str, ...]


def teams_of(program_id: int) -> list[Team]:
    """Every team of a contest, by name."""
    rows = session().execute(
        sa.select(ContestTeam.id, ContestTeam.name, Employee.name, Employee.external_id)
        .outerjoin(ContestTeamMember, ContestTeamMember.team_id == ContestTeam.id)
        .outerjoin(Employee, Employee.id == ContestTeamMember.employee_id)
        .where(ContestTeam.program_id == program_id)
        .order_by(ContestTeam.name, ContestTeam.id, Employee.name, Employee.id)
    )
    found: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for team_id, name, person, handle in rows:
        people = found.setdefault((team_id, name), [])
        if person is not None:
            people.append((person, handle))
    return [
        Team(team_id, name, tuple(p for p, _ in people), tuple(h for _, h in people))
        for (team_id, name), people in found.items()
    ]


def team_among(teams: Sequence[Team], team_id: int) -> Team:
    """One of the teams. Raises NotFound."""
    for team in teams:
        if team.id == team_id:
            return team
    raise NotFound("There is no such team in this contest.")


def teams_obstacle(program_id: int) -> str | None:
    """Why the teams are not ready for a launch; None when they are."""
    teams = teams_of(program_id)
    if len(teams) < FEWEST_TEAMS:
        return "A contest between teams needs two teams. Make them first."
    if empty := next((team.name for team in teams if not team.people), None):
        return f"The team “{empty}” has nobody in it. Add people or remove it."
    return None


def people_named(lines: Sequence[str]) -> list[int]:
    """The people whom an editor wrote down by e-mail or staff number. Raises BadInput."""
    by_number, by_email = employee_ids_by_key(), employee_ids_by_key("email")
    found, unknown = [], []
    for line in lines:
        known = by_number.get(line) or by_email.get(line.lower())
        if known is None:
            unknown.append(line)
        else:
            found.append(known)
    if unknown:
        shown = ", ".join(f"“{name[:40]}”" for name in unknown[:MOST_NAMED])
        raise BadInput(f"Nobody here has the e-mail or staff number {shown}.")
    return list(dict.fromkeys(found))
