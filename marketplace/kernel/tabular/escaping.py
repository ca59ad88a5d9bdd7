"""The one rule that keeps exported text from running as a formula, and its exact inverse.

A spreadsheet computes a CSV cell that begins with `=`, `+`, `-`, `@` (also in full width), a tab
or a line break. Such text leaves with an apostrophe in front. Text that already looks like the
result gets one more, so that taking one away always gives back what was written.

A spreadsheet that separates by semicolons or tabs begins cells inside of text, too, and with each
line of it a row: what looks like a formula there gets its apostrophe in the same way.
"""

import re

_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_RUNS = re.compile(f"'*(?:[\\s\0]*{_FORMULA}|[\t\r\n\0])").match
_INSIDE = f"(?<=[;\t\r\n])%s(?='*(?:[^\\S\t\r\n]|\0)*{_FORMULA})"
_RUNS_INSIDE, _SAFE_INSIDE = re.compile(_INSIDE % ""), re.compile(_INSIDE % "'")


def escape(text: str) -> str:
    """Text that is safe in a CSV cell."""
    safe = _RUNS_INSIDE.sub("'", text)
    return "'" + safe if _RUNS(safe) else safe


def unescape(text: str) -> str:
    """The text that `escape` made safe; other text stays as it is."""
    inside = text[1:] if text[:1] == "'" and _RUNS(text, 1) else text
    return _SAFE_INSIDE.sub("", inside)
