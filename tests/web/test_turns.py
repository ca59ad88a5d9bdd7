"""One request at a time, in the order they came, unless one takes long."""

import threading
from itertools import count

import pytest

from marketplace.web.turns import InTurn

PATIENCE = 10


class Desk:
    """An application at which people stay until they are told to go."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.gone: dict[str, threading.Event] = {}
        self.arrival = threading.Semaphore(0)
        self.arrivals = (self.came[number] for number in count())

    def __call__(self, environ, start_response):
        name = environ["name"]
        self.came.append(name)
        self.arrival.release()
        if not self.gone[name].wait(PATIENCE):
            raise TimeoutError(name)
        start_response("200 OK", [])
        return [name.encode()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def send(desk):
    """Sends somebody to a line at the desk; answers who they are once they stand in it."""
    sent: list[threading.Thread] = []

    def go(name: str, line: InTurn) -> None:
        desk.gone[name] = threading.Event()
        before = len(line._line)
        asking = threading.Thread(target=line, args=({"name": name}, lambda *_: None))
        sent.append(asking)
        asking.start()
        while name not in desk.came and len(line._line) == before:
            threading.Event().wait(0.001)

    yield go
    for event in desk.gone.values():
        event.set()
    for asking in sent:
        asking.join(PATIENCE)


def arrives(desk: Desk) -> str:
    """Who comes to the desk next."""
    assert desk.arrival.acquire(timeout=PATIENCE)
    return next(desk.arrivals)


def test_omar_and_priya_wait_until_maya_has_her_page_and_come_in_their_order(desk, send):
    line = InTurn(desk, longest=PATIENCE)
    for name in ("Maya", "Omar", "Priya"):
        send(name, line)
    assert arrives(desk) == "Maya"
    assert desk.came == ["Maya"]
    desk.gone["Maya"].set()
    assert arrives(desk) == "Omar"
    desk.gone["Omar"].set()
    assert arrives(desk) == "Priya"


def test_without_the_line_they_are_all_served_at_once(desk, send):
    """The control: the same three, and nobody waits."""
    for name in ("Maya", "Omar", "Priya"):
        send(name, Unordered(desk))
    assert sorted(arrives(desk) for _ in range(3)) == ["Maya", "Omar", "Priya"]


class Unordered(InTurn):
    """A line that lets everybody pass."""

    def __call__(self, environ, start_response):
        return self._application(environ, start_response)


def test_a_report_that_takes_long_does_not_hold_up_omar(desk, send):
    line = InTurn(desk, longest=0.01)
    send("the report", line)
    send("Omar", line)
    assert [arrives(desk), arrives(desk)] == ["the report", "Omar"]
    desk.gone["Omar"].set()
    send("Priya", line)
    assert arrives(desk) == "Priya"


def test_a_page_that_fails_gives_its_turn_back():
    def fail(_environ, _start):
        raise ZeroDivisionError

    line = InTurn(fail, longest=PATIENCE)
    for _attempt in range(2):
        with pytest.raises(ZeroDivisionError):
            line({}, lambda *_: None)
