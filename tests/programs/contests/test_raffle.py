"""A raffle that anyone can check: committed at the launch, published at the close, then drawn."""

import hashlib
import subprocess
import sys

import pytest
from click.testing import CliRunner

from marketplace.awards.models import Award
from marketplace.budgets.models import BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.drawing import commitment_of
from marketplace.kernel.errors import BadInput
from marketplace.kernel.settings import ROOT
from marketplace.ledger.queries import points_of
from marketplace.programs.contests.cli import contests_cli
from marketplace.programs.contests.draw import draw, read_list
from marketplace.programs.contests.models import RaffleDraw, RaffleList, RaffleSeed
from marketplace.programs.contests.states import ContestForm, Privacy
from marketplace.programs.contests.terms import Prize
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import CannotLaunch
from marketplace.programs.states import ProgramState
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import Contest, refused, report, run_contest, sell
from tests.support.postgres import environment
from tests.support.transactions import in_transaction

SEED = "5eed" * 16
LIST = "11" * 32


@pytest.fixture
def raffle(maya, omar, leo) -> Contest:
    trip = stock_lisbon_trip()
    contest = run_contest(
        ContestForm.RAFFLE,
        per_ticket=10_000,
        places=1,
        alternates=1,
        prizes=(Prize(1, 1, 900, trip.variant_id, "Lisbon long weekend"),),
    )
    report(sell(maya, 1_000), sell(omar, 250), sell(leo, 99))
    return contest


def test_the_seed_is_committed_at_the_launch_and_nobody_can_read_it(raffle):
    seed = session().query(RaffleSeed).one()
    assert len(seed.commitment) == 64
    assert seed.commitment.encode() not in seed.sealed
    assert session().query(RaffleDraw).count() == 0
    assert [(row.name, row.figure, row.place) for row in raffle.board()] == [
        ("Maya Chen", 10, None),
        ("Omar Haddad", 2, None),
    ]


def test_the_list_is_published_at_the_close_and_later_results_change_it_no_more(raffle, omar):
    raffle.move(ProgramState.CLOSED)
    published = session().query(RaffleList).one()
    assert (published.entries, published.tickets) == (2, 12)
    assert hashlib.sha256(published.file).hexdigest() == published.sha256
    report(sell(omar, 90_000, order="late"))
    assert session().query(RaffleList).count() == 1
    assert [row.figure for row in raffle.board()] == [10, 2]


def test_opened_again_and_closed_once_more_it_has_a_second_list(raffle, omar, time):
    raffle.move(ProgramState.CLOSED)
    time.forward(hours=1)
    raffle.move(ProgramState.RUNNING)
    report(sell(omar, 800, order="more"))
    time.forward(hours=1)
    raffle.move(ProgramState.CLOSED)
    versions = session().query(RaffleList).order_by(RaffleList.version).all()
    assert [(one.version, one.tickets) for one in versions] == [(1, 12), (2, 20)]


def test_the_draw_is_what_anyone_gets_from_the_list_and_the_seed(raffle, maya, omar, at, tmp_path):
    raffle.end()
    session().close()
    held, published = session().query(RaffleDraw).one(), session().query(RaffleList).one()
    commitment = session().query(RaffleSeed).one().commitment
    assert commitment_of(held.seed) == commitment
    board = raffle.board()
    winner = board[0]
    assert (winner.place, board[1].place) == (1, 2)
    paid = {"Maya Chen": maya, "Omar Haddad": omar}[winner.name]
    assert points_of(paid, at=at).available == 900
    assert "1 more waits in line" in session().query(Award).one().explanation["rule"]

    file = tmp_path / "list.csv"
    file.write_bytes(published.file)
    asked = ["verify-draw", str(file), "--seed", held.seed, "--winners", "2"]
    answer = CliRunner().invoke(contests_cli, [*asked, "--commitment", commitment])
    assert answer.exit_code == 0, answer.output
    assert published.sha256 in answer.output
    assert f"1. entry {1 if winner.name == 'Maya Chen' else 2}, {winner.name}" in answer.output


def without_a_database(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`bin/laurel …` where the database named can't be reached."""
    nowhere = {"LAUREL_DATABASE_URL": "postgresql://nowhere:1/none", "PYTHONPATH": str(ROOT)}
    ours = {name: text for name, text in environment.items() if not name.startswith("LAUREL_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "marketplace.cli", *arguments],
        env=ours | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_draw_is_checked_without_any_database(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(b"entry,tickets,name\r\n1,3,Maya Chen\r\n")
    done = without_a_database("contests", "verify-draw", str(file), "--seed", SEED)
    assert done.returncode == 0, done.stderr
    assert "1. entry 1, Maya Chen (3 tickets)" in done.stdout


def test_a_drawn_raffle_can_not_be_opened_again(raffle):
    raffle.move(ProgramState.CLOSED)

    session().close()
    budget_id = session().get_one(Program, raffle.id).budget_id
    in_transaction(lambda: setattr(session().get_one(BudgetBalance, budget_id), "amount", 1))
    assert raffle.end().waiting == 900
    said = refused(lambda: raffle.move(ProgramState.RUNNING), CannotLaunch)
    assert "was drawn" in said


def test_another_seed_is_not_the_one_that_was_committed(tmp_path, at):
    file = tmp_path / "list.csv"
    file.write_bytes(b"entry,tickets,name\r\n1,3,Maya Chen\r\n")
    asked = ["verify-draw", str(file), "--seed", SEED, "--commitment", "00" * 32]
    answer = CliRunner().invoke(contests_cli, asked)
    assert answer.exit_code == 1
    assert "not the seed that was committed" in answer.output


def test_everyone_is_drawn_once_and_by_the_number_of_their_tickets():
    drawn = [
        draw([1, 3, 0, 6], list_sha256=LIST, seed=f"{number:064x}", winners=9)
        for number in range(600)
    ]
    assert all(sorted(one) == [1, 2, 4] for one in drawn)
    first = [one[0] for one in drawn]
    assert 30 <= first.count(1) <= 95
    assert 300 <= first.count(4) <= 420


def test_the_draw_of_a_known_list_and_seed_never_changes():
    assert draw([5, 1, 4, 2, 9], list_sha256=LIST, seed=SEED, winners=3) == [1, 3, 5]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"\xff\xfe", "not CSV"),
        (b"a,b\r\n", "first line has to be entry,tickets,name"),
        (b"entry,tickets,name\r\n2,1,x\r\n", "Line 2"),
        (b"entry,tickets,name\r\n1,0,x\r\n", "Line 2"),
        (b"entry,tickets,name\r\n1\r\n", "Line 2"),
    ],
)
def test_a_file_that_is_no_list_says_so(file, said):
    assert said in refused(lambda: read_list(file), BadInput)


def test_where_people_see_only_themselves_the_list_holds_no_names(maya):
    contest = run_contest(ContestForm.RAFFLE, per_ticket=100, privacy=Privacy.OWN_ONLY)
    report(sell(maya, 500))
    contest.move(ProgramState.CLOSED)
    assert session().query(RaffleList).one().file.endswith(b"1,500,\r\n")


def test_a_raffle_that_hides_its_tickets_can_not_be_launched(maya):
    said = refused(
        lambda: run_contest(ContestForm.RAFFLE, per_ticket=1, privacy=Privacy.VALUES_HIDDEN),
        CannotLaunch,
    )
    assert "nobody could check the draw" in said
