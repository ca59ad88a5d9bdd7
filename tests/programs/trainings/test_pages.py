"""Leo walks a path and Priya runs it, in browsers without a script; bad input changes nothing."""

import io
import re

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.programs.trainings.models import Course, CourseClaim
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ_leo, employ_priya
from tests.support.pictures import picture
from tests.support.trainings import add_courses, completed, run_training

SHOW = "/programs/marketing-for-sellers"
DESK = f"/manage{SHOW}"
READING = f"{SHOW}/courses/reading"


@pytest.fixture
def courses(at):
    ids = add_courses()
    run_training(ids)
    return ids


@pytest.fixture
def leo(sign_in, courses):
    return sign_in(employ_leo())


@pytest.fixture
def priya(sign_in, courses):
    return sign_in(employ_priya())


def proof(on_day="2026-11-20", evidence=None):
    content, name = evidence or (picture(), "certificate.png")
    return {"on_day": on_day, "evidence": (io.BytesIO(content), name)}


def claim_sent():
    session().close()
    return session().scalar(sa.select(CourseClaim.reference)) or ""


def test_leo_shows_a_course_priya_agrees_and_the_path_goes_on(leo, priya):
    path = leo.get(SHOW).text
    assert "Cross-functional" in path
    assert "0 of 3 done" in path
    assert lint_page(path) == lint_page(leo.get(READING).text) == []
    assert send(leo, READING, **proof()).headers["Location"] == SHOW
    assert "Waiting for an answer" in leo.get(SHOW).text
    address = f"{DESK}/completions/{claim_sent()}"
    for place in (f"{DESK}/completions", address, DESK):
        assert lint_page(priya.get(place).text) == [], place
    assert send(priya, address, f"{address}/approve").status_code == 303
    assert points_of(employ_leo(), at=clock.now()).available == 10
    assert "Done 20 Nov 2026" in leo.get(SHOW).text
    refused = send(priya, address, f"{address}/take_back", reason=" ")
    assert (refused.status_code, "Enter the reason." in refused.text) == (422, True)
    assert send(priya, address, f"{address}/take_back", reason="A sample").status_code == 303
    assert "Not taken: “A sample”" in leo.get(SHOW).text
    assert points_of(employ_leo(), at=clock.now()).available == 0


def test_the_badge_shows_on_the_path_and_on_earn(leo, priya, courses):
    assert "locked=1" in leo.get(SHOW).text
    completed(employ_leo(), *courses)
    path, earn = leo.get(SHOW).text, leo.get("/earn").text
    assert "The badge is yours" in path
    assert "locked=1" not in path
    assert "Your badges" in earn
    assert "Earned on 20 Nov 2026" in earn
    assert lint_page(path) == lint_page(earn) == []
    for picture_of in re.findall(r'/art/badge/[^"]+', path + earn):
        assert leo.get(picture_of.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on_day": ""}, "Enter the day."),
        ({"on_day": "2027-03-01"}, "Enter a day from 1 Oct 2026"),
        ({"evidence": (b"", "")}, "Add a picture or a PDF"),
        ({"evidence": (b"MZ", "a.exe")}, "can&#39;t be read"),
    ],
)
def test_a_bad_proof_says_what_to_enter(leo, changes, said):
    answer = send(leo, READING, **proof(**changes))
    assert (answer.status_code, said in answer.text) == (422, True)
    assert claim_sent() == ""
    assert lint_page(answer.text) == []


def test_courses_and_trainings_that_are_not_there_are_not_found(leo):
    assert leo.get(f"{SHOW}/courses/juggling").status_code == 404
    assert leo.get("/programs/nothing/courses/reading").status_code == 404


def test_priya_adds_courses_and_makes_a_training(priya, courses):
    facts = {"name": "Closing", "slug": "closing", "minutes": "30", "made_for": "", "about": ""}
    assert send(priya, "/manage/courses/new", **facts).status_code == 303
    doubled = send(priya, "/manage/courses/new", **facts | {"name": "Closing deals"})
    assert (doubled.status_code, "short name “closing” exists" in doubled.text) == (422, True)
    bad = send(priya, "/manage/courses/new", **facts | {"minutes": "0", "slug": "Up Case"})
    assert "Use lower-case letters" in bad.text
    assert "whole number from 1" in bad.text
    changed = send(priya, "/manage/courses/closing", **facts | {"name": "Closing well"})
    assert changed.status_code == 303
    session().close()
    course = session().scalars(sa.select(Course).where(Course.slug == "closing")).one()
    assert course.name == "Closing well"
    page = priya.get("/manage/programs/new/training").text
    budget = re.search(r'<option value="(\d+)"', page.split('name="budget"')[1]).group(1)
    new = {
        "name": "Together", "slug": "together", "summary": "Learn.", "budget": budget,
        "starts_on": "2026-11-01", "ends_on": "2026-12-31", "claw_back": "always",
        "course_1": str(course.id), "points_1": "25", "bonus": "",
    }  # fmt: skip
    address = "/manage/programs/new/training"
    for changes, said in (
        ({"course_1": "", "points_1": ""}, "Choose at least one course."),
        ({"course_2": str(course.id), "points_2": "5"}, "This course stands twice."),
        ({"points_1": ""}, "Enter what the course brings"),
        ({"course_1": "999"}, "Not a valid choice"),
    ):
        refused = send(priya, address, **new | changes)
        assert (refused.status_code, said in refused.text) == (422, True), said
        assert lint_page(refused.text) == []
    assert send(priya, address, **new).headers["Location"] == "/manage/programs/together"
    desk = "/manage/programs/together"
    assert send(priya, desk, f"{desk}/running").status_code == 303
    taken = {f"course_{n}": str(one) for n, one in enumerate(courses, 1)}
    path = taken | {f"points_{n}": "5" for n in (1, 2, 3)} | {"claw_back": "always", "bonus": "1"}
    path["reason"] = "One course more"
    overlap = send(priya, f"{desk}/training-path", **path)
    assert "is part of “Marketing for sellers”" in overlap.text
    assert send(priya, f"{DESK}/training-path", **path).status_code == 303
    for place in ("/manage/courses", "/manage/courses/closing", f"{DESK}/training-path"):
        assert lint_page(priya.get(place).text) == [], place


def test_pages_of_trainings_need_few_statements(leo, priya, courses, statements):
    completed(employ_leo(), courses[0])
    send(leo, f"{SHOW}/courses/leads", **proof())
    for who, address in (
        (leo, "/earn"),
        (leo, SHOW),
        (leo, f"{SHOW}/courses/audience"),
        (priya, "/manage/courses"),
        (priya, "/manage/courses/reading"),
        (priya, f"{DESK}/training-path"),
        (priya, f"{DESK}/completions/{claim_sent()}"),
    ):
        with statements() as sent:
            assert who.get(address).status_code == 200
        assert len(sent) <= 6, "\n---".join([address, *sent])
