"""A mail server beside the test that remembers what it took, and refuses as it is told to."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller

TAKEN = "250 OK"


class Postbox:
    """What a mail server took. `answer` is what it says to the next letters.

    With `keeps` it takes them all the same: the connection ends before the sender hears so.
    """

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.letters: list = []
        self.answer = TAKEN
        self.keeps = False
        self.port = 0

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.keeps or self.answer == TAKEN:
            letter = message_from_bytes(envelope.content)
            self.letters.append(letter)
            self.ids[letter["Message-ID"]] += 1
        return self.answer


class OnAnyPort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def postbox() -> Iterator[Postbox]:
    """A mail server on a port of its own until the end of the block."""
    box = Postbox()
    server = OnAnyPort(box, hostname="127.0.0.1", port=0)
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        server.stop()
