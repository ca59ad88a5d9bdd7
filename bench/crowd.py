"""Many clients at once, in a few light processes of their own.

`python -m bench.crowd` is one of these processes: it reads what to do, gets ready, waits for the
word to go, and answers how long each deed took and how it ended.
"""

import pickle
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

PROCESSES = 4

Act = Callable[[], str]


class Deed(Protocol):
    """What a client does again and again; `good` is how it answers when all is well."""

    @property
    def good(self) -> str: ...

    def client(self, number: int) -> AbstractContextManager[Act]:
        """Client `number`, from 0, with a connection of its own."""
        ...


@dataclass(frozen=True, slots=True)
class Rush:
    """So many clients, each until its seconds or its deeds are over."""

    clients: int
    seconds: float
    deeds_each: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a rush; `took` are the seconds of the deeds that ended well, smallest first."""

    outcomes: dict[str, int]
    took: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    def milliseconds(self, share: float) -> float:
        """So long took `share` of the deeds at most."""
        if not self.took:
            return float("nan")
        return self.took[min(len(self.took) - 1, int(len(self.took) * share))] * 1000

    def values(self, unit: str) -> dict[str, int | float | str]:
        """As a report shows it."""
        shown: dict[str, int | float | str] = {
            f"{unit}/s": self.per_second,
            "ms p50": self.milliseconds(0.50),
            "ms p95": self.milliseconds(0.95),
            "ms p99": self.milliseconds(0.99),
        }
        return shown | {f"answers {outcome}": count for outcome, count in self.outcomes.items()}


_Answer = tuple[list[tuple[float, float, str]], str]


def rush(deed: Deed, how: Rush, environment: Mapping[str, str]) -> Tally:
    """Let the clients go at once and count."""
    shares = [range(i, how.clients, PROCESSES) for i in range(min(PROCESSES, how.clients))]
    crowd = [_start(deed, how, list(share), environment) for share in shares]
    try:
        for process in crowd:
            _say_to(process).readline()
        for process in crowd:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        answers: list[_Answer] = [pickle.load(_say_to(process)) for process in crowd]
    finally:
        for process in crowd:
            process.kill()
            process.communicate()
    return _tally(deed.good, answers)


def _start(
    deed: Deed, how: Rush, numbers: list[int], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.crowd"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin is not None
    pickle.dump((deed, how, numbers), process.stdin)
    process.stdin.flush()
    return process


def _say_to(process: subprocess.Popen[bytes]):  # noqa: ANN202  a buffered reader
    assert process.stdout is not None
    return process.stdout


def _tally(good: str, answers: list[_Answer]) -> Tally:
    if problems := [problem for _, problem in answers if problem]:
        raise RuntimeError(f"A client could not begin: {problems[0]}")
    deeds = [deed for some, _ in answers for deed in some]
    return Tally(
        outcomes=dict(Counter(outcome for _, _, outcome in deeds).most_common()),
        took=sorted(ended - began for began, ended, outcome in deeds if outcome == good),
        seconds=max((d[1] for d in deeds), default=0) - min((d[0] for d in deeds), default=0),
    )


def _serve() -> None:
    deed, how, numbers = pickle.load(sys.stdin.buffer)
    clients = [_Client(deed, number, how) for number in numbers]
    for client in clients:
        client.start()
    for client in clients:
        client.is_ready.wait()
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    sys.stdin.buffer.readline()
    for client in clients:
        client.may_go.set()
    for client in clients:
        client.join()
    did = [deed for client in clients for deed in client.did]
    problem = next((client.problem for client in clients if client.problem), "")
    pickle.dump((did, problem), sys.stdout.buffer)
    sys.stdout.buffer.flush()


class _Client(threading.Thread):
    def __init__(self, deed: Deed, number: int, how: Rush) -> None:
        super().__init__(daemon=True)
        self.deed, self.number, self.how = deed, number, how
        self.is_ready, self.may_go = threading.Event(), threading.Event()
        self.did: list[tuple[float, float, str]] = []
        self.problem = ""

    def run(self) -> None:
        try:
            with self.deed.client(self.number) as act:
                self.is_ready.set()
                self.may_go.wait()
                self._work(act)
        except Exception as error:  # noqa: BLE001  told to whoever started the crowd
            self.problem = repr(error)
        finally:
            self.is_ready.set()

    def _work(self, act: Act) -> None:
        end = time.monotonic() + self.how.seconds
        for _ in range(self.how.deeds_each):
            began = time.monotonic()
            if began >= end:
                return
            try:
                outcome = act()
            except Exception as error:  # noqa: BLE001  counted like any other answer
                outcome = type(error).__name__
            self.did.append((began, time.monotonic(), outcome))


if __name__ == "__main__":
    _serve()
