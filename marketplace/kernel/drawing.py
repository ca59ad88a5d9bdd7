"""Draws that anyone can do again: a seed fixed before, a list published, and hashes alone."""

import hashlib
import secrets

SEED_BYTES = 32


def new_seed() -> str:
    """A seed that nobody guesses, as hexadecimal digits."""
    return secrets.token_hex(SEED_BYTES)


def commitment_of(seed: str) -> str:
    """The hash of a seed that is published before anyone knows the seed."""
    return hashlib.sha256(seed.encode("ascii")).hexdigest()


def sha256_of(file: bytes) -> str:
    """The hash that stands for a published list."""
    return hashlib.sha256(file).hexdigest()


def hash_number(text: str) -> int:
    """A number from 0 to 2**256 - 1 that follows from a text and can't be steered."""
    return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest(), "big")
