"""Courses at the manager's desk."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import department_choices
from marketplace.programs.trainings.forms import CourseForm
from marketplace.programs.trainings.operations.courses import (
    CourseFacts,
    add_course,
    change_course,
)
from marketplace.programs.trainings.queries import courses as known
from marketplace.programs.trainings.queries.courses import CourseRow
from marketplace.web.deeds import once
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("courses", __name__, url_prefix="/manage/courses")


@bp.get("")
@requires(Permission.PROGRAMS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every course, for whom it is made and how many completed it."""
    return render_page(
        "programs/trainings/manage/courses.html",
        courses=known.courses(),
        people=known.people_by_course(),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Add a course."""
    form = CourseForm(department_choices())
    if form.validate_on_submit() and _save(form, None):
        flash_done(f"The course “{form.name.data}” is there.")
        return see_other("courses.overview")
    return render_page("programs/trainings/manage/course.html", form=form, course=None)


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """Change what is known of a course."""
    course, form = known.course_at(slug), CourseForm(department_choices())
    if not form.is_submitted():
        form.name.data, form.slug.data = course.name, course.slug
        form.minutes.data, form.link.data = course.minutes, course.link
        form.made_for.data = str(course.made_for_id or "")
        form.about.data = str(course.about_id or "")
    elif form.validate() and _save(form, course):
        flash_done("Saved.")
        return see_other("courses.overview")
    return render_page("programs/trainings/manage/course.html", form=form, course=course)


def _save(form: CourseForm, course: CourseRow | None) -> bool:
    """Save it once; False with what is wrong on the form."""
    at = clock.now()
    facts = CourseFacts(
        slug=form.address,
        name=(form.name.data or "").strip(),
        minutes=form.minutes.data or 1,
        made_for_id=int(form.made_for.data) if form.made_for.data else None,
        about_id=int(form.about.data) if form.about.data else None,
        link=(form.link.data or "").strip(),
    )

    def save(actor: Actor) -> str:
        if course is None:
            add_course(actor, facts, at=at)
        else:
            change_course(actor, course.id, facts, at=at)
        return facts.slug

    try:
        once(form, save, at=at)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True
