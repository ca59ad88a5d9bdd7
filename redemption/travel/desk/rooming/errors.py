"""Why somebody can't sleep somewhere: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class RoomFull(DomainError):
    """Every bed of the room is taken."""

    code = "room_full"

    def __init__(self, label: str, sleeps: int) -> None:
        people = "one person" if sleeps == 1 else f"{sleeps} people"
        super().__init__(
            f"{label} sleeps {people}, and every bed is taken. Choose another room, or move "
            "somebody out first. Nobody was moved.",
            label=label,
            sleeps=sleeps,
        )


class NoRoomsLeft(DomainError):
    """There are no more rooms of the kind."""

    code = "no_rooms_left"

    def __init__(self, name: str, rooms: int) -> None:
        super().__init__(
            f"The plan has {rooms:,} rooms “{name}”, and all of them are in use. Put more into the "
            "plan, or choose another kind. Nobody was moved.",
            name=name,
            rooms=rooms,
        )


class MovedMeanwhile(DomainError):
    """Somebody else moved them since the page was opened."""

    code = "moved_meanwhile"

    def __init__(self, called: str) -> None:
        super().__init__(
            f"Somebody moved {called} since you opened this page. It shows now where they sleep; "
            "move them again if that is wrong. Nobody was moved by you."
        )


class CannotUndo(DomainError):
    """Others changed what the change was about."""

    code = "cannot_undo"

    def __init__(self) -> None:
        super().__init__(
            "This can't be taken back any more: somebody moved these people since. Move them by "
            "hand. Nobody was moved."
        )
