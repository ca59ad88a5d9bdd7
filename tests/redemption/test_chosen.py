"""What colleagues chose is said only where at least five different people did."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.extras import ChosenBy, choices_between
from catalog.wishes.models import PopularChoice
from catalog.wishes.operations.choices import count_choices_anew
from catalog.wishes.policies import rounded_down, window_of
from catalog.wishes.states import Circle
from marketplace.kernel.db import session, transaction
from redemption.models import RedemptionLine
from redemption.states import LineState
from tests.support.catalog import stock_badge, stock_gift_card
from tests.support.ledger import give_points
from tests.support.people import actor, employ, employ_maya
from tests.support.redemption import ask_for

NEXT_WEEK = timedelta(weeks=1)


@pytest.fixture
def choose(at):
    """So many new people ask for a reward, each so often."""

    def ask(offer, people: int, *, times: int = 1, **facts: str) -> list[int]:
        found = []
        for number in range(people):
            facts_of_one = {"department": "Sales", "country": "PT", **facts}
            who = employ(f"Colleague {session().query(PopularChoice).count()}-{offer.slug}-"
                         f"{'-'.join(facts_of_one.values())}-{number}", **facts_of_one)  # fmt: skip
            give_points(who, offer.points * times)
            for _ in range(times):
                ask_for(actor(who), offer)
            found.append(who)
        return found

    return ask


def count(at) -> bool:
    session().close()
    with transaction():
        return count_choices_anew(at=at)


def told() -> set[tuple[Circle, str, int]]:
    session().close()
    rows = session().scalars(sa.select(PopularChoice))
    return {(row.circle, row.place, row.at_least) for row in rows}


def test_four_are_too_few_and_five_are_told(choose, at):
    four, five = stock_badge(), stock_gift_card()
    choose(four, 4)
    choose(five, 5)
    assert count(at + NEXT_WEEK)
    assert {row.reward_id for row in session().scalars(sa.select(PopularChoice))} == {
        five.reward_id
    }
    assert {(circle, at_least) for circle, _place, at_least in told()} == {
        (Circle.COMPANY, 5),
        (Circle.DEPARTMENT, 5),
        (Circle.COUNTRY, 5),
    }


def test_one_person_who_asks_five_times_is_one_person(choose, at):
    card = stock_gift_card()
    choose(card, 4)
    choose(card, 1, times=2, country="DE")
    assert count(at + NEXT_WEEK)
    assert told() == {(Circle.COMPANY, "", 5), (Circle.DEPARTMENT, _place("Sales"), 5)}


def _place(department: str) -> str:
    found = session().scalar(
        sa.text("SELECT id FROM departments WHERE name = :name"), {"name": department}
    )
    return str(found)


def test_numbers_are_told_as_steps(choose, at):
    assert [rounded_down(people) for people in (0, 4, 5, 9, 10, 24, 25, 50, 99, 100, 4_000)] == [
        0, 0, 5, 5, 10, 10, 25, 50, 50, 100, 100,
    ]  # fmt: skip


def test_the_window_stands_still_for_a_week_and_is_counted_once(choose, at):
    card = stock_gift_card()
    choose(card, 5)
    assert count(at)
    assert told() == set()  # today is not in the window yet
    for days in range(7):
        assert not count(at + timedelta(days=days))
        assert window_of((at + timedelta(days=days)).date()) == window_of(at.date())
    assert count(at + NEXT_WEEK)
    assert (Circle.COMPANY, "", 5) in told()
    assert count(at + timedelta(weeks=54))
    assert told() == set()  # and no longer


def test_what_came_to_nothing_does_not_count(choose, at):
    card = stock_gift_card()
    people = choose(card, 5)
    since, until = at - NEXT_WEEK, at + NEXT_WEEK
    assert [one.people for one in choices_between(since, until)] == [5]
    with transaction():
        session().execute(
            sa.update(RedemptionLine)
            .where(RedemptionLine.employee_id == people[0])
            .values(state=LineState.DECLINED)
        )
    (found,) = choices_between(since, until)
    assert found == ChosenBy(card.reward_id, found.department_id, "PT", 4)


def test_pages_say_it_to_the_nearest_circle(choose, sign_in, at):
    card = stock_gift_card()
    choose(card, 5, department="Marketing", country="PT")
    choose(card, 6, department="Sales", country="US")
    count(at + NEXT_WEEK)
    maya = sign_in(employ_maya())
    page = maya.get(f"/rewards/{card.slug}").text
    assert "5 or more people in your department chose this." in page
    assert "Colleagues chose" in maya.get("/rewards").text
    stranger = sign_in(employ("Ida Berg", department="Legal", country="US"))
    page = stranger.get(f"/rewards/{card.slug}").text
    assert "5 or more people in your country chose this." in page
    far = sign_in(employ("Ulf Dahl", department="Legal", country="SE"))
    page = far.get(f"/rewards/{card.slug}").text
    assert "10 or more people in your company chose this." in page
