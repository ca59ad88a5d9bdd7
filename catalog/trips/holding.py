"""Who holds on to what is planned: nothing that people count on is taken out of a plan unseen."""

from collections.abc import Callable

from marketplace.kernel.errors import BadInput

Taken = Callable[[int], int]
_counts: list[Taken] = []


def counts_seats(taken: Taken) -> Taken:
    """Register how many people have a place on an item of a plan."""
    _counts.append(taken)
    return taken


def refuse_fewer_seats(item_id: int, name: str, seats: int | None) -> None:
    """Raises BadInput where more people have a place on an item than `seats`; none: everyone."""
    taken = sum(count(item_id) for count in _counts) if seats is not None else 0
    if seats is None or taken <= seats:
        return
    people = "1 person has" if taken == 1 else f"{taken:,} people have"
    raise BadInput(
        f"{people} a place on {name}. Move them first, or leave room for them. "
        "Nothing was changed.",
        field="seats",
    )
