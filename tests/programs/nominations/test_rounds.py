"""Rounds: Leo names Maya, the jury judges, Priya proposes, Wei confirms, Maya gets her points."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, IllegalMove, NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from marketplace.programs.nominations.errors import AlreadyNominated, RoundRefuses
from marketplace.programs.nominations.jobs import turn_rounds
from marketplace.programs.nominations.models import (
    Nomination,
    NominationCertificate,
    NominationRound,
    RoundMove,
)
from marketplace.programs.nominations.operations.deciding import hold_back
from marketplace.programs.nominations.operations.judging import cast_vote
from marketplace.programs.nominations.operations.nominating import (
    change_nomination,
    withdraw_nomination,
)
from marketplace.programs.nominations.operations.rounds import (
    Dates,
    month_dates,
    move_by_hand,
    plan_round,
)
from marketplace.programs.nominations.queries.judging import nominees_of, ranking_of, votes_of
from marketplace.programs.nominations.queries.rounds import round_of
from marketplace.programs.nominations.queries.tasks import tasks_waiting
from marketplace.programs.nominations.ranking import Tally, is_first, rank, shortlist_of
from marketplace.programs.nominations.states import (
    MOVES,
    CapUnit,
    Choosing,
    RoundState,
    Ties,
)
from marketplace.programs.nominations.terms import Cap, Monthly
from marketplace.programs.operations.settlement import settle_program
from tests.support.nominations import (
    WORDS,
    award_house,
    by_vote,
    close,
    confirm,
    name,
    open_round,
    people,
    propose,
    proposed_round,
    round_to_judge,
    score,
    send_back,
    start_award,
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
    """The award with an open round, and Ben of sales beside Leo."""
    return award_house() | {"ben": employ("Ben Osei", department="Sales")}


def judged(house) -> int:
    """Maya and Tomas are named and judged: Maya 9 and 8, Tomas 7 and a pass."""
    name(house["round"], house["leo"], house["maya"])
    name(house["round"], house["ben"], house["maya"])
    name(house["round"], house["ben"], house["tomas"])
    close(house["round"])
    score(house["round"], house["omar"], {house["maya"]: 9, house["tomas"]: 7})
    score(house["round"], house["wei"], {house["maya"]: 8, house["tomas"]: None})
    return house["round"]


def letters() -> dict[tuple[str, int], str]:
    session().close()
    rows = session().execute(sa.select(Letter.key, Letter.employee_id, Letter.text))
    return {(key.split(":")[0], employee): text for key, employee, text in rows}


def test_the_whole_way_gives_points_once_a_certificate_and_kind_letters(house, queue):
    round_id = judged(house)
    queue.run_due()
    propose(round_id, house["maya"])
    queue.run_due()
    report = confirm(round_id, house["wei"])
    assert (report.points_given, report.given) == (2_100, 2)
    with transaction():
        again = settle_program(house["program"], actor=Actor.system(), at=clock.now())
    assert again.points_given == 0
    assert points_of(house["maya"], at=clock.now()).available == 2_000
    assert points_of(house["tomas"], at=clock.now()).available == 100
    queue.run_due()
    written = letters()
    assert "Your certificate has the number" in written["nomination_won", house["maya"]]
    assert WORDS[0] in written["nomination_won", house["maya"]]
    assert "Ben Osei\n" in written["nomination_won", house["maya"]]
    kind = written["nomination_kind", house["tomas"]]
    assert "Ben Osei nominated you" in kind
    assert "\n\nBen Osei\n" in kind
    assert WORDS[0] in kind
    assert "shortlist" in kind
    assert "You named the winner" in written["nomination_result", house["leo"]]
    assert ("nomination_judging", house["omar"]) in written
    assert ("nomination_confirm", house["wei"]) in written
    kept = session().scalars(sa.select(NominationCertificate)).one()
    assert (kept.name, kept.words, kept.words_by) == ("Maya Chen", WORDS[0], "Leo Martins")
    assert ledger_violations() == []


def test_what_is_held_back_reaches_nobody(house, queue):
    round_id = judged(house)
    [maya, _tomas] = nominees_of(round_id)
    priya = actor_of(house["priya"])
    first = next(one.id for one in maya.words if one.nominator_id == house["leo"])
    with transaction():
        hold_back(priya, round_id, whole=True, nomination_ids=[first], at=clock.now())
    propose(round_id, house["maya"])
    confirm(round_id, house["wei"])
    queue.run_due()
    written = letters()
    assert ("nomination_kind", house["tomas"]) not in written
    assert "Leo Martins" not in written["nomination_won", house["maya"]]
    assert session().scalars(sa.select(NominationCertificate.words_by)).one() == "Ben Osei"


def test_nobody_names_himself_twice_or_outside_the_departments(house):
    with pytest.raises(RoundRefuses, match="not of Marketing"):
        name(house["round"], house["leo"], house["ben"])
    with pytest.raises(RoundRefuses, match="come from Sales"):
        name(house["round"], house["maya"], house["tomas"])
    name(house["round"], house["leo"], house["maya"])
    with pytest.raises(AlreadyNominated, match="nominated Maya Chen"):
        name(house["round"], house["leo"], house["maya"])
    with pytest.raises(BadInput, match="What did they do"):
        name(house["round"], house["ben"], house["maya"], (" ", "x"))
    with pytest.raises(BadInput, match="1,001 characters"):
        name(house["round"], house["ben"], house["maya"], ("a" * 1_001, ""))
    count = session().scalar(sa.select(sa.func.count()).select_from(Nomination))
    assert count == 1


def test_nobody_names_himself_where_everyone_may_be_named(at):
    leo = employ_leo()
    round_id = open_round(start_award(nominators=(), nominees=()))
    with pytest.raises(RoundRefuses, match="Nobody nominates himself"):
        name(round_id, leo, leo)


def test_words_change_and_go_while_the_round_is_open_and_not_after(house):
    leo = actor_of(house["leo"])
    nomination_id = name(house["round"], house["leo"], house["maya"])
    with transaction():
        change_nomination(leo, nomination_id, ("Better words.", ""), at=clock.now())
    assert nominees_of(house["round"])[0].words[0].answers[0] == "Better words."
    with pytest.raises(NotFound), transaction():
        change_nomination(actor_of(house["ben"]), nomination_id, WORDS, at=clock.now())
    with transaction():
        withdraw_nomination(leo, nomination_id, at=clock.now())
    assert nominees_of(house["round"]) == []
    assert name(house["round"], house["leo"], house["maya"]) == nomination_id
    close(house["round"])
    with pytest.raises(RoundRefuses, match="closed on"), transaction():
        withdraw_nomination(leo, nomination_id, at=clock.now())


def test_every_move_that_is_not_in_the_table_is_refused(house):
    priya = actor_of(house["priya"])
    for current in RoundState:
        for wanted in set(RoundState) - MOVES[current]:
            with transaction():
                session().execute(sa.update(NominationRound).values(state=current))
            with pytest.raises(DomainError), transaction():
                move_by_hand(priya, house["round"], wanted, at=clock.now())
            session().close()
            assert round_of(house["round"]).state is current


def test_a_round_opens_and_closes_by_the_calendar_and_each_move_is_noted(house, time):
    at = clock.now()
    dates = Dates(*(at.date() + timedelta(days=days) for days in (1, 3, 6)))
    with transaction():
        round_id = plan_round(actor_of(house["priya"]), house["program"], "Next", dates, at=at)
    for days, state in ((0, RoundState.DRAFT), (1, RoundState.OPEN), (3, RoundState.JUDGING)):
        time.forward(days=days)
        turn_rounds()
        turn_rounds()
        session().close()
        assert round_of(round_id).state is state
    moves = sa.select(RoundMove.to_state).where(RoundMove.round_id == round_id)
    assert list(session().scalars(moves.order_by(RoundMove.id))) == ["draft", "open", "judging"]


def test_a_month_plans_its_round_once(at, queue):
    start_award(monthly=Monthly(closes_day=31, judging_days=5))
    turn_rounds()
    turn_rounds()
    [kept] = session().scalars(sa.select(NominationRound)).all()
    assert (kept.name, kept.closes_on) == ("November 2026", date(2026, 11, 30))
    assert kept.state is RoundState.OPEN
    assert month_dates(Monthly(31, 5), date(2027, 2, 3)).closes_on == date(2027, 2, 28)


def test_the_jury_judges_once_without_itself_and_everyone_at_once(house):
    name(house["round"], house["leo"], house["omar"])
    name(house["round"], house["leo"], house["maya"])
    with pytest.raises(RoundRefuses, match="still takes nominations"):
        score(house["round"], house["omar"], {house["maya"]: 5})
    close(house["round"])
    with pytest.raises(BadInput, match="judge them all"):
        score(house["round"], house["omar"], {house["maya"]: 5, house["omar"]: 10})
    with pytest.raises(BadInput, match="11 is no score"):
        score(house["round"], house["omar"], {house["maya"]: 11})
    score(house["round"], house["omar"], {house["maya"]: 5})
    with pytest.raises(RoundRefuses, match="stay as you gave them"):
        score(house["round"], house["omar"], {house["maya"]: 6})
    with pytest.raises(RoundRefuses, match="not in the jury"):
        score(house["round"], house["ben"], {house["maya"]: 6})


def test_a_vote_is_one_each_and_may_move(at):
    maya, leo = employ_maya(), employ_leo()
    tomas = employ("Tomas Ortega")
    round_id = round_to_judge(tomas, **by_vote())
    for choice in (tomas, maya):
        with transaction():
            cast_vote(actor_of(employ_omar()), round_id, choice, at=clock.now())
    assert votes_of(round_id) == {maya: 1}
    with pytest.raises(BadInput, match="himself"), transaction():
        cast_vote(actor_of(maya), round_id, maya, at=clock.now())
    with pytest.raises(RoundRefuses, match="no vote"), transaction():
        cast_vote(actor_of(leo), round_id, maya, at=clock.now())
    seen = round_of(round_id)
    [first, second] = ranking_of(seen, nominees_of(round_id))
    assert (first.tally.name, first.rank, second.rank) == ("Maya Chen", 1, 2)


def test_who_is_not_first_wins_with_a_reason_only(house):
    round_id = judged(house)
    with pytest.raises(BadInput, match="Say why"):
        propose(round_id, house["tomas"])
    with pytest.raises(BadInput, match="Choose who wins"):
        propose(round_id, house["ben"])
    with pytest.raises(BadInput, match="you chose 2"):
        propose(round_id, house["tomas"], house["maya"], reason="Both")
    propose(round_id, house["tomas"], reason="Maya asked to be left out this time.")
    assert round_of(round_id).state is RoundState.DECIDED


@pytest.mark.parametrize(("named", "asked"), [((), ()), (("omar",), ("wei",))])
def test_only_who_has_somebody_to_judge_is_asked_to(house, sign_in, queue, named, asked):
    round_id = house["round"]
    for who in named:
        name(round_id, house["leo"], house[who])
    close(round_id)
    queue.run_due()
    found = {who for key, who in letters() if key == "nomination_judging"}
    assert found == {house[who] for who in asked}
    for who in ("omar", "wei"):
        page = sign_in(house[who]).get("/nominations").text
        assert (f"/nominations/{round_id}/judge" in page) is (who in asked), who
        waiting = session().scalar(sa.select(tasks_waiting(actor_of(house[who]), clock.today())))
        assert waiting == (who in asked), who


def test_a_round_without_nominations_says_what_to_do_next(house, sign_in):
    close(house["round"])
    assert "There is nothing to judge here" in (
        sign_in(house["wei"]).get(f"/nominations/{house['round']}/judge").text
    )
    priya = sign_in(house["priya"])
    assert "call the round off" in priya.get(f"/manage/nominations/{house['round']}").text


def test_a_proposal_is_not_taken_back_by_hand_without_a_reason(house, sign_in):
    round_id = judged(house)
    propose(round_id, house["maya"])
    with pytest.raises(RoundRefuses, match="with a reason"), transaction():
        move_by_hand(Actor.system(), round_id, RoundState.JUDGING, at=clock.now())
    assert round_of(round_id).state is RoundState.DECIDED
    page = sign_in(house["priya"]).get(f"/manage/nominations/{round_id}").text
    assert "Take the proposal back" in page
    assert "Close nominations" not in page


@pytest.mark.parametrize(
    ("who", "words"),
    [("priya", "second person"), ("maya", "proposed yourself"), ("leo", "You nominated")],
)
def test_proposer_winner_and_nominator_cannot_confirm(at, who, words):
    ids = {"maya": employ_maya(), "leo": employ_leo(), "priya": employ_priya()}
    round_id = proposed_round(confirmers=people(*ids.values()))
    with pytest.raises(RoundRefuses, match=words):
        confirm(round_id, ids[who])
    assert points_of(ids["maya"], at=clock.now()).available == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nomination_proposals SET answer='confirmed', decider_id=proposer_id, decided_at=at",
        "UPDATE nomination_proposed_winners SET confirmer_id = employee_id",
        "UPDATE nominations SET confirmer_id = nominator_id",
        "UPDATE nominations SET nominee_id = nominator_id",
    ],
)
def test_the_database_refuses_the_same(house, statement):
    round_id = judged(house)
    propose(round_id, house["maya"])
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session().execute(sa.text(statement))


def test_only_those_named_confirm_and_a_declined_proposal_goes_back(house):
    round_id = judged(house)
    propose(round_id, house["maya"])
    with pytest.raises(DomainError, match="not yours"):
        confirm(round_id, house["omar"])
    send_back(round_id, house["wei"], "Tomas did more.")
    assert round_of(round_id).state is RoundState.JUDGING
    propose(round_id, house["tomas"], reason="Wei is right.")
    assert confirm(round_id, house["wei"]).points_given == 2_100
    with pytest.raises(RoundRefuses, match="already: confirmed"):
        confirm(round_id, house["wei"])


def test_nobody_wins_more_often_than_the_cap(at):
    maya, leo, wei = employ_maya(), employ_leo(), employ_wei()
    program = start_award(jury=people(wei), cap=Cap(1, 2, CapUnit.ROUNDS))
    for title, opens_on in (("One", date(2026, 9, 1)), ("Two", date(2026, 10, 1))):
        round_id = open_round(program, title, opens_on)
        name(round_id, leo, maya)
        close(round_id)
        score(round_id, wei, {maya: 9})
        if title == "One":
            propose(round_id, maya)
            confirm(round_id, wei)
    with pytest.raises(RoundRefuses, match="Maya Chen won One, and nobody wins more than once"):
        propose(round_id, maya)


def test_the_cap_counts_in_months_too(house):
    from marketplace.programs.nominations.policies import cap_obstacle
    from marketplace.programs.nominations.queries.rounds import Win

    seen = round_of(house["round"])
    won = [Win(house["maya"], 900 + month, f"m{month}", date(2026, month, 1)) for month in (2, 9)]
    published = [(win.round_id, win.opens_on) for win in won]

    def obstacle(wins, span):
        return cap_obstacle("Maya", Cap(wins, span, CapUnit.MONTHS), seen, published, won)

    assert obstacle(1, 2) is None
    assert "won m9" in obstacle(1, 3)
    assert obstacle(2, 9) is None
    assert "m2 and m9" in obstacle(2, 10)


def test_what_the_budget_cannot_give_waits_and_the_result_stands(at):
    maya, wei = employ_maya(), employ_wei()
    round_id = round_to_judge(budget_points=10, jury=people(wei))
    score(round_id, wei, {maya: 9})
    propose(round_id, maya)
    assert confirm(round_id, wei).waiting == 2_000
    assert round_of(round_id).state is RoundState.CONFIRMED
    assert points_of(maya, at=clock.now()).available == 0


def test_averages_are_exact_and_equals_share_a_rank():
    def tally(number, total, scores, nominations=1):
        return Tally(number, f"P{number}", nominations, total=total, scores=scores)

    third = [tally(1, 10, 3), tally(2, 20, 6), tally(3, 0, 0), tally(4, 333, 100)]
    ranked = rank(third, Choosing.JURY, Ties.REASON)
    assert [(one.id, one.rank, one.figure) for one in ranked] == [
        (1, 1, "3.33"),
        (2, 1, "3.33"),
        (4, 3, "3.33"),
        (3, 4, "No figure"),
    ]
    assert [one.id for one in shortlist_of(ranked, 1)] == [1, 2]
    assert not is_first(ranked, frozenset({1}))
    assert is_first(ranked, frozenset({1, 2}))
    by_nominations = rank([tally(1, 10, 3), tally(2, 20, 6, 2)], Choosing.JURY, Ties.NOMINATIONS)
    assert [(one.id, one.rank) for one in by_nominations] == [(2, 1), (1, 2)]


def test_the_history_of_a_round_never_changes(house):
    judged(house)
    for table in ("nomination_round_moves", "jury_scores"):
        with pytest.raises(sa.exc.DatabaseError), transaction():
            session().execute(sa.text(f"DELETE FROM {table}"))
    assert session().scalar(sa.select(sa.func.count()).select_from(Program)) == 1


def test_moving_twice_is_an_illegal_move(house):
    close(house["round"])
    with pytest.raises(IllegalMove):
        close(house["round"])
