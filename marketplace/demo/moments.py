"""Two meetings of the demo's marketing: one was held and has its attendance, one is next week."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.models import Department
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from marketplace.recognition.anniversaries.operations import choose_celebrations
from marketplace.recognition.anniversaries.queries.choices import Celebrations
from marketplace.recognition.models import Recognition
from marketplace.recognition.moments.models import Moment
from marketplace.recognition.moments.operations.attending import check_in
from marketplace.recognition.moments.operations.preparing import (
    create_moment,
    describe,
    pick,
)
from marketplace.recognition.moments.policies import MomentFacts
from marketplace.recognition.queries.feed import is_public
from marketplace.recognition.states import Source

SLIDES = 6
SAYINGS = {
    "maya.chen": "MY-ah chen",
    "jonas.lind": "YO-nas lind",
    "leila.farouk": "LAY-la fa-ROOK",
    "elif.demir": "eh-LEEF deh-MEER",
    "noor.aziz": "noor ah-ZEEZ",
}
CAME = ("jonas.lind", "clara.weiss", "maya.chen", "leila.farouk", "tomas.ortega", "grace.kim")


def load_moment(people: dict[str, int], *, at: datetime) -> None:
    """Omar prepares next week's all-hands; last month's has its attendance already."""
    for handle, saying in SAYINGS.items():
        wanted = Celebrations(say_name=saying)
        choose_celebrations(actor_of(people[handle]), wanted, at=at)
    omar = actor_of(people["omar.haddad"])
    held, coming = at - timedelta(days=28), at + timedelta(days=7)
    _check_in(people, _make(omar, "Campaign review", held), at=held)
    slug = _make(omar, "Marketing all-hands", coming)
    chosen = _worth_showing(at)
    pick(omar, slug, chosen, at=at)
    if chosen:
        describe(omar, slug, chosen[0], "The handover nobody noticed")


def _make(omar: Actor, title: str, day: datetime) -> str:
    departments = {
        row.name: row.id for row in session().execute(sa.select(Department.name, Department.id))
    }
    facts = MomentFacts(
        title=title,
        on_day=day.date(),
        department_id=departments["Marketing"],
        guests=tuple(departments[name] for name in ("Sales",) if name in departments),
        program_id=session().scalar(sa.select(Program.id).where(Program.slug == "thank-you")),
    )
    return create_moment(omar, facts, at=day - timedelta(days=14))


def _check_in(people: dict[str, int], slug: str, *, at: datetime) -> None:
    moment_id = session().scalars(sa.select(Moment.id).where(Moment.slug == slug)).one()
    for minute, handle in enumerate(CAME):
        check_in(actor_of(people[handle]), moment_id, at=at + timedelta(minutes=minute))


def _worth_showing(at: datetime) -> list[int]:
    """The newest that everyone may see and a colleague said."""
    wanted = (
        sa.select(Recognition.id)
        .where(is_public(at), Recognition.source == Source.PAGE)
        .order_by(Recognition.id.desc())
        .limit(SLIDES)
    )
    return list(session().scalars(wanted))
