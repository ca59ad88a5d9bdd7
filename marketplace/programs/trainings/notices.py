"""Letters about claimed courses."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.programs.claimed.notices import managers_but, nobody_left, who_looks_first
from marketplace.programs.letters import Said, write_note
from marketplace.programs.models import Program
from marketplace.programs.trainings.models import Course, CourseClaim
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.web.letters import page_link


def tell(claim_id: int, state: CourseClaimState, *, at: datetime) -> None:
    """Write to those who decide about a new claim, and to the claimant about its end."""
    claim = session().get_one(CourseClaim, claim_id)
    course = session().get_one(Course, claim.course_id)
    program = session().get_one(Program, claim.program_id)
    key = f"course_claim:{claim.reference}:{state.value}"
    if state is CourseClaimState.WAITING:
        _ask(claim, course, program, key, at)
        return
    claimant = person(claim.employee_id)
    if claimant.is_active:
        href = page_link("programs.show", slug=program.slug)
        write_note(_ended(claim, course, state), to=claimant, href=href, key=key, at=at)


def _ask(claim: CourseClaim, course: Course, program: Program, key: str, at: datetime) -> None:
    told = f"Somebody completed “{course.name}” of {program.name} and shows it."
    said = Said("A course waits for your look", (told,), "Look and decide")
    href = page_link("trainings_manage.claim", slug=program.slug, reference=claim.reference)
    managers = managers_but({claim.employee_id})
    for reader in who_looks_first(program, managers):
        write_note(said, to=reader, href=href, key=f"{key}:{reader.id}", at=at)
    if not managers:
        mine = page_link("programs.show", slug=program.slug)
        claimant = person(claim.employee_id)
        write_note(nobody_left(told), to=claimant, href=mine, key=key, at=at)


def _ended(claim: CourseClaim, course: Course, state: CourseClaimState) -> Said:
    if state is CourseClaimState.APPROVED:
        told = f"“{course.name}” counts as completed, with its points."
        return Said("Your course counts", (told,), "See the path")
    if state is CourseClaimState.DECLINED:
        told = f"“{course.name}” was not taken: “{claim.reason}” You may send it again."
        return Said("Your course was declined", (told,), "See the path")
    told = f"“{course.name}” no longer counts: “{claim.reason}” Its points follow the rule."
    return Said("Your course was taken back", (told,), "See the path")
