"""Making a moment and choosing what it shows."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.recognition.models import Recognition
from marketplace.recognition.moments.models import LONGEST_DEED, Moment, MomentGuest, MomentSlide
from marketplace.recognition.moments.policies import MomentFacts
from marketplace.recognition.moments.queries.moments import (
    NOT_THERE,
    may_run,
    may_run_moments,
    moment_choices,
)
from marketplace.recognition.queries.feed import is_public

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def create_moment(actor: Actor, facts: MomentFacts, *, at: datetime) -> str:
    """Make a moment; its slug. Raises NotFound for who runs none, BadInput for an unfit host."""
    if not may_run_moments(actor):
        raise NotFound(NOT_THERE)
    _refuse_unfit(actor, facts)
    moment = Moment(
        slug=_free_slug(facts),
        title=facts.title,
        on_day=facts.on_day,
        department_id=facts.department_id,
        program_id=facts.program_id,
        owner_id=actor.id,
        created_at=at,
    )
    session().add(moment)
    session().flush()
    _invite(moment.id, facts)
    audit.record(actor.id, "moments.create", f"moment:{moment.id}", at=at)
    return moment.slug


def change_moment(actor: Actor, slug: str, facts: MomentFacts, *, at: datetime) -> None:
    """Change a moment; its address and the codes that were printed stay. Raises NotFound."""
    moment = _theirs(actor, slug)
    _refuse_unfit(actor, facts)
    moment.title, moment.on_day = facts.title, facts.on_day
    moment.department_id, moment.program_id = facts.department_id, facts.program_id
    session().flush()
    session().execute(sa.delete(MomentGuest).where(MomentGuest.moment_id == moment.id))
    _invite(moment.id, facts)
    audit.record(actor.id, "moments.change", f"moment:{moment.id}", at=at)


def pick(actor: Actor, slug: str, recognition_ids: Sequence[int], *, at: datetime) -> int:
    """Show recognitions of the feed, after what is there; how many were new.

    Those that are not for everyone's eyes are left out.
    """
    moment = _theirs(actor, slug)
    wanted = sa.select(Recognition.id).where(Recognition.id.in_(recognition_ids), is_public(at))
    public = set(session().scalars(wanted))
    chosen = [one for one in recognition_ids if one in public]
    return sum(add_slide(moment.id, one, is_captured=False, at=at) for one in chosen)


def add_slide(moment_id: int, recognition_id: int, *, is_captured: bool, at: datetime) -> bool:
    """Put a recognition at the end; False when it is there."""
    last = session().scalar(
        sa.select(sa.func.max(MomentSlide.position)).where(MomentSlide.moment_id == moment_id)
    )
    added = session().scalar(
        insert_or_skip(MomentSlide)
        .values(
            moment_id=moment_id,
            recognition_id=recognition_id,
            position=(last or 0) + 1,
            is_captured=is_captured,
            added_at=at,
        )
        .on_conflict_do_nothing(index_elements=["moment_id", "recognition_id"])
        .returning(MomentSlide.recognition_id)
    )
    return added is not None


def take_out(actor: Actor, slug: str, recognition_id: int) -> None:
    """Show a recognition no longer; it stays in the feed. Raises NotFound."""
    moment = _theirs(actor, slug)
    gone = session().execute(sa.delete(MomentSlide).where(*_slide(moment.id, recognition_id)))
    if not rows_changed(gone):
        raise NotFound("This recognition is not among the slides.")


def describe(actor: Actor, slug: str, recognition_id: int, deed: str) -> None:
    """Give a slide its headline, or none. Raises NotFound, BadInput."""
    moment, words = _theirs(actor, slug), " ".join(deed.split())
    if len(words) > LONGEST_DEED:
        raise BadInput(f"Keep the headline under {LONGEST_DEED} characters. Nothing was changed.")
    changed = session().execute(
        sa.update(MomentSlide)
        .where(*_slide(moment.id, recognition_id))
        .values(deed=words)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(changed):
        raise NotFound("This recognition is not among the slides.")


def step(actor: Actor, slug: str, recognition_id: int, by: int) -> None:
    """Move a slide up (-1) or down (+1). Raises NotFound."""
    moment = _theirs(actor, slug)
    slides = list(
        session().scalars(
            sa.select(MomentSlide)
            .where(MomentSlide.moment_id == moment.id)
            .order_by(MomentSlide.position, MomentSlide.recognition_id)
            .with_for_update()
        )
    )
    here = next(
        (n for n, slide in enumerate(slides) if slide.recognition_id == recognition_id), None
    )
    if here is None:
        raise NotFound("This recognition is not among the slides.")
    there = min(max(here + by, 0), len(slides) - 1)
    slides.insert(there, slides.pop(here))
    for position, slide in enumerate(slides, start=1):
        slide.position = position
    session().flush()


def _theirs(actor: Actor, slug: str) -> Moment:
    """A moment they run, locked so that its slides change one at a time."""
    found = session().scalar(
        sa.select(Moment).where(Moment.slug == slug, may_run(actor)).with_for_update()
    )
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def _slide(moment_id: int, recognition_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (MomentSlide.moment_id == moment_id, MomentSlide.recognition_id == recognition_id)


def _refuse_unfit(actor: Actor, facts: MomentFacts) -> None:
    _refuse_unknown(facts)
    elsewhere = facts.department_id != actor.department_id
    if facts.program_id and elsewhere and not actor.may(Permission.PROGRAMS_MANAGE):
        raise BadInput(
            "A meeting that brings points is hosted by your own department. Choose it as the host, "
            "or ask a program manager to make this moment. Nothing was changed."
        )


def _refuse_unknown(facts: MomentFacts) -> None:
    choices = moment_choices()
    departments = {int(number) for number, _ in choices.departments}
    programs = {int(number) for number, _ in choices.programs} | {None}
    if not {facts.department_id, *facts.guests} <= departments:
        raise BadInput("Choose departments from the list. Nothing was changed.")
    if facts.program_id not in programs:
        raise BadInput("That program does not run any more. Choose another. Nothing was changed.")


def _invite(moment_id: int, facts: MomentFacts) -> None:
    for department_id in sorted(set(facts.guests) - {facts.department_id}):
        session().add(MomentGuest(moment_id=moment_id, department_id=department_id))
    session().flush()


def _free_slug(facts: MomentFacts) -> str:
    plain = unicodedata.normalize("NFKD", facts.title).encode("ascii", "ignore").decode().lower()
    words = _NOT_WORDS.sub("-", plain).strip("-")[:50].strip("-") or "moment"
    slug = f"{words}-{facts.on_day.isoformat()}"
    taken = set(session().scalars(sa.select(Moment.slug).where(Moment.slug.startswith(slug))))
    return next(
        name for name in (slug, *(f"{slug}-{n}" for n in range(2, 10_000))) if name not in taken
    )
