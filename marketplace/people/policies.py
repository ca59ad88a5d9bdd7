"""Rules about people and their passwords, free of any database."""

from collections.abc import Mapping
from datetime import datetime, timedelta

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
ACCOUNT_TRIES = 5
ADDRESS_TRIES = 30
TRY_WINDOW = timedelta(minutes=15)
LONGEST_WAIT = timedelta(minutes=15)


def password_obstacle(password: str, *, name: str, email: str | None) -> str | None:
    """Why `password` cannot be used, or None. Length counts; composition does not."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. A few words in a row are fine."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    plain = password.casefold()
    if len(set(plain)) < 4:
        return "Use more than three different characters."
    if plain in {name.casefold(), (email or "").casefold()}:
        return "Your name or e-mail is the first thing others would try. Choose something else."
    return None


def wait_after(failures: int, tries: int) -> timedelta:
    """How long to wait after so many failures in a row: nothing, then 1, 2, 4 … 15 minutes."""
    if failures < tries:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - tries, 10)), LONGEST_WAIT)


def failures_now(failures: int, last_at: datetime, *, at: datetime) -> int:
    """The failures that still count: all of them, or none when the last is long ago."""
    return failures if at - last_at < TRY_WINDOW else 0


def manager_rings(manager_of: Mapping[int, int]) -> list[list[int]]:
    """The rings in a chart of who reports to whom, each once."""
    settled: set[int] = set()
    rings: list[list[int]] = []
    for start in manager_of:
        path: list[int] = []
        at_step: dict[int, int] = {}
        person: int | None = start
        while person is not None and person not in settled and person not in at_step:
            at_step[person] = len(path)
            path.append(person)
            person = manager_of.get(person)
        if person is not None and person in at_step:
            rings.append(path[at_step[person] :])
        settled.update(path)
    return rings
