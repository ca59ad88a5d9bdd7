"""One letter for each who decides, about all of a request they are asked about."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from redemption.approvals import asked_letters
from redemption.approvals.asked_letters import write_asked
from tests.support.away import be_away
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.redemption import (
    approve,
    ask_for_several,
    lines_of,
    points_now,
    subjects_to,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
ONE, TWO = "Maya Chen asks for your yes", "Maya Chen asks for your yes to 2 rewards"


@pytest.fixture
def cards(house):
    return stock_gift_card(name="Rail card", points=12_000), stock_gift_card(
        name="Spa card", points=15_000
    )


def letters_to(who):
    session().close()
    return session().scalars(sa.select(Letter).where(Letter.employee_id == who.id)).all()


def test_omar_gets_one_letter_about_both_cards_of_a_request(house, cards, queue):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    assert subjects_to(house.omar) == [TWO]
    [letter] = letters_to(house.omar)
    assert "asks for these together, for 27,000 points" in letter.text
    for line in lines_of(reference):
        assert f"/approvals/{line.reference}" in letter.text
    assert letter.text.count("/approvals/by-mail/") == 2
    assert letter.html.count("Decline…") == 2


def test_each_link_of_it_answers_its_own_line(house, cards, queue, browser):
    ask_for_several(house.maya, *cards)
    queue.run_due()
    [letter] = letters_to(house.omar)
    links = [word for word in letter.text.split() if "/approvals/by-mail/" in word]
    visitor = browser()
    pages = [visitor.get("/approvals/by-mail/" + link.rpartition("/")[2]).text for link in links]
    assert "Rail card" in pages[0]
    assert "Spa card" in pages[1]


def test_omar_who_answered_one_before_the_other_was_told_of_gets_no_second_letter(
    house, cards, queue
):
    reference = ask_for_several(house.maya, *cards)
    first, second = (line.id for line in lines_of(reference))
    tell(first)
    approve(house.omar, f"{reference}-1")
    tell(second)
    tell(first)
    assert subjects_to(house.omar) == [TWO]


def test_nora_who_stands_in_reads_in_one_letter_in_whose_place_she_answers(house, cards, queue):
    nora = actor(employ("Nora Weiss"))
    be_away(house.omar, nora)
    ask_for_several(house.maya, *cards)
    queue.run_due()
    assert subjects_to(nora)[-1] == TWO
    assert letters_to(nora)[-1].text.count("You answer in the place of Omar Haddad") == 2


def test_a_line_that_is_asked_about_later_is_told_of_by_itself(house, cards, queue):
    reference = ask_for_several(house.maya, *cards)
    first, second = (line.id for line in lines_of(reference))
    tell(first)
    with transaction() as current:
        current.execute(sa.delete(Letter))
        current.add(_letter(house.omar, f"approval_needed:{first}.1:{house.omar.id}"))
    tell(second)
    assert subjects_to(house.omar) == ["Told", ONE]


def test_control_without_looking_who_was_told_a_second_letter_goes_out(
    house, cards, queue, monkeypatch
):
    reference = ask_for_several(house.maya, *cards)
    first, second = (line.id for line in lines_of(reference))
    tell(first)
    approve(house.omar, f"{reference}-1")
    monkeypatch.setattr(asked_letters, "_told", lambda _who, _steps: set())
    tell(second)
    assert len(subjects_to(house.omar)) == 2
    assert points_now(house.maya).held == 27_000


def tell(line_id):
    session().close()
    with transaction():
        write_asked(line_id, at=clock.now())


def _letter(who, key):
    facts = {"to_address": "omar@example", "subject": "Told", "text": "", "html": ""}
    return Letter(key=key, employee_id=who.id, written_at=clock.now(), **facts)
