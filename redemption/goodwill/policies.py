"""When one manager may give points back alone."""

from datetime import timedelta

ALONE_UP_TO = 2_000
"""So many points to one person within `WINDOW` are one manager's to give; more needs a second."""
WINDOW = timedelta(days=30)


def needs_second(points: int, *, lately: int) -> bool:
    """Whether a second person has to agree; `lately`: what that person was given within `WINDOW`.

    Splitting it into small ones does not help: they count together, whoever gave them.
    """
    return points + lately > ALONE_UP_TO
