"""Learning each other's work, and claiming what no system reports: the demo's part of both."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from PIL import Image, ImageDraw

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget
from marketplace.kernel.db import session
from marketplace.kernel.evidence import CleanFile, clean_file
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.claims.operations.claiming import NewClaim, submit_claim
from marketplace.programs.claims.operations.deciding import approve_claim, ask_claimant
from marketplace.programs.claims.states import Evidence
from marketplace.programs.claims.terms import AskedField, ClaimTerms
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.trainings.operations.claims import NewCourseClaim, claim_course
from marketplace.programs.trainings.operations.completions import (
    Completed,
    Reporter,
    record_completions,
)
from marketplace.programs.trainings.operations.courses import CourseFacts, add_course
from marketplace.programs.trainings.terms import PathCourse, TrainingTerms

BEFORE, AFTER = timedelta(days=75), timedelta(days=45)


@dataclass(frozen=True, slots=True)
class PathStory:
    """A path: for whom, about whose work, its courses, and how many each person has done."""

    slug: str
    name: str
    summary: str
    made_for: str
    about: str
    courses: tuple[tuple[str, str, int], ...]
    done: tuple[tuple[str, int], ...]


PATHS = (
    PathStory(
        "marketing-for-sellers",
        "Marketing for sellers",
        "Five short courses on what happens before a lead reaches you.",
        "Sales",
        "Marketing",
        (
            ("reading-a-campaign", "Reading a campaign", 45),
            ("who-we-talk-to", "Who we talk to, and why", 60),
            ("a-lead-and-its-story", "A lead and its story", 40),
            ("events-that-open-doors", "Events that open doors", 75),
            ("one-message", "One message, two voices", 90),
        ),
        (("jonas.lind", 3), ("clara.weiss", 5), ("ben.osei", 2), ("grace.kim", 1)),
    ),
    PathStory(
        "sales-for-marketers",
        "Sales for marketers",
        "Five short courses on what happens once a lead says yes.",
        "Marketing",
        "Sales",
        (
            ("a-day-on-the-phone", "A day on the phone", 50),
            ("from-offer-to-order", "From offer to order", 60),
            ("what-clients-ask", "What clients really ask", 45),
            ("pipeline-in-plain-words", "The pipeline in plain words", 40),
            ("closing-together", "Closing together", 90),
        ),
        (("maya.chen", 2), ("leila.farouk", 5), ("hiroshi.tanaka", 4), ("sofia.lindqvist", 1)),
    ),
)


def load_learning(priya: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Two paths with some people half way, and a program of claims with one that waits."""
    budget_id = session().scalars(sa.select(Budget.id).where(Budget.slug == "sales-and-marketing"))
    awards = budget_id.one()
    for story in PATHS:
        _walk(priya, people, story, awards, at)
    _claims(priya, people, awards, at)


def _add_courses(priya: Actor, story: PathStory, at: datetime) -> list[int]:
    return [
        add_course(
            priya,
            CourseFacts(
                slug=slug,
                name=name,
                minutes=minutes,
                made_for_id=department_named(story.made_for),
                about_id=department_named(story.about),
                link=f"Evergreen Academy, course {slug}",
            ),
            at=at - BEFORE,
        )
        for slug, name, minutes in story.courses
    ]


def _walk(
    priya: Actor, people: dict[str, int], story: PathStory, budget_id: int, at: datetime
) -> None:
    ids = _add_courses(priya, story, at)
    terms = TrainingTerms(tuple(PathCourse(course_id, 150) for course_id in ids), bonus=500)
    program = _Launch(story.slug, story.name, story.summary, ProgramKind.TRAINING, terms)
    program_id = _launch(priya, program, budget_id, at)
    by = Reporter("Monthly import", priya, at)
    record_completions(
        [
            Completed(
                people[handle],
                course_id,
                (at - timedelta(days=60 - 11 * place)).date(),
                f"academy:{handle}:{course_id}",
            )
            for handle, count in story.done
            for place, course_id in enumerate(ids[:count])
        ],
        by=by,
    )
    settle_program(program_id, actor=priya, at=at)
    handle, count = story.done[0]
    shown = NewCourseClaim(ids[count], (at - timedelta(days=2)).date(), (_ticket(200),))
    claimant = actor_of(people[handle])
    key = f"demo-course-{handle}"
    claim_course(claimant, program_id, shown, request_key=key, at=at - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class _Launch:
    """What a program of the story is called and pays."""

    slug: str
    name: str
    summary: str
    kind: ProgramKind
    terms: TrainingTerms | ClaimTerms


def _launch(priya: Actor, program: _Launch, budget_id: int, at: datetime) -> int:
    program_id = create_program(
        priya,
        NewProgram(
            slug=program.slug,
            name=program.name,
            summary=program.summary,
            kind=program.kind,
            starts_on=(at - BEFORE).date(),
            ends_on=(at + AFTER).date(),
            budget_id=budget_id,
            terms=program.terms,
        ),
        at=at - BEFORE,
    )
    move_program(priya, program_id, ProgramState.RUNNING, at=at - BEFORE)
    return program_id


def _claims(priya: Actor, people: dict[str, int], budget_id: int, at: datetime) -> None:
    terms = ClaimTerms(
        points=10,
        per_amount=10,
        amount_name="People in the room",
        reference_name="Talk or article",
        asked=(AskedField("Where"), AskedField("Link", is_needed=False)),
        evidence=Evidence.REQUIRED,
        second_look_from=3_000,
        most_per_person=6,
    )
    summary = "You spoke at an event or a magazine printed you: show it here."
    program = _Launch("proof-of-reach", "Proof of reach", summary, ProgramKind.CLAIM, terms)
    program_id = _launch(priya, program, budget_id, at)
    told = (
        ("jonas.lind", "Shelves that sell themselves", "Hamburg Retail Forum", 80, 9),
        ("sofia.lindqvist", "Booths people remember", "Oslo Event Days", 140, 1),
        ("maya.chen", "Small budgets, long stories", "Lisbon Brand Day", 60, 4),
    )
    sent = [
        submit_claim(
            actor_of(people[handle]),
            program_id,
            NewClaim(
                title,
                (at - timedelta(days=days + 2)).date(),
                room,
                {"Where": where},
                evidence=(_ticket(20 + 60 * place),),
            ),
            request_key=f"demo-claim-{handle}",
            at=at - timedelta(days=days),
        )
        for place, (handle, title, where, room, days) in enumerate(told)
    ]
    approve_claim(priya, sent[0], version=1, at=at - timedelta(days=8))
    question = "A lovely talk, I hear. Which of the two rooms was it, the large one?"
    ask_claimant(priya, sent[2], question, version=1, at=at - timedelta(days=3))


def _ticket(hue: int) -> CleanFile:
    """A picture of a ticket with a torn edge, as somebody might photograph one."""
    table = Image.new("HSV", (960, 640), (hue, 40, 215)).convert("RGB")
    draw = ImageDraw.Draw(table)
    color = Image.new("HSV", (1, 1), (hue, 170, 150)).convert("RGB").getpixel((0, 0))
    draw.rounded_rectangle((130, 150, 830, 490), 28, fill="white")
    draw.rounded_rectangle((130, 150, 330, 490), 28, fill=color)
    for y in range(166, 490, 28):
        draw.ellipse((604, y, 616, y + 12), fill=(225, 225, 225))
    for row, width in enumerate((190, 150, 170, 90)):
        draw.rounded_rectangle((370, 210 + row * 62, 370 + width, 236 + row * 62), 9, fill=color)
    for bar in range(16):
        draw.rectangle((650 + bar * 9, 220, 653 + bar * 9 + bar % 3, 420), fill=(40, 40, 48))
    out = io.BytesIO()
    table.save(out, "JPEG", quality=88)
    return clean_file("ticket.jpg", out.getvalue())
