"""What may still bring Maya points on the way to her goal."""

from datetime import date, timedelta

from catalog.wishes.operations.saving import make_goal
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_of
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.queries.helpful import running_for
from marketplace.programs.states import ProgramKind
from tests.support.catalog import stock_lisbon_trip
from tests.support.people import employ_leo, employ_maya
from tests.support.programs import run_kind, run_program


def names(actor, at, limit=9) -> list[str]:
    return [program.slug for program, _progress in running_for(actor, at=at, limit=limit)]


def test_only_what_runs_today_for_her_and_needs_something_from_her(at):
    maya, leo = actor_of(employ_maya()), actor_of(employ_leo())
    run_program(slug="for-all")
    run_program(slug="for-sales", departments=("Sales",))
    run_program(slug="draft", is_launched=False)
    run_program(slug="ends-sooner", days=(date(2026, 11, 1), date(2026, 12, 1)))
    run_kind(ProgramKind.BONUS, BonusTerms(10), slug="by-hand")
    assert names(maya, at) == ["ends-sooner", "for-all"]
    assert names(maya, at, limit=1) == ["ends-sooner"]
    assert set(names(leo, at)) == {"ends-sooner", "for-all", "for-sales"}
    assert names(maya, at + timedelta(days=10)) == ["for-all"]


def test_they_stand_beside_a_goal_that_is_not_reached(at, sign_in):
    run_program()
    maya = employ_maya()
    page = sign_in(maya).get("/wishlist").text
    assert "What would bring you closer" not in page
    with transaction():
        make_goal(actor_of(maya), stock_lisbon_trip().slug, at=at)
    page = sign_in(maya).get("/wishlist").text
    assert "What would bring you closer" in page
    assert "Spring orders" in page
    assert "until 31 Dec 2026" in page
