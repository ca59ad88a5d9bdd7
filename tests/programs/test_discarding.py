"""Priya discards a draft that was a mistake; whatever ran or holds something stays."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.awards.operations import AwardReport
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import Model, session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove
from marketplace.ledger.check import ledger_violations
from marketplace.people.queries import actor_of
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.contests.operations.teams import save_team
from marketplace.programs.contests.states import Between
from marketplace.programs.models import Program, ProgramProgress
from marketplace.programs.nominations.operations.rounds import Dates, plan_round
from marketplace.programs.nominations.queries.rounds import all_rounds
from marketplace.programs.operations.calendar import programs_to_turn
from marketplace.programs.operations.discarding import CannotDiscard, discard_draft
from marketplace.programs.operations.framing import FrameIsFixed, change_frame
from marketplace.programs.operations.programs import (
    NewProgram,
    RuleIsFixed,
    create_program,
    move_program,
    set_rule,
)
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries.deeds import deeds_under
from marketplace.programs.queries.desk import program_rows
from marketplace.programs.states import MOVES, ProgramKind, ProgramState
from tests.support.browsing import hidden_fields, send, words_on
from tests.support.contests import make_contest
from tests.support.nominations import start_award
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold

LIST = "/manage/programs"
DESK = f"{LIST}/spring-orders"
DISCARD = f"{DESK}/discard"


@pytest.fixture
def priya_id(at):
    return employ_priya()


@pytest.fixture
def draft(at):
    return run_program(is_launched=False)


def state_of(program_id):
    session().close()
    return session().get_one(Program, program_id).state


def discard(priya_id, program_id, at):
    with transaction():
        discard_draft(actor_of(priya_id), program_id, at=at)


def made_anew(priya_id, program_id, at):
    """A program with the same name and address; answers its id."""
    with transaction():
        was = session().get_one(Program, program_id)
        days = was.starts_on, was.ends_on
        new = NewProgram(was.slug, was.name, "", ProgramKind.BONUS, *days, was.budget_id,
                         BonusTerms(600))  # fmt: skip
        return create_program(actor_of(priya_id), new, at=at)


def test_priya_looks_once_more_and_discards_it(sign_in, priya_id, draft, at):
    priya = sign_in(priya_id)
    assert DISCARD in priya.get(DESK).text
    page = priya.get(DISCARD)
    assert "Its address can be used again" in page.text
    assert lint_page(page.text) == []
    assert state_of(draft) is ProgramState.DRAFT
    gone = send(priya, DISCARD, reason="Typed twice")
    assert (gone.status_code, gone.headers["Location"]) == (303, LIST)
    listed = priya.get(LIST).text
    assert f'href="{DESK}"' not in listed
    assert "is discarded. Its history stays." in words_on(listed)
    shown = priya.get(f"{LIST}?show=discarded").text
    assert f'href="{DESK}"' in shown
    assert lint_page(listed) == lint_page(shown) == []
    assert ledger_violations() == []


def test_the_desk_keeps_the_history_and_offers_nothing(sign_in, priya_id, draft):
    priya = sign_in(priya_id)
    send(priya, DISCARD, reason="Typed twice")
    desk = priya.get(DESK).text
    assert "Discarded: Typed twice" in words_on(desk)
    assert lint_page(desk) == []
    main = desk.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert set(re.findall(r'href="(/manage/[^"]+)"', main)) == {LIST}
    kept = session().scalars(sa.select(AuditEntry).where(AuditEntry.action == "programs.discard"))
    [entry] = kept.all()
    assert (entry.actor_id, entry.subject) == (priya_id, f"program:{draft}")


@pytest.mark.parametrize("address", ["frame", "order-rule", "running", "release"])
def test_every_other_address_of_it_is_gone(sign_in, priya_id, draft, address):
    priya = sign_in(priya_id)
    token = hidden_fields(priya.get(DISCARD).text)
    send(priya, DISCARD)
    sent = token | {"request_key": "another-key-than-before"}
    assert priya.post(f"{DESK}/{address}", data=sent).status_code == 404
    assert sign_in(employ_maya()).get("/programs/spring-orders").status_code == 404
    assert state_of(draft) is ProgramState.DISCARDED


def test_pressed_twice_it_is_done_once_and_later_it_is_said(sign_in, priya_id, draft):
    priya = sign_in(priya_id)
    same = hidden_fields(priya.get(DISCARD).text) | {"reason": "Twice"}
    answers = [priya.post(DISCARD, data=same) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    moves = sa.text("SELECT count(*) FROM program_events WHERE to_state = 'discarded'")
    assert session().scalar(moves) == 1
    again = priya.get(DISCARD)
    assert again.status_code == CannotDiscard("").status
    assert "is discarded already" in again.text


def test_without_the_token_or_the_right_nothing_is_discarded(sign_in, priya_id, draft):
    priya = sign_in(priya_id)
    fields = hidden_fields(priya.get(DISCARD).text)
    assert priya.post(DISCARD, data=fields | {"csrf_token": ""}).status_code == 400
    maya = sign_in(employ_maya())
    assert maya.post(DISCARD, data=hidden_fields(maya.get("/").text)).status_code == 403
    assert state_of(draft) is ProgramState.DRAFT


@pytest.mark.parametrize(
    "states",
    [
        ["scheduled"],
        ["running"],
        ["running", "closed"],
        ["running", "closed", "settled"],
    ],
)
def test_what_is_no_draft_stays(sign_in, priya_id, draft, states, at):
    for state in states:
        with transaction():
            move_program(actor_of(priya_id), draft, ProgramState(state), at=at)
    with pytest.raises(CannotDiscard, match="Nothing was changed"):
        discard(priya_id, draft, at)
    assert state_of(draft) is ProgramState(states[-1])
    desk = sign_in(priya_id).get(DESK).text
    assert DISCARD not in desk


def test_nothing_that_ran_can_become_a_draft_or_be_discarded():
    ran = {ProgramState.RUNNING, ProgramState.CLOSED, ProgramState.SETTLED}
    beyond = {after for state in ran for after in MOVES[state]}
    assert not beyond & {ProgramState.DRAFT, ProgramState.DISCARDED}
    assert MOVES[ProgramState.DISCARDED] == frozenset()


def test_a_draft_under_which_anything_was_kept_stays(priya_id, draft, at):
    with transaction():
        kept = ProgramProgress(
            program_id=draft, employee_id=priya_id, done=1, target=None, sentence="One."
        )
        session().add(kept)
    assert deeds_under(draft) == ["program_progress"]
    with pytest.raises(CannotDiscard, match="already done"):
        discard(priya_id, draft, at)
    assert state_of(draft) is ProgramState.DRAFT


def test_what_is_done_under_a_program_is_looked_for_in_every_room():
    tables = Model.metadata.tables.values()
    looked = {one.name for one in tables if "program_id" in one.c and "prepares" not in one.info}
    of_deeds = {"awards", "waiting_settlements", "claims", "course_claims", "bonuses"}
    assert looked >= of_deeds | {"recognitions", "contest_boards", "entitlements"}


@pytest.mark.parametrize("kind", list(ProgramKind))
def test_a_draft_of_every_kind_goes_the_same_way(priya_id, draft, kind, at):
    with transaction():
        session().execute(sa.update(Program).values(kind=kind))
    discard(priya_id, draft, at)
    assert program_rows() == []
    assert [row.kind for row in program_rows(discarded=True)] == [kind]
    with transaction():
        assert settle_program(draft, actor=actor_of(priya_id), at=at) == AwardReport()


def test_a_contest_goes_with_its_teams_and_a_new_one_takes_its_address(sign_in, priya_id, at):
    contest = make_contest(between=Between.TEAMS)
    slug = contest.slug
    with transaction():
        save_team(actor_of(priya_id), contest.id, "Blue", [priya_id], at=at)
    discard(priya_id, contest.id, at)
    priya = sign_in(priya_id)
    for page in ("contest", "teams", "standings"):
        assert priya.get(f"{LIST}/{slug}/{page}").status_code == 404
    again = made_anew(priya_id, contest.id, at)
    addresses = sa.select(Program.id, Program.slug).order_by(Program.id)
    assert session().execute(addresses).all() == [
        (contest.id, f"{slug}~{contest.id}"),
        (again, slug),
    ]
    assert "Discarded" in words_on(priya.get(f"{LIST}/{slug}~{contest.id}").text)
    assert ledger_violations() == []


def test_a_planned_round_goes_with_its_award(priya_id, at):
    program_id = start_award(is_launched=False)
    with transaction():
        dates = Dates(at.date(), at.date(), at.date() + timedelta(days=3))
        plan_round(actor_of(priya_id), program_id, "November", dates, at=at)
    assert [one.name for one in all_rounds()] == ["November"]
    discard(priya_id, program_id, at)
    assert all_rounds() == []
    assert ledger_violations() == []


def test_an_address_that_is_in_use_stays_where_it_is(priya_id, draft, at):
    with pytest.raises(BadInput, match="Choose another address"):
        made_anew(priya_id, draft, at)


def test_what_is_discarded_changes_no_more_and_pays_nothing(priya_id, draft, at):
    discard(priya_id, draft, at)
    actor = actor_of(priya_id)
    with pytest.raises(RuleIsFixed, match="is discarded"), transaction():
        set_rule(actor, draft, OrderTerms(1, 1, 100), at=at)
    with pytest.raises(FrameIsFixed, match="is discarded"), transaction():
        change_frame(actor, draft, name="Late", summary="", span=None, at=at)
    with pytest.raises(IllegalMove), transaction():
        move_program(actor, draft, ProgramState.RUNNING, at=at)
    report_sales(sold(employ_maya(), "SO1", "900"))
    assert programs_to_turn() == []
    assert session().scalar(sa.text("SELECT count(*) FROM awards")) == 0
    assert ledger_violations() == []
