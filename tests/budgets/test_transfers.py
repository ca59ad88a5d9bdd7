"""Points move between budgets when two people agree, once, and only what is there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.access.roles import Role
from marketplace.budgets.errors import BudgetExceeded, TransferDecided
from marketplace.budgets.models import BudgetTransfer
from marketplace.budgets.operations import spend
from marketplace.budgets.operations import transfers as moving
from marketplace.budgets.operations.transfers import (
    Wanted,
    approve_transfer,
    ask_for_transfer,
    decline_transfer,
    withdraw_transfer,
)
from marketplace.budgets.queries import budget_left
from marketplace.budgets.queries.transfers import transfer_rows, transfers_for
from marketplace.budgets.states import TransferState
from marketplace.kernel.db import db, session, transaction, with_retries
from marketplace.kernel.errors import BadInput, NotAllowed
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from tests.support.browsing import send
from tests.support.ledger import open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_omar, employ_priya


@pytest.fixture
def people(at):
    return actor_of(employ_priya()), actor_of(employ_omar())


@pytest.fixture
def budgets(at):
    return open_funded_budget(1_000, slug="spring"), open_funded_budget(200, slug="autumn")


@pytest.fixture
def asked(people, budgets, at):
    priya, _omar = people
    with transaction():
        return ask_for_transfer(priya, Wanted(*budgets, 300, "A fair in autumn"), at=at)


def left(budgets):
    session().close()
    return tuple(budget_left(budget).left for budget in budgets)


def waits_for(actor) -> int:
    session().close()
    return session().scalar(sa.select(transfers_for(actor)))


def test_nothing_moves_before_a_second_person_agrees(people, budgets, asked, at):
    priya, omar = people
    assert left(budgets) == (1_000, 200)
    assert (waits_for(priya), waits_for(omar)) == (0, 1)
    with transaction():
        approve_transfer(omar, asked, at=at)
    assert left(budgets) == (700, 500)
    assert waits_for(omar) == 0
    (row,) = transfer_rows()
    assert (row.state, row.decided_by) == (TransferState.APPROVED, "Omar Haddad")
    assert ledger_violations() == []


def test_who_asked_cannot_decide_not_even_in_the_database(people, budgets, asked, at):
    priya, _omar = people
    for decide in (approve_transfer, lambda *a, **k: decline_transfer(*a, note="No", **k)):
        with pytest.raises(NotAllowed, match="somebody else has to decide"), transaction():
            decide(priya, asked, at=at)
    forged = {"state": "approved", "decided_by_id": priya.id, "decided_at": at}
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction() as here:
        here.execute(sa.update(BudgetTransfer).values(**forged))
    assert left(budgets) == (1_000, 200)


def test_a_decision_is_final_and_asking_can_be_taken_back_until_then(people, asked, at):
    priya, omar = people
    with pytest.raises(NotAllowed, match="Only the person who asked"), transaction():
        withdraw_transfer(omar, asked, at=at)
    with transaction():
        withdraw_transfer(priya, asked, at=at)
    for later in (approve_transfer, withdraw_transfer):
        actor = omar if later is approve_transfer else priya
        with pytest.raises(TransferDecided, match="withdrawn already by Priya"), transaction():
            later(actor, asked, at=at)


def test_what_was_spent_in_the_meantime_cannot_move(people, budgets, asked, at):
    _priya, omar = people
    with transaction():
        spend(budgets[0], 800, reference="order:1", at=at)
    with pytest.raises(BudgetExceeded, match="has 200 left, so 100 are missing"), transaction():
        approve_transfer(omar, asked, at=at)
    assert left(budgets) == (200, 200)
    session().close()
    assert session().get_one(BudgetTransfer, asked).state is TransferState.ASKED


def test_more_than_there_is_or_between_unlike_budgets_is_refused_at_once(people, budgets, at):
    priya, _omar = people
    for wanted, words in (
        (Wanted(*budgets, 1_001, "Too much"), "so 1 is missing"),
        (Wanted(budgets[0], budgets[0], 5, "To itself"), "two different budgets"),
    ):
        with pytest.raises((BudgetExceeded, BadInput), match=words), transaction():
            ask_for_transfer(priya, wanted, at=at)
    assert transfer_rows() == []


def letters_to(actor) -> list[tuple[str, str]]:
    session().close()
    found = sa.select(Letter.subject, Letter.text).where(Letter.employee_id == actor.id)
    return [(subject, text) for subject, text in session().execute(found)]


def test_who_may_agree_is_asked_by_letter_and_the_answer_goes_back(people, asked, queue, at):
    priya, omar = people
    ana = actor_of(employ("Ana Reis", roles=(Role.FINANCE,)))
    queue.run_due()
    assert letters_to(priya) == letters_to(omar) == []  # she asked; he keeps no budgets
    [(subject, text)] = letters_to(ana)
    assert subject == "A transfer needs a second yes: 300 points"
    assert "“A fair in autumn”" in text
    with transaction():
        decline_transfer(ana, asked, note="The fair is called off", at=at)
    queue.run_due()
    queue.run_due()
    [(subject, text)] = letters_to(priya)
    assert subject == "Your transfer of 300 points was declined"
    assert "Ana Reis declined" in text
    assert "“The fair is called off”" in text


def test_the_page_says_what_a_yes_leaves_and_keeps_a_no_without_words_open(
    people, budgets, asked, sign_in
):
    ana = sign_in(employ("Ana Reis", roles=(Role.FINANCE,)))
    page = "/manage/budgets/transfers"
    text = ana.get(page).text
    assert "1,000 left, then 700" in text
    assert "200 left, then 500" in text
    assert "1 transfer waits for your answer" in ana.get("/").text
    refused = send(ana, page, f"{page}/{asked}/decline", note=" ")
    assert refused.status_code == 422
    assert "<details open>" in refused.text
    assert f'href="#note-{asked}"' in refused.text
    assert lint_page(refused.text) == []
    assert send(ana, page, f"{page}/{asked}/approve").status_code == 303
    late = send(ana, page, f"{page}/{asked}/approve")
    assert late.status_code == 409
    assert "approved already by Ana Reis" in late.text


def test_who_could_agree_stands_beside_what_waits_and_who_asked_hears_when_it_is_nobody(
    people, asked, queue, sign_in
):
    priya, _omar = people
    queue.run_due()
    [(subject, text)] = letters_to(priya)
    assert subject == "A transfer waits, and nobody can agree: 300 points"
    assert "Give somebody else the role finance or program manager" in text
    mine = sign_in(priya.id)
    page = mine.get("/manage/budgets/transfers").text
    assert "Nobody can agree now." in page
    assert lint_page(page) == []
    employ("Ana Reis", roles=(Role.FINANCE,))
    page = mine.get("/manage/budgets/transfers").text
    assert "Ana Reis can agree." in page
    assert "Nobody" not in page


def _press_together(app, work) -> list[object]:
    def press(_number: int) -> object:
        with app.app_context():
            try:
                return with_retries(work)
            except TransferDecided as refused:
                return refused
            finally:
                db.session.remove()

    session().close()
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(press, range(4)))


@pytest.fixture
def agree(people, asked, at):
    def work() -> str:
        with transaction():
            approve_transfer(people[1], asked, at=at)
        return "moved"

    return work


@pytest.mark.race
def test_four_hands_that_agree_at_once_move_the_points_once(app, budgets, agree):
    answers = _press_together(app, agree)
    assert answers.count("moved") == 1
    assert left(budgets) == (700, 500)


@pytest.mark.race
def test_control_without_the_guard_every_hand_believes_it_moved_them(
    app, budgets, agree, monkeypatch
):
    monkeypatch.setattr(moving, "rows_changed", lambda _result: 1)
    assert _press_together(app, agree).count("moved") == 4
