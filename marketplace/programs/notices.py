"""The letter about a program that runs and needs an answer nobody can give any more."""

from datetime import datetime

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import those_who_may
from marketplace.people.queries import Person, people_by_id
from marketplace.programs.earning import earner_of
from marketplace.programs.letters import Said, write_note
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import COUNTS
from marketplace.web.letters import page_link


def tell_who_is_missing(program_id: int, *, at: datetime) -> None:
    """Write to who made a program when its answers are nobody's to give; once a month."""
    program = session().get_one(Program, program_id)
    if program.state not in COUNTS:
        return
    obstacle = earner_of(program.kind).people_obstacle(current_rule(program).terms)
    if obstacle is None:
        return
    said = Said(
        f"Somebody is missing: {program.name}",
        (f"{program.name} runs, and not all that people send can be answered.", obstacle),
        "See the program",
    )
    href = page_link("programs_manage.desk", slug=program.slug)
    for reader in _readers(program):
        key = f"program_people:{program_id}:{at:%Y-%m}:{reader.id}"
        write_note(said, to=reader, href=href, key=key, at=at)


def _readers(program: Program) -> list[Person]:
    """Who made it, where they still manage programs; else everyone who does."""
    managers = those_who_may(Permission.PROGRAMS_MANAGE)
    owner = [one for one in managers if one.id == program.owner_id]
    if owner or managers:
        return owner or managers
    return [one for one in people_by_id([program.owner_id]).values() if one.is_active]
