"""Another form of contest for a page half filled: what was typed stays, seen or unseen."""

from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.programs.contests.forms import RULE_FIELDS, USES
from marketplace.programs.contests.states import ContestForm

Sent = MultiDict[str, str]
_ONE, _FIRST = "what-", "parts-0-"


def carried(sent: Sent, contest: ContestForm) -> Sent:
    """What was sent, for `contest`: its first measure is the one measure of other forms."""
    carried = MultiDict(sent)
    before, after = (_ONE, _FIRST) if "parts" in USES[contest] else (_FIRST, _ONE)
    if not any(name.startswith(after) for name in sent):
        for name, values in sent.lists():
            if name.startswith(before):
                carried.setlist(after + name.removeprefix(before), values)
    return carried


def begin_what_is_new(form: Any, contest: ContestForm, sent: Sent) -> None:
    """Let fields that were not on the page before start from their defaults."""
    for name in USES[contest] - set(_roots(sent)):
        form[name].process(None)


def kept_unseen(sent: Sent, contest: ContestForm) -> list[tuple[str, str]]:
    """What was typed that `contest` has no use for: names and values of hidden fields."""
    unused = RULE_FIELDS - USES[contest]
    return [
        (name, value) for name, value in sent.items(multi=True) if name.partition("-")[0] in unused
    ]


def _roots(names: Iterable[str]) -> Iterator[str]:
    return (name.partition("-")[0] for name in names)
