"""F05: the connection to PostgreSQL is cut, also inside a COMMIT; the same form counts once."""

import itertools

import pytest

from tests.faults.desk import assert_whole, desk_at
from tests.support.cutting import Cut, wire_to
from tests.support.postgres import fresh_database
from tests.support.redemption import new_key

pytestmark = pytest.mark.postgres

ROUNDS = [6, pytest.param(500, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
UNKNOWN = "We could not hear whether this went through"


@pytest.fixture
def desk(postgres_url):
    """Maya's desk, and the wire between it and the database."""
    with wire_to(postgres_url) as wire, desk_at(wire.url_of(fresh_database(postgres_url))) as desk:
        yield desk, wire


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_form_whose_commit_was_cut_is_sent_again_and_counts_once(desk, rounds):
    maya, wire = desk
    for number, cut in zip(range(1, rounds + 1), itertools.cycle([Cut.BEFORE, Cut.AFTER])):
        form = maya.form()
        wire.cut = cut
        answers = [maya.send(form) for _ in range(2)]
        assert [seen.status for seen in answers] == [503, 303], cut
        assert UNKNOWN in answers[0].words
        assert answers[0].response.headers["Retry-After"]
        assert maya.requests() == number, cut
    assert wire.cuts == rounds
    assert_whole()


def test_a_page_that_only_reads_says_that_nothing_was_spent(desk):
    maya, wire = desk
    maya.form()
    wire.cut = Cut.NOT
    assert maya.browser.get("/rewards").status == 200


def test_control_under_another_key_the_same_form_counts_twice(desk):
    maya, wire = desk
    form = maya.form()
    wire.cut = Cut.AFTER
    answers = [maya.send(form).status, maya.send(form | {"request_key": new_key()}).status]
    assert answers == [503, 303]
    assert maya.requests() == 2
