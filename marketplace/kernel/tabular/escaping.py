"""The one rule that keeps exported text from running as a formula, and its exact inverse.

A spreadsheet computes a CSV cell that begins with `=`, `+`, `-`, `@` (also in full width), a tab
or a line break. Such text leaves with an apostrophe in front. Text that already looks like the
result gets one more, so that taking one away always gives back what was written.
"""

import re

_RUNS = re.compile("'*(?:[\\s\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0])").match


def escape(text: str) -> str:
    """Text that is safe in a CSV cell."""
    return "'" + text if _RUNS(text) else text


def unescape(text: str) -> str:
    """The text that `escape` made safe; other text stays as it is."""
    return text[1:] if text[:1] == "'" and _RUNS(text, 1) else text
