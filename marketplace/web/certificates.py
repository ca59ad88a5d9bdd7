"""Certificates that anyone may check by their number, whichever slice gave them.

The page that checks a number asks every slice that registered how it finds its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """What anyone may know of a certificate; `number` without dashes."""

    title: str
    name: str
    number: str
    issued_on: date


Finder = Callable[[str], KnownCertificate | None]
_finders: list[Finder] = []


def finds_certificates(finder: Finder) -> Finder:
    """Register how a slice finds its certificates by a number without dashes."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def certificate_known_as(number: str) -> KnownCertificate | None:
    """The certificate of this number in the slices that registered; None when it is in none."""
    return next((found for finder in _finders if (found := finder(number))), None)
