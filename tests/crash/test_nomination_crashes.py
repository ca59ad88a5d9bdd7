"""Who dies while confirming a winner has confirmed nobody; the next one does it once."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.programs.nominations.operations import deciding
from tests.support.nominations import confirm, people, proposed_round
from tests.support.people import employ_maya, employ_wei

pytestmark = pytest.mark.crash
POINT = "nominations.confirm.signed"


class Died(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def waiting(at):
    """A round whose proposal waits for Wei."""
    return proposed_round(confirmers=people(employ_wei()))


def dies_at(patch, *, half_done: bool = False) -> None:
    def die(name: str) -> None:
        if name == POINT:
            if half_done:
                session().connection().connection.commit()
            raise Died

    patch.setattr(deciding, "crashpoint", die)


def available() -> int:
    session().close()
    return points_of(employ_maya(), at=clock.now()).available


def test_who_dies_has_confirmed_nobody_and_the_next_one_does_it_once(waiting, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Died):
        dies_at(patch)
        confirm(waiting, employ_wei())
    assert available() == 0
    confirm(waiting, employ_wei())
    assert available() > 0
    assert ledger_violations() == []


def test_control_what_is_kept_half_done_can_never_be_confirmed(waiting, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Died):
        dies_at(patch, half_done=True)
        confirm(waiting, employ_wei())
    with pytest.raises(Exception, match=r"."):
        confirm(waiting, employ_wei())
    assert available() == 0
