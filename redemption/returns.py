"""Whether what was made of a line can still be taken back: the rooms that make it are asked."""

from collections.abc import Callable

Check = Callable[[int], bool]
_checks: list[Check] = []
_vetoes: list[Check] = []


def returnable_while(check: Check) -> Check:
    """Register who knows, by line id, that nothing has left yet: no code shown, no parcel sent."""
    if check not in _checks:
        _checks.append(check)
    return check


def kept_while(check: Check) -> Check:
    """Register who knows, by line id, that something was bought or used for good."""
    if check not in _vetoes:
        _vetoes.append(check)
    return check


def is_returnable(line_id: int) -> bool:
    """Whether somebody knows that this line can still be taken back, and nobody knows better."""
    return is_untouched(line_id) and not is_kept(line_id)


def is_untouched(line_id: int) -> bool:
    """Whether somebody knows that nothing of this line has left yet."""
    return any(check(line_id) for check in _checks)


def is_kept(line_id: int) -> bool:
    """Whether something of this line was bought or used for good."""
    return any(check(line_id) for check in _vetoes)
