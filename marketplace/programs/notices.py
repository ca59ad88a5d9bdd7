"""Letters any program may write: nobody can answer in it any more, or points went back."""

from collections import defaultdict
from datetime import datetime

from marketplace.access.roles import Permission
from marketplace.awards.queries import TakenBack, taken_back
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.people.deciders import those_who_may
from marketplace.people.queries import Person, people_by_id
from marketplace.programs.earning import earner_of
from marketplace.programs.letters import Said, write_note
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule, rule_set_at
from marketplace.programs.states import COUNTS
from marketplace.programs.words import sentence_case
from marketplace.web.filters import points_word
from marketplace.web.letters import page_link

MOST_NAMED = 5


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


def tell_whose_points_went_back(program_id: int, taken_at: datetime, *, at: datetime) -> None:
    """Tell everyone from whom a settlement took points back: how many, and what for."""
    program = session().get_one(Program, program_id)
    by_person: dict[int, list[TakenBack]] = defaultdict(list)
    for one in taken_back(program_id, at=taken_at):
        by_person[one.employee_id].append(one)
    href, why = page_link("points.show"), _why(program, taken_at)
    for reader in people_by_id(by_person).values():
        if reader.is_active:
            owed = points_of(reader.id, at=at).owed
            said = _went_back(program.name, why, by_person[reader.id], owed)
            key = f"points_taken_back:{program_id}:{taken_at.isoformat()}:{reader.id}"
            write_note(said, to=reader, href=href, key=key, at=at)


def _why(program: Program, taken_at: datetime) -> str:
    """What made points go back: a new rule, or a correction of what was reported."""
    rule = rule_set_at(program.id, taken_at)
    if rule is None:
        return f"What {program.name} gave points for was corrected"
    return f"The rule of {program.name} was changed (“{rule.reason}”)"


def _went_back(program: str, why: str, taken: list[TakenBack], owed: int) -> Said:
    in_all = points_word(sum(one.points for one in taken))
    paragraphs = [f"{why}, so {in_all} went back."]
    for one in taken[:MOST_NAMED]:
        what = sentence_case(one.reason.removeprefix(f"{program}: "))
        now = f"{one.before - one.points:,}"
        paragraphs.append(f"{what}: {points_word(one.before)} before, {now} now.")
    if len(taken) > MOST_NAMED:
        paragraphs.append(f"These are {MOST_NAMED} of {len(taken):,}; your points page has all.")
    if owed:
        pays = f"What you earn next makes up for {points_word(owed)} first."
        paragraphs.append(f"Some of your points are spent already. {pays}")
    paragraphs.append("If you think this is a mistake, ask the people who run the program.")
    return Said(f"Taken back: {in_all}", tuple(paragraphs), "See your points")


def _readers(program: Program) -> list[Person]:
    """Who made it, where they still manage programs; else everyone who does."""
    managers = those_who_may(Permission.PROGRAMS_MANAGE)
    owner = [one for one in managers if one.id == program.owner_id]
    if owner or managers:
        return owner or managers
    return [one for one in people_by_id([program.owner_id]).values() if one.is_active]
