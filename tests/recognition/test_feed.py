"""Who sees what: the giver's wish, the recipient's own choice, and the feed they respect."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of
from marketplace.recognition.handles import handle_of, id_of_handle
from marketplace.recognition.operations.showing import choose, show
from marketplace.recognition.operations.withdrawing import withdraw_recognition
from marketplace.recognition.queries.feed import PAGE, FeedFilters, feed, one_thanks, thanks_to
from marketplace.recognition.queries.people import find_people, newest_thanks, profile
from marketplace.recognition.states import Choice, Showing, Visibility
from tests.support.people import employ, employ_leo, employ_maya, employ_omar
from tests.support.recognition import a_value, give, run_recognition

LATER = timedelta(minutes=1)


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def omar(maya):
    return employ_omar()


def seen_by(employee_id, at, **filters):
    session().close()
    return [one.id for one in feed(actor_of(employee_id), FeedFilters(**filters), at=at).items]


def chooses(employee_id, choice, at):
    with transaction():
        choose(actor_of(employee_id), choice, at=at)


def test_others_see_it_once_it_cannot_be_taken_back(maya, leo, omar, at):
    sent = give(maya, leo)
    assert (seen_by(maya, at), seen_by(leo, at), seen_by(omar, at)) == ([sent], [], [])
    assert seen_by(omar, at + LATER) == seen_by(leo, at + LATER) == [sent]
    item = one_thanks(actor_of(maya), sent, at=at)
    assert (item.is_open_to_undo, item.is_public) == (True, False)


def test_what_was_taken_back_is_gone_for_everyone(maya, leo, at):
    sent = give(maya, leo)
    with transaction():
        withdraw_recognition(actor_of(maya), sent, at=at)
    assert seen_by(maya, at + LATER, mine=True) == []


def test_private_thanks_are_for_the_two_alone(maya, leo, omar, at):
    sent = give(maya, leo, visibility=Visibility.PRIVATE)
    later = at + LATER
    assert seen_by(leo, later) == seen_by(omar, later) == []
    assert seen_by(leo, later, mine=True) == seen_by(maya, later, mine=True) == [sent]
    with pytest.raises(NotFound):
        one_thanks(actor_of(omar), sent, at=later)
    with pytest.raises(NotFound), transaction():
        show(actor_of(leo), sent, is_shown=True)


def test_a_recipient_who_likes_it_private_keeps_it_out_of_the_feed(maya, leo, omar, at):
    chooses(leo, Choice.PRIVATE, at)
    sent, later = give(maya, leo, omar), at + LATER
    assert seen_by(omar, later) == thanks_to(actor_of(maya), omar, at=later).items == []
    assert seen_by(omar, later, mine=True) == [sent]
    assert profile(omar, at=later).times == 0


def test_who_likes_to_be_asked_is_asked_and_decides(maya, leo, omar, at):
    chooses(leo, Choice.ASK, at)
    sent, later = give(maya, leo), at + LATER
    assert seen_by(omar, later) == []
    assert newest_thanks(actor_of(leo), at=later).showing is Showing.ASKED
    with transaction():
        show(actor_of(leo), sent, is_shown=True)
    assert seen_by(omar, later) == [sent]
    assert profile(leo, at=later).times == 1
    with transaction():
        show(actor_of(leo), sent, is_shown=False)
    assert seen_by(omar, later) == []
    with pytest.raises(NotFound), transaction():
        show(actor_of(omar), sent, is_shown=True)


def test_only_giver_and_recipient_see_the_points(maya, leo, omar, at):
    sent, later = give(maya, leo, points=5, program_id=run_recognition()), at + LATER
    points = [one_thanks(actor_of(who), sent, at=later).points for who in (maya, leo, omar)]
    assert points == [5, 5, 0]


def test_the_feed_narrows_to_value_department_person_and_me(maya, leo, omar, at):
    own = a_value("own-it", "Own it")
    first, second = give(maya, leo), give(omar, maya, value_id=own)
    later = at + LATER
    sales = session().get_one(Employee, leo).department_id
    assert seen_by(omar, later) == [second, first]
    assert seen_by(omar, later, value="own-it") == [second]
    assert seen_by(omar, later, department_id=sales) == [first]
    assert seen_by(maya, later, person_id=leo) == [first]
    assert seen_by(omar, later, mine=True) == [second]
    assert seen_by(omar, later, value="nothing") == []


def test_the_feed_goes_on_where_it_ended_with_all_recipients(maya, leo, omar, at):
    sent = [give(maya, leo, omar) for _ in range(PAGE + 2)]
    first = feed(actor_of(omar), FeedFilters(), at=at + LATER)
    rest = feed(actor_of(omar), FeedFilters(), at=at + LATER, before=first.before)
    assert [one.id for one in [*first.items, *rest.items]] == sent[::-1]
    assert {len(one.recipients) for one in first.items} == {2}
    assert (len(first.items), rest.before) == (PAGE, None)


def test_the_feed_follows_the_days_and_not_the_order_of_entering(maya, leo, omar, at):
    days = [timedelta(days=day) for day in (3, 9, 1, 9, 5)]
    sent = [give(maya, leo, at=at - ago) for ago in days]
    wanted = [
        one for _, one in sorted(zip(days, sent, strict=True), key=lambda of: (of[0], -of[1]))
    ]
    assert seen_by(omar, at) == wanted
    rest = feed(actor_of(omar), FeedFilters(), at=at, before=wanted[1])
    assert [one.id for one in rest.items] == wanted[2:]


def test_people_are_found_by_parts_of_name_or_address(maya, leo, omar, at):
    ines = employ("Inês Carvalho", email="ines.carvalho@evergreen.example", department="Board")
    found = [one.id for one in find_people(actor_of(maya), "ines carv", [])]
    assert found == [ines]
    near = [one.id for one in find_people(actor_of(maya), "", [leo])]
    assert near == [leo, omar]
    assert find_people(actor_of(maya), "maya", []) == []
    assert find_people(actor_of(maya), "%", []) == []


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Inês Carvalho", "ines-carvalho-7"), ("李 小龙", "7"), ("O'Neil  Jr.", "o-neil-jr-7")],
)
def test_a_handle_is_a_name_one_can_read(name, handle):
    assert handle_of(name, 7) == handle
    assert id_of_handle(handle) == 7


@pytest.mark.parametrize("handle", ["", "maya", "maya-0", "-", "maya-٣", "../7", "1" * 16])
def test_what_is_no_handle_is_nobody(handle):
    with pytest.raises(NotFound):
        id_of_handle(handle)
