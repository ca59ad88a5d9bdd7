"""Answering by a link in a letter, pure: what a link says, and why it is not enough."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.ledger.worth import Money
from redemption.approvals.states import StepState
from redemption.states import LineState


@dataclass(frozen=True, slots=True)
class MailRule:
    """Up to what a link is enough, and for how many days; beyond, people sign in."""

    is_on: bool = True
    most_points: int | None = 20_000
    most_money: Money | None = None
    days: int = 7

    def needs_sign_in(self, points: int, worth: Money | None) -> bool:
        """Whether a request is beyond what a link may answer. What nobody can compare is."""
        if not self.is_on or (self.most_points is not None and points > self.most_points):
            return True
        if self.most_money is None or worth is None:
            return False
        most = self.most_money
        return worth.currency != most.currency or worth.minor > most.minor


@dataclass(frozen=True, slots=True)
class Link:
    """What a link in a letter stands for: whose it is, and the request as the letter told it.

    `gate` is the one that was open, `answers` how many that person had given to the request then,
    `digest` the beginning of the digest of what is bought.
    """

    employee_id: int
    line_id: int
    gate: int
    answers: int
    expires_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """How things stand when a link is opened. `may_answer`: it is their answer still to give."""

    state: LineState
    content_hash: str
    open_gate: int | None
    answers: int
    is_here: bool
    may_answer: bool
    has_lost_role: bool
    gate_states: frozenset[StepState] = frozenset()


_OPEN_INBOX = "Open your inbox in Laurel to see how it stands. Nothing was changed."


def link_obstacle(link: Link, facts: LinkFacts, *, at: datetime) -> str | None:
    """Why a link answers nothing, in words, or None. The page and the answer both ask it."""
    if not facts.is_here:
        return "This link belonged to somebody who no longer works here. Nothing was changed."
    if facts.answers != link.answers:
        return f"This link was used. Each is good for one answer. {_OPEN_INBOX}"
    if facts.state is not LineState.PENDING_APPROVAL:
        label = facts.state.label.lower()
        return f"This request is {label} and waits for no answer. Nothing was changed."
    if facts.content_hash[: len(link.digest)] != link.digest:
        return f"The request is not what the letter was about any more. {_OPEN_INBOX}"
    if at >= link.expires_at:
        return f"This link has expired. {_OPEN_INBOX}"
    return _not_theirs(link, facts)


def _not_theirs(link: Link, facts: LinkFacts) -> str | None:
    if facts.open_gate != link.gate:
        return f"This step is answered, and the request went on. {_OPEN_INBOX}"
    if facts.has_lost_role:
        return f"You are no longer what you were asked as. {_OPEN_INBOX}"
    if facts.may_answer:
        return None
    if facts.gate_states & {StepState.DECIDED, StepState.APPROVED}:
        return f"Somebody else was faster. Your answer is not needed. {_OPEN_INBOX}"
    return f"Somebody else decides about this now. {_OPEN_INBOX}"
