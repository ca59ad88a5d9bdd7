"""One letter for each who decides, about all of a request they are asked about."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from redemption.approvals import asked_letters, jobs
from redemption.approvals.asked_letters import write_asked
from redemption.approvals.operations.notes import remind_approvers
from redemption.refusals import TooSoonToRemind
from tests.support.away import be_away
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.redemption import (
    approve,
    ask_for_several,
    line_of,
    lines_of,
    new_key,
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
    written = sa.select(Letter).where(Letter.employee_id == who.id)
    return session().scalars(written.order_by(Letter.id)).all()


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


def test_omar_is_reminded_of_both_cards_in_one_letter(house, cards, queue, time):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    tick(queue, time, days=1)
    assert subjects_to(house.omar) == [TWO, "Maya Chen has waited a working day for 2 answers"]
    letter = letters_to(house.omar)[-1]
    assert "asked for these together, for 27,000 points" in letter.text
    for line in lines_of(reference):
        assert f"/approvals/{line.reference}" in letter.text
    assert letter.text.count("/approvals/by-mail/") == 2
    tick(queue, time, hours=1)
    assert len(subjects_to(house.omar)) == 2


def test_who_is_asked_beside_omar_hears_of_both_cards_in_one_letter_and_so_does_he(
    house, cards, queue, time
):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    tick(queue, time, days=2)
    assert subjects_to(house.wei) == ["Maya Chen asks for your yes to 2 rewards too"]
    words = "Omar Haddad has not answered, so you may answer too."
    assert letters_to(house.wei)[0].text.count(words) == 2
    assert subjects_to(house.omar)[-1] == f"Others are asked about {reference} too"
    assert letters_to(house.omar)[-1].text.count("Wei Zhang may answer too from now on.") == 2


def test_maya_reads_in_one_letter_which_of_her_cards_close_soon(house, cards, queue, time):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    tick(queue, time, days=4)
    assert subjects_to(house.maya)[-1] == f"2 rewards of {reference} close soon if nobody answers"
    letter = letters_to(house.maya)[-1].text
    assert "Rail card" in letter
    assert "Spa card" in letter
    assert "Your 27,000 points would come back then" in letter


def test_of_two_cards_omar_is_reminded_of_the_one_he_did_not_answer(house, cards, queue, time):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    approve(house.omar, f"{reference}-1")
    tick(queue, time, days=1)
    assert subjects_to(house.omar)[-1] == "Maya Chen has waited a working day"
    assert "Spa card" in letters_to(house.omar)[-1].text


def test_one_reminder_of_mayas_is_about_all_that_waits_and_comes_in_one_letter(
    house, cards, queue, time, sign_in
):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    time.forward(days=1)
    remind(house.maya, f"{reference}-2")
    queue.run_due()
    assert subjects_to(house.omar) == [TWO, "Maya Chen is waiting for 2 answers of yours"]
    letter = letters_to(house.omar)[-1].text
    assert "would like to hear from you about these, for 27,000 points" in letter
    assert letter.count("/approvals/by-mail/") == 2
    with pytest.raises(TooSoonToRemind):
        remind(house.maya, f"{reference}-1")
    page = sign_in(house.maya.id).get(f"/redemptions/{reference}-1").text
    assert "You can send a reminder from 25 Nov 2026, 09:00 UTC." in page


def test_control_by_itself_each_clock_writes_a_letter_of_its_own(
    house, cards, queue, time, monkeypatch
):
    ask_for_several(house.maya, *cards)
    queue.run_due()
    found = jobs.clocks_due

    def apart(*, at):
        return [[step] for steps in found(at=at) for step in steps]

    monkeypatch.setattr(jobs, "clocks_due", apart)
    tick(queue, time, days=1)
    assert subjects_to(house.omar)[1:] == ["Maya Chen has waited a working day"] * 2


def tick(queue, time, **passed):
    time.forward(**passed)
    jobs.approval_clock()
    queue.run_due()


def remind(who, reference):
    line_id = line_of(reference).id
    session().close()
    with transaction():
        remind_approvers(who, line_id, request_key=new_key(), at=clock.now())


def tell(line_id):
    session().close()
    with transaction():
        write_asked(line_id, at=clock.now())


def _letter(who, key):
    facts = {"to_address": "omar@example", "subject": "Told", "text": "", "html": ""}
    return Letter(key=key, employee_id=who.id, written_at=clock.now(), **facts)
