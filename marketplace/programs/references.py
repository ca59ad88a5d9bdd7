"""References that people read out: made from the key of the form, so a repeat finds the same."""

import hashlib

_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_LENGTH = 7


def reference_from(prefix: str, seed: str) -> str:
    """A reference such as `C-7K2M9QF`."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    base, places = len(_SYMBOLS), range(_LENGTH)
    return f"{prefix}-" + "".join(_SYMBOLS[number // base**place % base] for place in places)
