"""Whether what was made of a line can still be taken back: the rooms that make it are asked."""

from collections.abc import Callable

from catalog.states import Kind

Check = Callable[[int], bool]
Teller = Callable[[int, Kind], str]
_checks: list[Check] = []
_vetoes: list[Check] = []
_tellers: list[Teller] = []


def returnable_while(check: Check) -> Check:
    """Register who knows, by line id, that nothing has left yet: no code shown, no parcel sent."""
    if check not in _checks:
        _checks.append(check)
    return check


def kept_while(check: Check) -> Check:
    """Register who knows, by line id, that something was bought that nobody takes back."""
    if check not in _vetoes:
        _vetoes.append(check)
    return check


def is_returnable(line_id: int) -> bool:
    """Whether somebody knows that this line can still be taken back, and nobody knows better."""
    return any(check(line_id) for check in _checks) and not any(check(line_id) for check in _vetoes)


def told_before(teller: Teller) -> Teller:
    """Register who says, by variant and kind, until when it can be given back; empty: no word."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def words_before(variant_id: int, kind: Kind) -> str:
    """What somebody should know about giving this back before asking for it."""
    return " ".join(filter(None, (teller(variant_id, kind) for teller in _tellers)))
