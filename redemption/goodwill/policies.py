"""When one manager may give points back alone."""

from datetime import timedelta

from marketplace.kernel.settings import current

WINDOW = timedelta(days=30)


def alone_up_to() -> int:
    """So many points to one person within `WINDOW` are one manager's to give."""
    return current().goodwill_alone_points


def needs_second(points: int, *, lately: int) -> bool:
    """Whether a second person has to agree; `lately`: what that person was given within `WINDOW`.

    Splitting it into small ones does not help: they count together, whoever gave them.
    """
    return points + lately > alone_up_to()
