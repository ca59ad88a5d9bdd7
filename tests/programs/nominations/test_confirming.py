"""Who confirms: counted for those who can, by letter, on what they read, and never twice."""

from functools import partial

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.nominations.errors import RoundRefuses
from marketplace.programs.nominations.models import RoundHonor
from marketplace.programs.nominations.operations.judging import cast_vote
from marketplace.programs.nominations.policies import task_of
from marketplace.programs.nominations.queries.rounds import rounds_for
from marketplace.programs.nominations.queries.tasks import tasks_waiting
from tests.support.browsing import send
from tests.support.nominations import (
    award_house,
    by_vote,
    close,
    confirm,
    name,
    people,
    propose,
    proposed_round,
    round_to_judge,
    score,
    send_back,
    yes_on,
)
from tests.support.people import (
    employ,
    employ_leo,
    employ_maya,
    employ_omar,
    employ_priya,
    employ_wei,
)


@pytest.fixture
def house(at):
    """Wei and Leo may confirm; Leo of sales nominated Maya; Omar judges."""
    confirmers = people(employ_wei(), employ_leo())
    return award_house(jury=people(employ_omar()), confirmers=confirmers, shortlist_points=0)


def nominated(house) -> int:
    name(house["round"], house["leo"], house["maya"])
    name(house["round"], house["leo"], house["tomas"])
    close(house["round"])
    return house["round"]


def waiting(who: int) -> int:
    """What the menu counts; the tasks of the page are as many."""
    session().close()
    actor, today = actor_of(who), clock.today()
    counted = session().scalar(sa.select(tasks_waiting(actor, today)))
    tasks = [task_of(actor, one, today) for one in rounds_for(actor)]
    assert counted == sum(task is not None and not task.is_done for task in tasks)
    return counted


def letters_to(who: int) -> list[str]:
    session().close()
    found = sa.select(Letter.subject).where(Letter.employee_id == who).order_by(Letter.id)
    return list(session().scalars(found))


def test_the_menu_counts_what_one_can_do_and_nothing_else(house):
    round_id = nominated(house)
    assert [waiting(house[who]) for who in ("omar", "wei", "leo", "priya")] == [1, 0, 0, 0]
    score(round_id, house["omar"], {house["maya"]: 9, house["tomas"]: 5})
    assert waiting(house["omar"]) == 0
    propose(round_id, house["maya"])
    assert [waiting(house[who]) for who in ("wei", "leo", "priya", "maya")] == [1, 0, 0, 0]
    confirm(round_id, house["wei"])
    assert waiting(house["wei"]) == 0


def test_without_names_every_manager_is_asked_but_who_proposed(at):
    ana = employ("Ana Reis", roles=(Role.PROGRAM_MANAGER,))
    proposed_round(confirmers=())
    assert [waiting(who) for who in (ana, employ_priya(), employ_leo())] == [1, 0, 0]


def test_a_vote_is_counted_until_it_is_given(at):
    maya, leo, omar = employ_maya(), employ_leo(), employ_omar()
    round_id = round_to_judge(**by_vote())
    assert [waiting(who) for who in (omar, leo)] == [1, 0]
    with transaction():
        cast_vote(actor_of(omar), round_id, maya, at=clock.now())
    assert waiting(omar) == 0


def test_only_who_can_confirm_is_asked_by_letter_and_a_no_reaches_who_proposed(house, queue):
    round_id = nominated(house)
    propose(round_id, house["maya"], reason="First")
    queue.run_due()
    assert any("Please confirm" in one for one in letters_to(house["wei"]))
    assert not any("Please confirm" in one for one in letters_to(house["leo"]))
    send_back(round_id, house["wei"], "Two clients say it was Tomas.")
    queue.run_due()
    found = sa.select(Letter.text).where(Letter.employee_id == house["priya"])
    [told] = [one for one in session().scalars(found) if "did not confirm" in one]
    assert "“Two clients say it was Tomas.”" in told


def test_who_proposed_hears_when_nobody_is_left_to_confirm(at, queue):
    proposed_round(confirmers=people(employ_leo()))
    queue.run_due()
    assert any("Nobody can confirm" in one for one in letters_to(employ_priya()))


def test_a_yes_is_to_the_proposal_that_was_read(house):
    round_id = nominated(house)
    read = propose(round_id, house["maya"], reason="First thought")
    send_back(round_id, house["priya"], "A mistake of mine")
    propose(round_id, house["tomas"], reason="On reflection")
    with pytest.raises(RoundRefuses, match="another proposal since you looked"):
        confirm(round_id, house["wei"], read=read)
    assert session().scalar(sa.select(sa.func.count()).select_from(RoundHonor)) == 0


def test_the_page_holds_all_a_yes_needs_and_says_who_was_faster(house, sign_in):
    round_id = nominated(house)
    score(round_id, house["omar"], {house["maya"]: 9, house["tomas"]: 5})
    read = propose(round_id, house["maya"])
    page = f"/nominations/{round_id}/confirm"
    wei, leo, maya = (sign_in(house[who]) for who in ("wei", "leo", "maya"))
    text = wei.get(page).text
    for needed in (
        "2,000 points of 50,000 left in Marketer",
        "48,000 stay",
        "Never in this award",
    ):
        assert needed in text
    assert "Tomas Ortega" in text  # and how everyone else stands
    assert maya.get(page).status_code == 404
    assert "You nominated this winner" in leo.get(page).text
    assert send(wei, page, answer="yes").status_code == 422  # it names no proposal
    yes = yes_on(wei, page)
    assert yes["proposal"] == str(read)
    said_yes = send(wei, page, **yes)
    assert said_yes.headers["Location"] == f"/nominations/{round_id}"
    late = leo.get(page).headers["Location"]
    assert "Wei Zhang confirmed Marketer of the month, November 2026 already" in leo.get(late).text


def test_who_is_on_the_shortlist_neither_confirms_nor_sends_back(at, sign_in):
    """A yes would give him the points of the shortlist, and a no a rival's place."""
    ids = {"maya": employ_maya(), "omar": employ_omar(), "tomas": employ("Tomas Ortega")}
    round_id = round_to_judge(
        ids["tomas"],
        jury=people(ids["omar"]),
        confirmers=people(*ids.values()),
        shortlist_points=100,
    )
    score(round_id, ids["omar"], {ids["maya"]: 9, ids["tomas"]: 8})
    propose(round_id, ids["maya"])
    assert [waiting(ids[who]) for who in ("maya", "tomas", "omar")] == [0, 0, 1]
    for answer in (confirm, partial(send_back, note="Tomas did more.")):
        with pytest.raises(RoundRefuses, match="You are nominated in this round yourself"):
            answer(round_id, ids["tomas"])
    text = sign_in(ids["tomas"]).get(f"/nominations/{round_id}/confirm").text
    assert "Omar Haddad can confirm." in text
    assert "How everyone stands" not in text
    assert "Send it back" not in text
    assert points_of(ids["tomas"], at=clock.now()).available == 0
    assert confirm(round_id, ids["omar"]).points_given == 2_100


def test_who_is_proposed_reads_no_words_about_herself_even_when_she_may_confirm(at, sign_in):
    maya = employ_maya()
    round_id = proposed_round(confirmers=people(maya, employ_wei()))
    text = sign_in(maya).get(f"/nominations/{round_id}/confirm").text
    assert "You are proposed yourself" in text
    assert "found the words my client was missing" not in text
    assert "Send it back" not in text
