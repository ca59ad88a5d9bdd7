"""What slices above the catalog add to its pages, without the catalog knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalog.offers import Offer
from marketplace.access.actor import Actor

ApprovalNote = Callable[[Actor, Offer, datetime], str]
_approval_note: ApprovalNote = lambda _actor, _offer, _at: ""  # noqa: E731  replaced by redemption


def explain_approval(note: ApprovalNote) -> ApprovalNote:
    """Register what says in one or two sentences who approves an offer and how long it takes."""
    global _approval_note  # noqa: PLW0603  there is one explanation
    _approval_note = note
    return note


def approval_note(actor: Actor, offer: Offer, at: datetime) -> str:
    """Who says yes to this offer and how long it usually takes; empty when nobody has to."""
    return _approval_note(actor, offer, at)


TogetherAddress = Callable[[Offer], str]
_together_address: TogetherAddress = lambda _offer: ""  # noqa: E731  replaced by redemption


def collect_together(address: TogetherAddress) -> TogetherAddress:
    """Register where an offer is put aside to be asked for together with others."""
    global _together_address  # noqa: PLW0603  there is one basket
    _together_address = address
    return address


def together_address(offer: Offer) -> str:
    """Where to post an offer to ask for it together with others; empty where it goes alone."""
    return _together_address(offer)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page: a template that is included with `piece` set to `values`."""

    template: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks at, with the points they have and how often they had it."""

    offer: Offer
    available: int
    used: int


LinePiece = Callable[[Actor, Wanted, datetime], Piece | None]
_line_piece: LinePiece = lambda _actor, _wanted, _at: None  # noqa: E731  replaced by redemption


def shows_line(maker: LinePiece) -> LinePiece:
    """Register what shows somebody the line for what they want, where there is one for them."""
    global _line_piece  # noqa: PLW0603  there is one piece
    _line_piece = maker
    return maker


def line_piece(actor: Actor, wanted: Wanted, at: datetime) -> Piece | None:
    """What somebody can do when nothing is left, or their place in the line for it.

    Places of a departure may be kept for them while others are left for everybody.
    """
    is_limited = wanted.offer.departure is not None and wanted.offer.left is not None
    if not wanted.offer.is_sold_out and not is_limited:
        return None
    return _line_piece(actor, wanted, at)


@dataclass(frozen=True, slots=True)
class OpenProgram:
    """A program that may still bring somebody points: what it is, how far they are, until when."""

    name: str
    href: str
    summary: str
    progress: str
    ends_on: date


ProgramFinder = Callable[[Actor, datetime, int], list[OpenProgram]]
_program_finder: ProgramFinder = lambda _actor, _at, _most: []  # noqa: E731  replaced by programs


def find_programs(finder: ProgramFinder) -> ProgramFinder:
    """Register what finds the programs that may still bring a person points, the best first."""
    global _program_finder  # noqa: PLW0603  there is one finder
    _program_finder = finder
    return finder


def programs_that_help(actor: Actor, at: datetime, *, most: int) -> list[OpenProgram]:
    """At most so many programs that may still bring somebody points; none where nothing runs."""
    return _program_finder(actor, at, most)


@dataclass(frozen=True, slots=True)
class ChosenBy:
    """How many different people of a department and a country chose a reward."""

    reward_id: int
    department_id: int | None
    country: str | None
    people: int


ChoiceCounter = Callable[[datetime, datetime], list[ChosenBy]]
_choice_counter: ChoiceCounter = lambda _since, _until: []  # noqa: E731  replaced by redemption


def count_choices(counter: ChoiceCounter) -> ChoiceCounter:
    """Register what counts the people who got each reward from a moment until before another."""
    global _choice_counter  # noqa: PLW0603  there is one counter
    _choice_counter = counter
    return counter


def choices_between(since: datetime, until: datetime) -> list[ChosenBy]:
    """Who chose what, as numbers of people by department and country."""
    return _choice_counter(since, until)
