"""What can go wrong in the business, said to the person it happens to."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal, shown word for word: the fact, what to do, what happened to the points.

    `status` is the HTTP status of the page that shows it, `title` its heading where it has one of
    its own; `code` is stable for machines; `facts` carries the numbers, and as `field` the name of
    what was entered where the refusal is about that.
    """

    title: ClassVar[str] = ""
    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class NotFound(DomainError):
    """There is no such thing, or it is not yours to see: the same answer on purpose."""

    status = 404
    code = "not_found"


class NotAllowed(DomainError):
    """The person is known but the deed is not theirs to do."""

    status = 403
    code = "not_allowed"


class ForAnotherRole(NotAllowed):
    """The whole page is for people with another role."""

    code = "for_another_role"


class BadInput(DomainError):
    """Something entered cannot be used; the text says what to enter."""

    status = 422
    code = "bad_input"


class IllegalMove(DomainError):
    """A state machine refused a move."""

    code = "illegal_move"

    def __init__(self, current: str, wanted: str) -> None:
        stands, asked = current.replace("_", " "), wanted.replace("_", " ")
        rest = "" if stands == asked else f", so it can't become {asked}"
        fact = f"This is already {stands}{rest}. Nothing was changed."
        super().__init__(fact, current=current, wanted=wanted)


class KeyUsedDifferently(DomainError):
    """The same request key came with another body."""

    status = 422
    code = "key_used_differently"

    def __init__(self) -> None:
        super().__init__(
            "This form was already sent with other details. Open the page again and send it from "
            "there. Nothing was spent this time."
        )
