"""Codes and numbers that people read aloud and nobody guesses.

Sixteen symbols out of thirty are 78 bits; one more symbol catches a slip of the pen. The alphabet
has no 0, O, 1, I, L or U, so that no symbol is taken for another.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
NUMBER_LENGTH = 12
LONGEST_INPUT = 40
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}


def new_code() -> str:
    """A fresh voucher code with its check symbol, 17 symbols without dashes."""
    body = _random(CODE_LENGTH)
    return body + check_symbol(body)


def new_number() -> str:
    """A fresh certificate number: 12 symbols, 58 bits, without dashes."""
    return _random(NUMBER_LENGTH)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check_symbol(body: str) -> str:
    """The symbol after `body` that finds a wrong symbol and nearly every swap of two (Luhn)."""
    base, total = len(ALPHABET), 0
    for place, symbol in enumerate(reversed(body)):
        doubled = _VALUE[symbol] * (2 if place % 2 == 0 else 1)
        total += doubled // base + doubled % base
    return ALPHABET[-total % base]


def normal_code(typed: str) -> str | None:
    """The code somebody typed, without dashes and blanks, in capitals; None when it is none."""
    code = _bare(typed)
    if len(code) != CODE_LENGTH + 1 or not set(code) <= _VALUE.keys():
        return None
    return code if check_symbol(code[:-1]) == code[-1] else None


def normal_number(typed: str) -> str | None:
    """The certificate number somebody typed; None when it can be none."""
    number = _bare(typed)
    is_one = len(number) == NUMBER_LENGTH and set(number) <= _VALUE.keys()
    return number if is_one else None


def _bare(typed: str) -> str:
    return "".join(typed[:LONGEST_INPUT].upper().replace("-", " ").split())


def grouped(code: str) -> str:
    """The code as people read it: `7KQ4-M2XD-9HTR-WZ34-K`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
