"""Many at once in one round: one nomination, one vote, one confirmation; and with it off."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.nominations.errors import AlreadyNominated
from marketplace.programs.nominations.models import Nomination
from marketplace.programs.nominations.operations import deciding, judging, nominating
from marketplace.programs.nominations.queries.judging import votes_of
from marketplace.programs.nominations.queries.rounds import round_of
from tests.support.nominations import (
    WORDS,
    by_vote,
    open_round,
    people,
    propose,
    round_to_judge,
    score,
    start_award,
)
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_wei
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race


def _sixteen_nominations(app, round_id):
    leo, maya = actor_of(employ_leo()), employ_maya()
    session().close()

    def send(_number):
        with transaction():
            return nominating.nominate(leo, round_id, maya, WORDS, at=clock.now())

    return all_at_once(app, 16, send)


def _rows() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Nomination)) or 0


def test_the_same_nomination_sixteen_times_is_one(app, at):
    employ_maya()
    answers = _sixteen_nominations(app, open_round(start_award()))
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, AlreadyNominated) for answer in answers) == 15
    assert _rows() == 1


def test_control_a_plain_insert_answers_fifteen_with_an_error_of_the_database(app, at, monkeypatch):
    """What the conflict clause is for: without it the database has to stop them."""

    class Plain:
        def __init__(self, model):
            self.insert = sa.insert(model)
            self.excluded = model.__table__.c

        def values(self, **values):
            self.insert = self.insert.values(**values)
            return self

        def on_conflict_do_update(self, **_clause):
            return self.insert

    employ_maya()
    monkeypatch.setattr(nominating, "insert_or_skip", Plain)
    answers = _sixteen_nominations(app, open_round(start_award()))
    assert sum(isinstance(answer, sa.exc.IntegrityError) for answer in answers) == 15, answers


def _ready_to_vote():
    nominees = [employ_maya(), employ("Tomas Ortega"), employ("Sofia Lind")]
    round_id = round_to_judge(*nominees[1:], **by_vote())
    return round_id, actor_of(employ_omar()), nominees


def _vote_in_twelve_windows(app, round_id, voter: Actor, nominees):
    session().close()

    def cast(number):
        with transaction():
            judging.cast_vote(voter, round_id, nominees[number % 3], at=clock.now())

    return all_at_once(app, 12, cast)


def test_a_vote_changed_in_twelve_windows_counts_once(app, at):
    round_id, omar, nominees = _ready_to_vote()
    answers = _vote_in_twelve_windows(app, round_id, omar, nominees)
    assert answers == [None] * 12
    session().close()
    assert sum(votes_of(round_id).values()) == 1


def test_control_votes_that_are_looked_up_first_do_not_all_come_through(app, at, monkeypatch):
    """Look, then insert or update, each in a transaction of its own: some voters get an error."""

    def careless(actor, round_id, nominee_id, *, at):
        row = {"round_id": round_id, "voter_id": actor.id, "nominee_id": nominee_id, "at": at}
        session().execute(sa.insert(judging.RoundVote).values(**row))

    monkeypatch.setattr(judging, "cast_vote", careless)
    round_id, omar, nominees = _ready_to_vote()
    answers = _vote_in_twelve_windows(app, round_id, omar, nominees)
    assert sum(isinstance(answer, sa.exc.IntegrityError) for answer in answers) == 11, answers


def _two_confirm(app):
    maya, wei = employ_maya(), employ_wei()
    other = employ("Ines Reis", department="Management")
    round_id = round_to_judge(jury=people(wei), confirmers=people(wei, other))
    score(round_id, wei, {maya: 9})
    read = propose(round_id, maya)
    confirmers = [actor_of(wei), actor_of(other)]
    session().close()

    def confirm(number):
        with transaction():
            return deciding.confirm_winners(
                confirmers[number], round_id, proposal_id=read, at=clock.now()
            )

    answers = all_at_once(app, 2, confirm)
    session().close()
    return round_id, maya, answers


def test_of_two_confirmers_at_once_one_confirms_and_the_other_hears_it(app, at):
    round_id, maya, answers = _two_confirm(app)
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert len(refused) == 1, answers
    assert "already" in refused[0].message
    assert points_of(maya, at=clock.now()).available == 2_000
    assert round_of(round_id).state == "confirmed"
    assert ledger_violations() == []


def test_control_without_looking_at_the_answer_the_second_runs_into_the_database(
    app, at, monkeypatch
):
    def any_proposal(_actor, seen):
        return deciding.proposal_of(seen.id)

    monkeypatch.setattr(deciding, "_waiting_proposal", any_proposal)
    monkeypatch.setattr(deciding, "move_round", lambda *_args, **_more: None)
    monkeypatch.setattr(deciding, "_answer", lambda *_args: None)
    _round, _maya, answers = _two_confirm(app)
    assert not any(isinstance(answer, DomainError) for answer in answers), answers
    assert any(isinstance(answer, sa.exc.IntegrityError) for answer in answers), answers
