"""Two browsers and one goal, two workers and one letter, a worker that dies in between."""

import threading
from itertools import count

import pytest
import sqlalchemy as sa

from catalog.wishes import jobs, notices
from catalog.wishes.jobs import follow_wishes
from catalog.wishes.models import Wish
from catalog.wishes.operations import following, saving
from catalog.wishes.policies import Now, what_changed
from catalog.wishes.queries.due import wishes_due
from marketplace.app import job_scope
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter, post_letter
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race
BROWSERS = 6


@pytest.fixture
def offers(at):
    """Three rewards to hesitate between."""
    return [stock_gift_card(), stock_lisbon_trip(), stock_reward()]


def goals() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).where(Wish.is_goal))


def letters() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Letter))


def test_whatever_is_pressed_at_once_there_is_one_goal(app, maya, offers, at):
    session().close()

    def press(number: int) -> str:
        with transaction():
            return saving.make_goal(maya, offers[number % 3].slug, at=at).slug

    answers = all_at_once(app, BROWSERS, press)
    assert set(answers) == {offer.slug for offer in offers}
    assert goals() == 1


def test_control_looking_first_without_the_guards_leaves_several_goals(app, maya, offers, at):
    for offer in offers:
        with transaction():
            saving.save_wish(maya, offer.slug, at=at)
    wall = next(index for index in Wish.__table__.indexes if index.name == "uq_wishes_one_goal")
    with transaction() as writing:
        writing.execute(sa.schema.DropIndex(wall))
    looked = threading.Barrier(3)

    def press(number: int) -> None:
        mine = Wish.reward_id == offers[number].reward_id
        others = session().scalar(sa.select(sa.func.count()).where(Wish.is_goal))
        session().close()
        looked.wait(timeout=30)
        assert others == 0
        with transaction():
            session().execute(sa.update(Wish).where(mine).values(is_goal=True))

    try:
        all_at_once(app, 3, press)
        assert goals() == 3
    finally:
        with transaction() as writing:
            writing.execute(sa.update(Wish).values(is_goal=False))
            writing.execute(sa.schema.CreateIndex(wall))


@pytest.fixture
def reached(maya, at):
    """Maya has a goal, and just now the points for it."""
    with transaction():
        saving.make_goal(maya, stock_gift_card(points=5_000).slug, at=at)
    give_points(maya.id, 5_000)
    session().close()


def test_of_several_workers_one_writes(app, reached, at, monkeypatch):
    keys = count()  # the letters' own key is not what decides here
    monkeypatch.setattr(notices, "_key", lambda _one, _at: f"letter-{next(keys)}")
    due = wishes_due(at=at)
    session().close()

    def work(_number: int) -> int:
        with job_scope(app), transaction():
            return notices.tell(
                [news for one in due for news in following.look_again(one, at=at)], at=at
            )

    assert sorted(all_at_once(app, 4, work)) == [0, 0, 0, 1]
    assert letters() == 1


def test_control_without_the_guard_each_writes_one(app, maya, reached, at):
    session().close()
    looked = threading.Barrier(4)

    def work(number: int) -> None:
        wish = session().scalars(sa.select(Wish)).one()
        changes, kinds = what_changed(wish, Now(5_000, True, 5_000), today=at.date())
        wish_id, now = wish.id, {"employee_id": maya.id, "written_at": at}
        session().close()
        looked.wait(timeout=30)
        with transaction():
            session().execute(sa.update(Wish).where(Wish.id == wish_id).values(**changes))
            for kind in kinds:
                text = {"to_address": "m@x.example", "subject": kind, "text": "", "html": ""}
                post_letter(Letter(key=f"{kind}-{number}", **text, **now))

    assert all_at_once(app, 4, work) == [None] * 4
    assert letters() == 4


class Died(Exception):
    """The worker was killed here."""


@pytest.mark.parametrize(
    ("where", "before"), [("wishes.follow.seen", 0), ("wishes.follow.between", 1)]
)
def test_a_worker_that_dies_has_told_nothing_or_everything(
    app, reached, at, monkeypatch, where, before
):
    def die(name: str) -> None:
        if name == where:
            raise Died

    monkeypatch.setattr(jobs, "crashpoint", die)
    with job_scope(app), pytest.raises(Died):
        follow_wishes(at=at)
    assert letters() == before
    monkeypatch.undo()
    with job_scope(app):
        assert follow_wishes(at=at) == 1 - before
    assert letters() == 1
    with job_scope(app):
        assert follow_wishes(at=at) == 0
