"""Several people at once, each in a thread with a connection and real commits of their own."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from marketplace.kernel.db import db, with_retries


def all_at_once(
    app: Flask, count: int, work: Callable[[int], Any], *, patience: int = 60
) -> list[Any]:
    """Run `work(number)` in `count` threads that start together; results or exceptions, by number.

    What the database says may be tried again is tried again, as at the three doors.
    """
    start = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        start.wait(timeout=30)
        results[number] = _outcome(app, work, number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
    return results


def in_turn(app: Flask, count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(number)` one after another: the order in which a missing guard always shows."""
    return [_outcome(app, work, number) for number in range(count)]


def _outcome(app: Flask, work: Callable[[int], Any], number: int) -> Any:
    with app.app_context():
        try:
            return with_retries(lambda: work(number))
        except Exception as error:  # noqa: BLE001  the test looks at it
            return error
        finally:
            db.session.remove()
