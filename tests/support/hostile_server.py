"""A server on this machine that answers as it is told, well or badly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class HostileServer:
    """Where it listens, what it answers next, and what it was asked."""

    address: str
    answer: Answer
    asked: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def with_body(body: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer as it should be."""

    def write(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return write


@contextmanager
def hostile_server(answer: Answer) -> Iterator[HostileServer]:
    """A server for the time of a test."""
    served = HostileServer("", answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # its base calls it so
            served.asked.append({"path": self.path, **dict(self.headers)})
            try:
                served.answer(self)
            except OSError:
                return  # the other side hung up, as it should
            finally:
                self.close_connection = True

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.address = f"http://127.0.0.1:{server.server_address[1]}/catalog"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        served.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
