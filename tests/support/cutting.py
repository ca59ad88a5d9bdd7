"""A wire to PostgreSQL that can be cut: before a COMMIT arrives, or before its answer does."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\x00"
AT_ONCE = 1 << 16


class Cut(StrEnum):
    """Where the wire is cut next."""

    NOT = "not"
    BEFORE = "before the COMMIT arrives"
    AFTER = "before its answer does"


class Wire:
    """Passes on what either side says. `cut` is where the next COMMIT ends; `cuts` counts."""

    def __init__(self, base_url: str) -> None:
        self.server = make_url(base_url)
        self.cut, self.cuts = Cut.NOT, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.open = True
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url_of(self, database_url: str) -> str:
        """The address of a database by this wire."""
        through = {"host": "127.0.0.1", "port": self.listening.getsockname()[1], "query": {}}
        found = make_url(database_url).set(**through)
        return found.render_as_string(hide_password=False)

    def _connect(self) -> socket.socket:
        folder = self.server.query.get("host")
        if folder:
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{folder}/.s.PGSQL.{self.server.port or 5432}")
            return server
        return socket.create_connection((self.server.host, self.server.port or 5432))

    def _accept(self) -> None:
        with suppress(OSError):
            while self.open:
                client, _ = self.listening.accept()
                thread = threading.Thread(target=self._pass_on, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError), client, self._connect() as server:
            while True:
                for side in select.select([client, server], [], [])[0]:
                    said = side.recv(AT_ONCE)
                    if not said or (side is client and self._is_cut(said, server)):
                        return
                    (server if side is client else client).sendall(said)

    def _is_cut(self, said: bytes, server: socket.socket) -> bool:
        if COMMIT not in said or self.cut is Cut.NOT:
            return False
        if self.cut is Cut.AFTER:
            server.sendall(said)
            server.recv(AT_ONCE)  # it has happened, and nobody hears of it
        self.cut, self.cuts = Cut.NOT, self.cuts + 1
        return True

    def close(self) -> None:
        """Let go of everything."""
        self.open = False
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


@contextmanager
def wire_to(base_url: str) -> Iterator[Wire]:
    """A wire to this server, until the end of the block."""
    wire = Wire(base_url)
    try:
        yield wire
    finally:
        wire.close()
