"""Key pairs that are made once for all tests: making one takes a fifth of a second."""

from functools import cache
from itertools import count

from redemption.credentials import signing
from redemption.credentials.signing import MadeKey

KEPT = 10
_make_key = signing.make_key


@cache
def key_pair(which: int) -> MadeKey:
    """A real key pair, always the same for a number."""
    assert 0 <= which < KEPT
    return _make_key()


def hand_out_kept_keys(patch) -> None:
    """Let the product make key 0, then key 1 and so on; after the last one the first again."""
    numbers = count()
    patch.setattr(signing, "make_key", lambda: key_pair(next(numbers) % KEPT))
